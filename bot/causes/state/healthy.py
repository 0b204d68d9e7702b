"""The target works.

Seen as:       1/1 Running, Completed, Bound, endpoints ready
Confirmed if:  its own status says so, and no container ended badly in the last minutes
Ruled out if:  never: without the facts nothing is said
By hand:       kubectl get
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause import Cause
from bot.facts.services import service_works
from bot.facts.working import working
from bot.report import Layer, Outcome, Rank, Ruling, Subject
from bot.view import View


def check(view: View) -> Iterator[Ruling]:
    """Rule when the target's status proves that it works."""
    proof = (*working(view), *service_works(view))
    if proof:
        yield Ruling(
            outcome=Outcome.CONFIRMED,
            subject=Subject(view.target.kind, view.target.name),
            summary=proof[0].text,
            proof=proof,
        )


CAUSE = Cause(
    code="Healthy",
    title="nothing is wrong",
    layer=Layer.CLUSTER,
    rank=Rank.ROLLUP,
    doc=__doc__,
    check=check,
)

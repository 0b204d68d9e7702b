"""The API server does not let the controller create pods.

Seen as:       FailedCreate events, no pods
Confirmed if:  the events or conditions of the controller say so, and no pod was created since
Ruled out if:  quota, admission or the service account explain it: then it is their consequence
By hand:       kubectl describe replicaset NAME
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.cluster.readers import facts as f
from bot.facts import said
from bot.report import Layer, Outcome, Rank, Ruling, Solution, Subject
from bot.view import View


def check(view: View) -> Iterator[Ruling]:
    """Rule on controllers that the API server does not let create pods."""
    refusals: dict[Subject, list[said.Said]] = {}
    for kind in (f.CreationRefused, f.SpecificationRefused):
        for _, item in said.of(view, kind):
            refusals.setdefault(item.subject, []).append(item)
    for items in refusals.values():
        item = items[0]
        yield Ruling(
            outcome=Outcome.CONFIRMED,
            subject=item.subject,
            summary=f"{item.subject.kind} {item.subject.name} cannot create its pods: "
            + " ".join(item.text.split())[:240],
            proof=said.proofs(items),
            solutions=(
                Solution(
                    title="Correct what the API server refuses",
                    why="Until it accepts the pod, there is none.",
                    commands=(kubectl.describe(item.about),) if item.about else (),
                ),
            ),
        )


CAUSE = Cause(
    code="PodCreationFailed",
    title="the controller cannot create pods",
    layer=Layer.CLUSTER,
    rank=Rank.SYMPTOM,
    doc=__doc__,
    check=check,
)

"""What a text alone tells of a workload, without the object that it is about."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cluster.readers import facts as f
from bot.facts import said
from bot.redact import one_line
from bot.report import Outcome, Ruling, Solution
from bot.view import View


def told(
    view: View, problem: f.WorkloadProblem, mend: Solution, alternatives: tuple[str, ...] = ()
) -> Iterator[Ruling]:
    """A ruling for each text of that problem; where the object is there, it speaks for itself."""
    for fact, item in said.of(view, f.WorkloadFailed):
        if fact.problem is problem and item.about is None:
            yield Ruling(
                outcome=Outcome.SUSPECTED if alternatives else Outcome.CONFIRMED,
                subject=item.subject,
                summary=f"{problem}: {one_line(item.text, 300)}",
                proof=(item.proof,),
                solutions=(mend,),
                alternatives=alternatives,
            )

"""The rollout made no progress within its deadline.

Seen as:       Progressing=False, ProgressDeadlineExceeded
Confirmed if:  the condition of the Deployment says so
Ruled out if:  the condition is True again
By hand:       kubectl rollout status deployment/NAME
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause import Cause
from bot.cluster import objects as k
from bot.cluster.readers import facts as f
from bot.facts import said
from bot.report import Layer, Outcome, Rank, Ruling, Solution
from bot.view import View
from bot.words import shell

_P = f.WorkloadProblem


def check(view: View) -> Iterator[Ruling]:
    """Rule on rollouts that passed their progress deadline."""
    yield from _said(view, _P.PROGRESS, "the rollout made no progress within its deadline")


def _said(view: View, problem: f.WorkloadProblem, told: str) -> Iterator[Ruling]:
    for fact, item in said.of(view, f.WorkloadFailed):
        if fact.problem is problem:
            words = " ".join(item.text.split())
            name = f"{item.about.kind} {item.about.name}: " if item.about else ""
            yield Ruling(
                outcome=Outcome.CONFIRMED,
                subject=item.subject,
                summary=f"{name}{told}: {words[:200]}",
                proof=(item.proof,),
                solutions=(
                    Solution(
                        title="Look at the pods of the newest ReplicaSet, or roll back",
                        why="The controller only tells that time passed, not why.",
                        commands=_undo(item),
                    ),
                ),
            )


def _undo(item: said.Said) -> tuple[str, ...]:
    if not isinstance(item.about, k.Deployment):
        return ()
    place = (f"deployment/{item.about.name}", "-n", item.about.namespace)
    return (
        shell("kubectl", "rollout", "status", *place),
        shell("kubectl", "rollout", "undo", *place),
    )


CAUSE = Cause(
    code="ProgressDeadlineExceeded",
    title="the rollout made no progress in time",
    layer=Layer.CLUSTER,
    rank=Rank.ROLLUP,
    doc=__doc__,
    check=check,
)

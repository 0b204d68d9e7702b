"""A Deployment is paused while its template has changed.

Seen as:       a new image that does not arrive
Confirmed if:  spec.paused is set in the middle of a rollout: replicas with the newest template are
               lacking, old ones are left, or not all are available
Ruled out if:  all replicas, and no others, have the newest template and are available
By hand:       kubectl rollout status deployment/NAME
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause import Cause
from bot.cause.rulings import of_object
from bot.cluster import objects as k
from bot.cluster.readers.facts import WorkloadProblem
from bot.facts.told import told
from bot.report import Layer, Rank, Ruling, Solution
from bot.view import View
from bot.words import shell

_MEND = Solution(
    title="Resume the rollout",
    why="The controller changes no pods of a paused Deployment.",
)


def check(view: View) -> Iterator[Ruling]:
    """Rule on a Deployment that is paused while its template has changed."""
    yield from told(view, WorkloadProblem.PAUSED, _MEND)
    for item in view.controllers:
        if not isinstance(item, k.Deployment) or not item.spec.paused:
            continue
        wanted = 1 if item.spec.replicas is None else item.spec.replicas
        if _unfinished(item.status, wanted):
            yield of_object(
                item,
                f"Deployment {item.name} is paused: {item.status.updated_replicas} of {wanted}"
                " replicas have the newest template",
                "spec.paused: true",
                ("Resume the rollout", "The controller changes no pods of a paused Deployment."),
                shell(
                    "kubectl", "rollout", "resume", f"deployment/{item.name}", "-n", item.namespace
                ),
            )


def _unfinished(status: k.WorkloadStatus, wanted: int) -> bool:
    """Whether a rollout has not come to its end: the controller would still have to change pods."""
    return (
        status.updated_replicas < wanted
        or status.replicas != wanted
        or status.unavailable_replicas > 0
    )


CAUSE = Cause(
    code="RolloutPaused",
    title="the rollout is paused",
    layer=Layer.CLUSTER,
    rank=Rank.ROLLUP,
    doc=__doc__,
    check=check,
)

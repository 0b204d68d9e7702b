"""What an autoscaler scales does not exist.

Seen as:       TARGETS unknown, FailedGetScale events
Confirmed if:  its condition says so, or the kind was listed without it
Ruled out if:  it exists
By hand:       kubectl describe hpa NAME
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.cause.rulings import of_object
from bot.cluster import objects as k
from bot.cluster.readers.facts import WorkloadProblem
from bot.facts.told import told
from bot.report import Layer, Outcome, Rank, Ruling, Solution, Subject
from bot.view import View

_MEND = Solution(
    title="Correct scaleTargetRef, or delete the autoscaler",
    why="It has nothing to scale.",
)


def check(view: View) -> Iterator[Ruling]:
    """Rule on an autoscaler whose target does not exist."""
    yield from told(view, WorkloadProblem.NO_TARGET, _MEND)
    item = view.target_object
    if not isinstance(item, k.HorizontalPodAutoscaler):
        return
    reference = item.spec.scale_target_ref
    kind = {
        each.__name__: each
        for each in (k.Deployment, k.StatefulSet, k.ReplicaSet, k.ReplicationController)
    }.get(reference.kind)
    said = next(
        (
            c
            for c in item.status.conditions
            if c.type == "AbleToScale" and c.status == "False" and "not found" in c.message
        ),
        None,
    )
    if said or (kind and view.absent(kind, item.namespace, reference.name)):
        yield of_object(
            item,
            f"HorizontalPodAutoscaler {item.name} scales {reference.kind} {reference.name}, which"
            " does not exist",
            said.message if said else f"scaleTargetRef: {reference.kind}/{reference.name}",
            ("Correct scaleTargetRef, or delete the autoscaler", "It has nothing to scale."),
            kubectl.command("edit", "hpa", item.name, item.namespace),
        )
    elif kind is None or view.find(kind, item.namespace, reference.name) is None:
        yield Ruling(
            outcome=Outcome.UNKNOWN,
            subject=Subject(item.kind, item.name),
            summary=f"nobody saw whether its target {reference.kind} {reference.name} exists",
        )


CAUSE = Cause(
    code="HPATargetMissing",
    title="what it scales does not exist",
    layer=Layer.CLUSTER,
    rank=Rank.ORIGIN,
    doc=__doc__,
    check=check,
)

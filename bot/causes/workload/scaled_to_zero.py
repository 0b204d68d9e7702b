"""The workload wants no pods.

Seen as:       0/0 ready, no pods
Confirmed if:  spec.replicas is 0
Ruled out if:  it wants any
By hand:       kubectl get deployment NAME
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.cluster import objects as k
from bot.report import Layer, Rank, Ruling
from bot.rulings import of_object
from bot.view import View


def check(view: View) -> Iterator[Ruling]:
    """Rule on a workload target that wants no pods."""
    for item in view.controllers:
        if not isinstance(item, k.Workload) or isinstance(item, k.DaemonSet):
            continue
        if item.spec.replicas == 0 and item.metadata.controller is None:
            yield of_object(
                item,
                f"{item.kind} {item.name} is scaled to 0 replicas: nothing runs because nothing"
                " should",
                "spec.replicas: 0",
                ("Scale it up", "A workload with 0 replicas has no pods."),
                kubectl.command("scale", item.kind, item.name, item.namespace, "--replicas=1"),
            )


CAUSE = Cause(
    code="ScaledToZero",
    title="the workload is scaled to zero",
    layer=Layer.CLUSTER,
    rank=Rank.FAULT,
    doc=__doc__,
    check=check,
)

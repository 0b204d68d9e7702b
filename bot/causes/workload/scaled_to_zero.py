"""The workload wants no pods.

Seen as:       0/0 ready, no pods, a Service without endpoints
Confirmed if:  spec.replicas is 0
Ruled out if:  it wants any
By hand:       kubectl get deployment NAME
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.cause.rulings import of_object
from bot.cluster import objects as k
from bot.facts.services import concerned, workloads_behind
from bot.report import Layer, Rank, Ruling
from bot.view import View


def check(view: View) -> Iterator[Ruling]:
    """Rule on workloads that want no pods: the target, or what a Service or Ingress leads to."""
    behind = [w for service in concerned(view) for w in workloads_behind(view, service)]
    for item in (*view.controllers, *behind):
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

"""No node fits the template of a DaemonSet.

Seen as:       0 desired, no pods
Confirmed if:  the controller has looked at the present template and wants 0 pods, or wants none
               and no node has the labels of its nodeSelector
Ruled out if:  it wants some
By hand:       kubectl get nodes --show-labels
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause import Cause
from bot.cause.rulings import of_object
from bot.cluster import objects as k
from bot.report import Layer, Rank, Ruling
from bot.view import View


def check(view: View) -> Iterator[Ruling]:
    """Rule on DaemonSets whose pods no node may run."""
    for item in view.controllers:
        settled = isinstance(item, k.DaemonSet) and (
            item.status.observed_generation >= max(item.metadata.generation, 1)
        )
        if not isinstance(item, k.DaemonSet) or item.status.desired_number_scheduled != 0:
            continue
        wanted = item.spec.template.spec.node_selector
        nodes = view.all(k.Node) if view.listed(k.Node) else ()
        unmet = bool(nodes) and not any(
            wanted.items() <= node.metadata.labels.items() for node in nodes
        )
        if settled or unmet:
            labels = ", ".join(f"{key}={value}" for key, value in sorted(wanted.items()))
            yield of_object(
                item,
                f"DaemonSet {item.name} finds no node to run on"
                f"{f': none has {labels}' if labels else ''}",
                f"desiredNumberScheduled: 0, nodeSelector: {labels or 'none'}",
                (
                    "Label a node, or correct nodeSelector, affinity or tolerations",
                    "A DaemonSet runs on the nodes that its template fits.",
                ),
                "kubectl get nodes --show-labels",
            )


CAUSE = Cause(
    code="DaemonSetSelectsNoNode",
    title="no node fits the DaemonSet",
    layer=Layer.CLUSTER,
    rank=Rank.FAULT,
    doc=__doc__,
    check=check,
)

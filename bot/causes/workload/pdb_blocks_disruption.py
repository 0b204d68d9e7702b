"""A disruption budget allows no disruption now.

Seen as:       kubectl drain hangs, "Cannot evict pod as it would violate"
Confirmed if:  disruptionsAllowed is 0 while pods are counted, or the condition says so
Ruled out if:  it allows one
By hand:       kubectl get pdb NAME
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.cause.rulings import of_object
from bot.cluster import objects as k
from bot.cluster.readers.facts import WorkloadProblem
from bot.facts.told import told
from bot.report import Layer, Rank, Ruling, Solution
from bot.view import View

_MEND = Solution(
    title="Start more pods, or loosen the budget",
    why="A drain waits until the budget allows it.",
)


def check(view: View) -> Iterator[Ruling]:
    """Rule on a disruption budget that allows none."""
    yield from told(view, WorkloadProblem.NO_DISRUPTION, _MEND)
    item = view.target_object
    if not isinstance(item, k.PodDisruptionBudget) or item.status.disruptions_allowed > 0:
        return
    refused = any(
        c.type == "DisruptionAllowed" and c.status == "False" for c in item.status.conditions
    )
    if not refused and not item.status.expected_pods:
        return
    selector = item.spec.selector.match_labels if item.spec.selector else {}
    labels = ", ".join(f"{key}={value}" for key, value in sorted(selector.items())) or "all pods"
    status = item.status
    bound = (
        f"minAvailable {item.spec.min_available}"
        if item.spec.min_available is not None
        else f"maxUnavailable {item.spec.max_unavailable}"
    )
    yield of_object(
        item,
        f"PodDisruptionBudget {item.name} ({bound}) allows no disruption of pods with {labels}:"
        f" {status.current_healthy} healthy, {status.desired_healthy} needed,"
        f" {status.expected_pods} counted",
        f"disruptionsAllowed: 0, {bound}",
        ("Start more pods, or loosen the budget", "A drain waits until the budget allows it."),
        kubectl.command("edit", "pdb", item.name, item.namespace),
    )


CAUSE = Cause(
    code="PDBBlocksDisruption",
    title="the budget allows no disruption",
    layer=Layer.CLUSTER,
    rank=Rank.FAULT,
    doc=__doc__,
    check=check,
)

"""Of all predicates that failed, the one whose change lets the pod fit: the least change."""

from __future__ import annotations

import msgspec

from bot.cluster import objects as k
from bot.cluster.readers.facts import NodesRefused, Predicate, Unschedulable
from bot.facts.placement import NodeFit, affinity_terms, fits
from bot.view import View

P = Predicate
CODES: dict[Predicate, str] = {
    P.CPU: "InsufficientCPU",
    P.MEMORY: "InsufficientMemory",
    P.RESOURCE: "InsufficientResource",
    P.SELECTOR: "NodeSelectorMismatch",
    P.AFFINITY: "NodeAffinityMismatch",
    P.SELECTOR_OR_AFFINITY: "NodeSelectorMismatch",
    P.TAINT: "TaintNotTolerated",
    P.CORDONED: "NodeCordoned",
    P.NOT_READY: "NodeNotReady",
    P.DISK_PRESSURE: "DiskPressure",
    P.MEMORY_PRESSURE: "MemoryPressure",
    P.POD_AFFINITY: "PodAffinity",
    P.POD_ANTI_AFFINITY: "PodAntiAffinity",
    P.ANY_POD_AFFINITY: "PodAntiAffinity",
    P.TOPOLOGY_SPREAD: "TopologySpread",
    P.HOST_PORT: "HostPortConflict",
    P.VOLUME_NODE_AFFINITY: "VolumeNodeAffinity",
    P.VOLUME_UNBOUND: "VolumeUnbound",
    P.VOLUME_IN_USE: "VolumeMultiAttach",
    P.VOLUME_LOST: "PersistentVolumeLost",
    P.CLAIM_MISSING: "PVCNotFound",
    P.RESOURCE_CLAIM: "ResourceClaimMissing",
    P.QUOTA: "QuotaExceeded",
}
_TWINS = {
    P.SELECTOR_OR_AFFINITY: ("NodeAffinityMismatch",),
    P.ANY_POD_AFFINITY: ("PodAffinity",),
}
# What is said of the pod as a whole holds on every node.
_WHOLE_POD = (P.CLAIM_MISSING, P.VOLUME_LOST, P.VOLUME_UNBOUND, P.RESOURCE_CLAIM, P.QUOTA)
_BY_DESIGN = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """The row that would have to change, and the node for which that is enough."""

    code: str
    row: NodesRefused
    alternatives: tuple[str, ...]
    fit: NodeFit | None = None

    @property
    def certain(self) -> bool:
        """Whether nothing else could be the one to change."""
        return not self.alternatives


def choose(view: View, pod: k.Pod | None, table: Unschedulable) -> Choice | None:
    """The root among the rows of the scheduler's table; None when no row has a code."""
    rows = [_refined(pod, row) for row in table.rows if row.predicate in CODES]
    if not rows:
        return None
    nearest = _nearest(view, pod, rows)
    root = nearest[0] if nearest else max(rows, key=_weight)
    others = [] if nearest else [CODES[row.predicate] for row in sorted(rows, key=_weight)[::-1]]
    twins = _TWINS.get(root.predicate, ())
    code = CODES[root.predicate]
    alternatives = dict.fromkeys((*twins, *others))
    return Choice(
        code=code,
        row=root,
        alternatives=tuple(each for each in alternatives if each != code),
        fit=nearest[1] if nearest else None,
    )


def _weight(row: NodesRefused) -> tuple[bool, bool, int]:
    by_design = row.predicate is P.TAINT and any(row.detail.startswith(t) for t in _BY_DESIGN)
    return (row.predicate in _WHOLE_POD, not by_design, row.nodes)


def _refined(pod: k.Pod | None, row: NodesRefused) -> NodesRefused:
    """The pod's own specification tells selector from affinity, where it has only one of them."""
    if pod is None:
        return row
    predicate = row.predicate
    if predicate is P.SELECTOR_OR_AFFINITY:
        selector, terms = bool(pod.spec.node_selector), bool(affinity_terms(pod))
        if selector != terms:
            predicate = P.SELECTOR if selector else P.AFFINITY
    elif predicate is P.ANY_POD_AFFINITY:
        affinity = pod.spec.affinity or {}
        if ("podAffinity" in affinity) != ("podAntiAffinity" in affinity):
            predicate = P.POD_AFFINITY if "podAffinity" in affinity else P.POD_ANTI_AFFINITY
    return msgspec.structs.replace(row, predicate=predicate)


def _nearest(
    view: View, pod: k.Pod | None, rows: list[NodesRefused]
) -> tuple[NodesRefused, NodeFit] | None:
    """The row that the node with the fewest obstacles fails on."""
    if pod is None or any(row.predicate in _WHOLE_POD for row in rows):
        return None
    for fit in fits(view, pod):
        obstacles = list(dict.fromkeys(fit.obstacles))
        absent = [each.resource for each in fit.shortages if not each.whole]
        for row in rows:
            if row.predicate is P.RESOURCE and row.detail in absent:
                # A resource that the best node does not have at all: no other change would help.
                return row, fit
        if len(obstacles) != 1:
            return None
        for row in rows:
            same = obstacles[0] in (P.SELECTOR, P.AFFINITY)
            if row.predicate is obstacles[0]:
                return row, fit
            if same and row.predicate is P.SELECTOR_OR_AFFINITY:
                return msgspec.structs.replace(row, predicate=obstacles[0]), fit
        return None
    return None

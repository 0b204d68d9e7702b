"""Why a pod finds no node: each node against what the pod asks for. Pure.

The predicates are the scheduler's own
(https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins). What pods on a node
have taken counts only when all pods of the cluster were listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from bot.cluster import objects as k
from bot.cluster.quantities import parse_quantity
from bot.cluster.readers.facts import Predicate
from bot.view import View


class Shortage(msgspec.Struct, frozen=True, kw_only=True):
    """A resource that a node has too little of."""

    resource: str
    asked: Decimal
    free: Decimal
    whole: Decimal
    """What the node has when it is empty."""


class NodeFit(msgspec.Struct, frozen=True, kw_only=True):
    """What one node lacks for one pod."""

    node: str
    taints: tuple[k.Taint, ...] = ()
    cordoned: bool = False
    ready: bool = True
    selector: tuple[str, ...] = ()
    """Labels of the nodeSelector that the node does not have, as `key=value`."""
    affinity: bool = False
    """Whether required node affinity excludes it."""
    shortages: tuple[Shortage, ...] = ()

    @property
    def obstacles(self) -> tuple[Predicate, ...]:
        """The predicates that fail on this node, as far as the objects tell."""
        found = [
            (bool(self.taints), Predicate.TAINT),
            (self.cordoned, Predicate.CORDONED),
            (not self.ready, Predicate.NOT_READY),
            (bool(self.selector), Predicate.SELECTOR),
            (self.affinity, Predicate.AFFINITY),
        ]
        own = [predicate for failed, predicate in found if failed]
        return (*own, *(predicate_of(each.resource) for each in self.shortages))


def predicate_of(resource: str) -> Predicate:
    """The predicate of a resource."""
    return {"cpu": Predicate.CPU, "memory": Predicate.MEMORY}.get(resource, Predicate.RESOURCE)


def fits(view: View, pod: k.Pod) -> tuple[NodeFit, ...]:
    """Each node that was seen, those that lack least first; empty when nodes were not listed."""
    if not view.listed(k.Node):
        return ()
    asked = requests_of(pod)
    found = [_fit(view, pod, asked, node) for node in view.all(k.Node)]
    return tuple(sorted(found, key=_distance))


def _fit(view: View, pod: k.Pod, asked: Mapping[str, Decimal], node: k.Node) -> NodeFit:
    ready = next((c.status for c in node.status.conditions if c.type == "Ready"), "True")
    return NodeFit(
        node=node.name,
        taints=tuple(
            taint
            for taint in node.spec.taints
            if taint.effect in ("NoSchedule", "NoExecute")
            and not taint.key.startswith("node.kubernetes.io/")
            and not tolerated(pod, taint)
        ),
        cordoned=node.spec.unschedulable and not tolerated(pod, _CORDON),
        ready=ready == "True",
        selector=tuple(
            f"{key}={value}"
            for key, value in sorted(pod.spec.node_selector.items())
            if node.metadata.labels.get(key) != value
        ),
        affinity=not affinity_allows(pod, node),
        shortages=tuple(_shortages(view, asked, node)),
    )


_BY_DESIGN = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")


def _distance(fit: NodeFit) -> tuple[int, bool, bool, str]:
    """How far a node is from taking the pod: obstacles, and whether one of them cannot be moved.

    Of nodes that are as far, those come first that the pod itself asks for.
    """
    for_good = any(each.asked > each.whole for each in fit.shortages)
    reserved = any(taint.key in _BY_DESIGN for taint in fit.taints)
    return len(fit.obstacles), for_good or reserved, bool(fit.selector) or fit.affinity, fit.node


_CORDON = k.Taint(key="node.kubernetes.io/unschedulable", effect="NoSchedule")


def tolerated(pod: k.Pod, taint: k.Taint) -> bool:
    """Whether the pod tolerates the taint."""
    return any(
        each.effect in ("", taint.effect)
        and each.key in ("", taint.key)
        and (each.operator == "Exists" or (each.key and each.value == taint.value))
        for each in pod.spec.tolerations
    )


def requests_of(pod: k.Pod) -> dict[str, Decimal]:
    """What the scheduler counts: all containers or the largest init container, and overhead."""
    total: dict[str, Decimal] = {}
    sidecars: dict[str, Decimal] = {}
    for container in pod.spec.containers:
        _add(total, _asked(container))
    largest: dict[str, Decimal] = {}
    for container in pod.spec.init_containers:
        if container.restart_policy == "Always":
            _add(sidecars, _asked(container))
            continue
        for name, amount in _asked(container).items():
            largest[name] = max(largest.get(name, Decimal(0)), amount + sidecars.get(name, 0))
    _add(total, sidecars)
    for name, amount in largest.items():
        total[name] = max(total.get(name, Decimal(0)), amount)
    _add(total, {name: parse_quantity(text) for name, text in pod.spec.overhead.items()})
    return total


def _asked(container: k.Container) -> dict[str, Decimal]:
    """Requests; a limit without a request is one."""
    named = {**container.resources.limits, **container.resources.requests}
    return {name: parse_quantity(text) for name, text in named.items()}


def _add(total: dict[str, Decimal], more: Mapping[str, Decimal]) -> None:
    for name, amount in more.items():
        total[name] = total.get(name, Decimal(0)) + amount


def _shortages(view: View, asked: Mapping[str, Decimal], node: k.Node) -> Iterator[Shortage]:
    taken, pods = _taken(view, node.name)
    allocatable = {name: parse_quantity(text) for name, text in node.status.allocatable.items()}
    if not allocatable:
        return
    for name, amount in sorted({**asked, "pods": Decimal(1)}.items()):
        whole = allocatable.get(name, Decimal(0))
        used = Decimal(pods) if name == "pods" else taken.get(name, Decimal(0))
        known = name in allocatable or name != "pods"
        if known and amount > whole - used and amount > 0:
            yield Shortage(
                resource=name, asked=amount, free=max(whole - used, Decimal(0)), whole=whole
            )


def _taken(view: View, node: str) -> tuple[dict[str, Decimal], int]:
    by_node = view.remember("what pods took of each node", lambda: _all_taken(view))
    return by_node.get(node, ({}, 0))


def _all_taken(view: View) -> dict[str, tuple[dict[str, Decimal], int]]:
    found: dict[str, tuple[dict[str, Decimal], int]] = {}
    for pod in view.all(k.Pod):
        if pod.spec.node_name and pod.status.phase not in ("Succeeded", "Failed"):
            taken, pods = found.get(pod.spec.node_name, ({}, 0))
            _add(taken, requests_of(pod))
            found[pod.spec.node_name] = (taken, pods + 1)
    return found


# --- node affinity ----------------------------------------------------------------------------


def affinity_terms(pod: k.Pod) -> tuple[Mapping[str, Any], ...]:
    """The terms of required node affinity, of which one must match."""
    required = _dig(
        pod.spec.affinity, "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"
    )
    return terms(required)


def terms(selector: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The terms of a node selector."""
    found = selector.get("nodeSelectorTerms")
    return (
        tuple(each for each in found if isinstance(each, dict)) if isinstance(found, list) else ()
    )


def affinity_allows(pod: k.Pod, node: k.Node) -> bool:
    """Whether required node affinity, if any, matches the node."""
    wanted = affinity_terms(pod)
    return not wanted or any(_term_matches(term, node) for term in wanted)


def _term_matches(term: Mapping[str, Any], node: k.Node) -> bool:
    fields = {"metadata.name": node.name}
    return all(
        _matches(part, node.metadata.labels) for part in _parts(term, "matchExpressions")
    ) and all(_matches(part, fields) for part in _parts(term, "matchFields"))


def _parts(term: Mapping[str, Any], name: str) -> Iterable[Mapping[str, Any]]:
    parts = term.get(name)
    return [each for each in parts if isinstance(each, dict)] if isinstance(parts, list) else []


def _matches(part: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, values = str(part.get("key", "")), part.get("values") or []
    value = labels.get(key)
    match part.get("operator"):
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case "Gt" | "Lt" as operator:
            return _compares(str(operator), value, values)
        case _:
            return False


def _compares(operator: str, value: str | None, values: list[Any]) -> bool:
    if value is None or not values or not value.isdigit() or not str(values[0]).isdigit():
        return False
    bound = int(str(values[0]))
    return int(value) > bound if operator == "Gt" else int(value) < bound


def _dig(value: Mapping[str, Any] | None, *path: str) -> Mapping[str, Any]:
    found: Any = value or {}
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}

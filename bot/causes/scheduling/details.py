"""What the pod's own specification, and the objects around it, add to the scheduler's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.causes.scheduling.choose import Choice
from bot.causes.scheduling.remedies import SAID
from bot.cluster import objects as k
from bot.cluster.quantities import write_quantity
from bot.cluster.readers import facts as f
from bot.facts.placement import affinity_terms, requests_of, terms
from bot.view import View
from bot.words import count, listed

P = f.Predicate


def words_of(row: f.NodesRefused) -> str:
    """One row of the table: what is lacking, on how many nodes."""
    said = " ".join(SAID.get(row.predicate, "{}").format(row.detail).split())
    return f"{said} on {count(row.nodes, 'node')}" if row.nodes else said


def detail_of(view: View, pod: k.Pod | None, choice: Choice) -> str:
    """What the pod asks for and what the best node has, from the objects; empty without any."""
    tell = _DETAILS.get(choice.row.predicate)
    return tell(view, pod, choice) if pod and tell else ""


def _resources(view: View, pod: k.Pod, choice: Choice) -> str:  # noqa: ARG001
    if choice.fit and choice.fit.shortages:
        return "; ".join(
            f"it asks for {write_quantity(each.resource, each.asked)} {each.resource}, node"
            f" {choice.fit.node} has {write_quantity(each.resource, each.free)} free of"
            f" {write_quantity(each.resource, each.whole)}"
            for each in choice.fit.shortages
        )
    name = {P.CPU: "cpu", P.MEMORY: "memory"}.get(choice.row.predicate, choice.row.detail)
    amount = requests_of(pod).get(name)
    if not amount:
        return ""
    return f"it asks for {write_quantity(name, amount)} {name}; {words_of(choice.row)}"


def _labels(view: View, pod: k.Pod, choice: Choice) -> str:  # noqa: ARG001
    if choice.row.predicate is not P.AFFINITY and pod.spec.node_selector:
        wanted = (f"{key}={value}" for key, value in sorted(pod.spec.node_selector.items()))
        return f"its nodeSelector asks for {listed(wanted)}"
    asked = written(affinity_terms(pod))
    return f"its node affinity asks for {asked}" if asked else ""


def written(found: Iterable[Mapping[str, Any]]) -> str:
    """Node selector terms as a person reads them."""
    return " or ".join(
        " and ".join(
            f"{each.get('key')} {each.get('operator')} {listed(map(str, each.get('values') or ()))}"
            for each in (*(term.get("matchExpressions") or ()), *(term.get("matchFields") or ()))
            if isinstance(each, dict)
        )
        for term in found
    )


def _host_ports(view: View, pod: k.Pod, choice: Choice) -> str:  # noqa: ARG001
    wanted = {p.host_port for c in pod.spec.containers for p in c.ports if p.host_port}
    holders = sorted(
        f"{other.namespace}/{other.name}"
        for other in view.all(k.Pod)
        if other.name != pod.name and other.spec.node_name
        for c in other.spec.containers
        if wanted & {p.host_port for p in c.ports}
    )
    held = f", which {listed(holders)} holds" if holders else ""
    return f"it asks for host port {listed(map(str, sorted(wanted)))}{held}"


def _near_claims(view: View, pod: k.Pod, choice: Choice) -> str:
    others = [claim.name for claim in view.all(k.PersistentVolumeClaim, pod.namespace)]
    there = f"; there is {listed(others)}" if others else ""
    return f"claim {choice.row.detail} does not exist{there}"


def _pod_terms(view: View, pod: k.Pod, choice: Choice) -> str:  # noqa: ARG001
    found: list[str] = []
    for kind in ("podAffinity", "podAntiAffinity"):
        rules = (pod.spec.affinity or {}).get(kind) or {}
        terms = rules.get("requiredDuringSchedulingIgnoredDuringExecution") or []
        for term in terms if isinstance(terms, list) else []:
            selector = term.get("labelSelector") or {}
            labels = [
                f"{key}={value}" for key, value in (selector.get("matchLabels") or {}).items()
            ]
            labels += [
                f"{each.get('key')} {each.get('operator')} {listed(each.get('values') or ())}"
                for each in selector.get("matchExpressions") or ()
            ]
            found.append(f"{kind} {listed(labels)} per {term.get('topologyKey')}")
    return f"its {choice.row.predicate} rules: {'; '.join(found)}" if found else ""


def _places(view: View, pod: k.Pod, choice: Choice) -> str:  # noqa: ARG001
    """Where the pod's volumes can be used, by the node affinity of each."""
    told = []
    for claim in view.claims(pod):
        volume = view.find(k.PersistentVolume, "", claim.spec.volume_name)
        required = (volume.spec.node_affinity or {}).get("required") if volume else None
        if volume and isinstance(required, dict):
            told.append(
                f"volume {volume.name} of claim {claim.name} needs {written(terms(required))}"
            )
    return "; ".join(told)


def _unbound(view: View, pod: k.Pod, choice: Choice) -> str:  # noqa: ARG001
    """The claims of the pod that are not known to be bound."""
    bound = {claim.name for claim in view.claims(pod) if claim.status.phase == "Bound"}
    names = [
        volume.persistent_volume_claim.claim_name
        for volume in pod.spec.volumes
        if volume.persistent_volume_claim
    ]
    open_ones = listed(name for name in names if name not in bound)
    return f"claim {open_ones} is unbound" if open_ones else ""


_DETAILS: dict[f.Predicate, Callable[[View, k.Pod, Choice], str]] = {
    P.CPU: _resources,
    P.MEMORY: _resources,
    P.RESOURCE: _resources,
    P.SELECTOR: _labels,
    P.AFFINITY: _labels,
    P.SELECTOR_OR_AFFINITY: _labels,
    P.HOST_PORT: _host_ports,
    P.CLAIM_MISSING: _near_claims,
    P.POD_AFFINITY: _pod_terms,
    P.POD_ANTI_AFFINITY: _pod_terms,
    P.VOLUME_NODE_AFFINITY: _places,
    P.VOLUME_UNBOUND: _unbound,
}

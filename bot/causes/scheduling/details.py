"""What the pod's own specification, and the objects around it, add to the scheduler's words."""

from __future__ import annotations

from bot.causes.scheduling.choose import Choice
from bot.causes.scheduling.remedies import SAID
from bot.cluster import objects as k
from bot.cluster.quantities import write_quantity
from bot.cluster.readers import facts as f
from bot.placement import affinity_terms, requests_of
from bot.view import View
from bot.words import count, listed

P = f.Predicate


def words_of(row: f.NodesRefused) -> str:
    """One row of the table: what is lacking, on how many nodes."""
    said = " ".join(SAID.get(row.predicate, "{}").format(row.detail).split())
    return f"{said} on {count(row.nodes, 'node')}" if row.nodes else said


def detail_of(view: View, pod: k.Pod | None, choice: Choice) -> str:
    """What the pod asks for and what the best node has, from the objects."""
    if pod is None:
        return ""
    predicate = choice.row.predicate
    if choice.fit and choice.fit.shortages and predicate in (P.CPU, P.MEMORY, P.RESOURCE):
        return "; ".join(
            f"it asks for {write_quantity(each.resource, each.asked)} {each.resource}, node"
            f" {choice.fit.node} has {write_quantity(each.resource, each.free)} free of"
            f" {write_quantity(each.resource, each.whole)}"
            for each in choice.fit.shortages
        )
    match predicate:
        case P.CPU | P.MEMORY | P.RESOURCE:
            return _asked(pod, choice)
        case P.VOLUME_UNBOUND:
            return _unbound(view, pod)
        case P.SELECTOR | P.SELECTOR_OR_AFFINITY if pod.spec.node_selector:
            wanted = (f"{key}={value}" for key, value in sorted(pod.spec.node_selector.items()))
            return f"its nodeSelector asks for {listed(wanted)}"
        case P.AFFINITY | P.SELECTOR_OR_AFFINITY:
            return f"its node affinity asks for {_affinity(pod)}"
        case P.HOST_PORT:
            return f"it asks for {_host_ports(view, pod)}"
        case P.CLAIM_MISSING:
            return _near_claims(view, pod, choice.row.detail)
        case P.POD_ANTI_AFFINITY | P.POD_AFFINITY:
            return f"its {predicate} rules: {_pod_terms(pod)}"
        case _:
            return ""


def _affinity(pod: k.Pod) -> str:
    """The terms, of which one has to match, each with the parts that all have to."""
    return " or ".join(
        " and ".join(
            f"{each.get('key')} {each.get('operator')} {listed(map(str, each.get('values') or ()))}"
            for each in (*(term.get("matchExpressions") or ()), *(term.get("matchFields") or ()))
            if isinstance(each, dict)
        )
        for term in affinity_terms(pod)
    )


def _host_ports(view: View, pod: k.Pod) -> str:
    wanted = {p.host_port for c in pod.spec.containers for p in c.ports if p.host_port}
    holders = sorted(
        f"{other.namespace}/{other.name}"
        for other in view.all(k.Pod)
        if other.name != pod.name and other.spec.node_name
        for c in other.spec.containers
        if wanted & {p.host_port for p in c.ports}
    )
    held = f", which {listed(holders)} holds" if holders else ""
    return f"host port {listed(map(str, sorted(wanted)))}{held}"


def _near_claims(view: View, pod: k.Pod, name: str) -> str:
    others = [claim.name for claim in view.all(k.PersistentVolumeClaim, pod.namespace)]
    there = f"; there is {listed(others)}" if others else ""
    return f"claim {name} does not exist{there}"


def _pod_terms(pod: k.Pod) -> str:
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
    return "; ".join(found) or "of other pods"


def _asked(pod: k.Pod, choice: Choice) -> str:
    name = {P.CPU: "cpu", P.MEMORY: "memory"}.get(choice.row.predicate, choice.row.detail)
    amount = requests_of(pod).get(name)
    if not amount:
        return ""
    return f"it asks for {write_quantity(name, amount)} {name}; {words_of(choice.row)}"


def _unbound(view: View, pod: k.Pod) -> str:
    """The claims of the pod that are not known to be bound."""
    bound = {claim.name for claim in view.claims(pod) if claim.status.phase == "Bound"}
    names = [
        volume.persistent_volume_claim.claim_name
        for volume in pod.spec.volumes
        if volume.persistent_volume_claim
    ]
    open_ones = listed(name for name in names if name not in bound)
    return f"claim {open_ones} is unbound" if open_ones else ""

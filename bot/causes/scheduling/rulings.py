"""Pods without a node, in words: the table of the scheduler, and the row that has to change."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause_tables import Coded
from bot.causes.scheduling.choose import Choice, choose
from bot.causes.scheduling.remedies import solution
from bot.cluster import objects as k
from bot.cluster.quantities import write_quantity
from bot.cluster.readers import facts as f
from bot.placement import affinity_terms
from bot.report import Outcome, Proof, Ruling, Subject
from bot.said import Said, of
from bot.view import View
from bot.words import count, listed

P = f.Predicate


def rule(view: View) -> Iterator[Coded]:
    """A ruling for each pod that no node takes."""
    seen: set[str] = set()
    for fact, item in sorted(of(view, f.Unschedulable), key=_newest_first):
        pod = item.about if isinstance(item.about, k.Pod) else None
        name = pod.name if pod else ""
        if name in seen:
            continue
        choice = choose(view, pod, fact)
        if choice:
            seen.add(name)
            yield Coded(choice.code, _ruling(view, pod, fact, item, choice))
    yield from _alone(view)


def _newest_first(pair: tuple[f.Unschedulable, Said]) -> float:
    at = pair[1].at
    return -at.timestamp() if at else float("-inf")


def _ruling(
    view: View, pod: k.Pod | None, fact: f.Unschedulable, item: Said, choice: Choice
) -> Ruling:
    total = f" of {count(fact.nodes, 'node')}" if fact.nodes else ""
    table = "; ".join(_words(row) for row in fact.rows)
    detail = _detail(view, pod, choice)
    proof = [item.proof]
    if choice.fit:
        proof.append(
            Proof(
                f"Node {choice.fit.node} fails on nothing else.",
                command=f"kubectl describe node {choice.fit.node}",
            )
        )
    return Ruling(
        outcome=Outcome.CONFIRMED if choice.certain else Outcome.SUSPECTED,
        subject=Subject("Pod", pod.name) if pod else item.subject,
        summary=f"no node takes the pod{total}: {detail or _words(choice.row)}"
        + (f" ({table})" if len(fact.rows) > 1 or detail else ""),
        proof=tuple(proof),
        solutions=solution(pod, choice),
        alternatives=choice.alternatives,
    )


def _words(row: f.NodesRefused) -> str:
    nodes = f"{count(row.nodes, 'node')}: " if row.nodes else ""
    named = f" {row.detail}" if row.detail and row.predicate is not P.OTHER else ""
    return f"{nodes}{row.detail if row.predicate is P.OTHER else row.predicate}{named}"


def _detail(view: View, pod: k.Pod | None, choice: Choice) -> str:
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
    parts = [
        f"{each.get('key')} {each.get('operator')} {listed(map(str, each.get('values') or ()))}"
        for term in affinity_terms(pod)
        for each in (*(term.get("matchExpressions") or ()), *(term.get("matchFields") or ()))
        if isinstance(each, dict)
    ]
    return " or ".join(part.strip() for part in parts)


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


def _alone(view: View) -> Iterator[Coded]:
    """What is said without a table of nodes."""
    for _, item in of(view, f.NoNodesAtAll):
        yield _simple("NoNodes", item, "the cluster has no node that takes pods")
    for _, item in of(view, f.SchedulingGated):
        pod = item.about if isinstance(item.about, k.Pod) else None
        gates = listed(gate.name for gate in pod.spec.scheduling_gates) if pod else ""
        yield _simple("SchedulingGated", item, f"scheduling gates hold it back {gates}".strip())
    named: set[str] = set()
    for missing, item in of(view, f.PriorityClassMissing):
        if missing.name in named:
            continue
        named.add(missing.name)
        yield _simple("PriorityClassMissing", item, f"PriorityClass {missing.name} does not exist")
    for scaled, item in of(view, f.NotScaledUp):
        table = "; ".join(_words(row) for row in scaled.rows)
        yield _simple("AutoscalerNotTriggered", item, f"no node group would help: {table}")


def _simple(code: str, item: Said, summary: str) -> Coded:
    return Coded(
        code,
        Ruling(
            outcome=Outcome.CONFIRMED, subject=item.subject, summary=summary, proof=(item.proof,)
        ),
    )

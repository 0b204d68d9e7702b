"""Pods without a node, in words: the table of the scheduler, and the row that has to change."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause.rulings import of_object
from bot.cause.tables import Coded
from bot.causes.scheduling.choose import Choice, choose
from bot.causes.scheduling.details import detail_of, words_of
from bot.causes.scheduling.remedies import solution
from bot.cluster import objects as k
from bot.cluster.readers import facts as f
from bot.facts.said import Said, of
from bot.report import Outcome, Proof, Ruling, Subject
from bot.view import View
from bot.words import listed, shell


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
    table = "; ".join(words_of(row) for row in fact.rows)
    detail = detail_of(view, pod, choice)
    proof = [item.proof]
    if choice.fit:
        only = len(set(choice.fit.obstacles)) == 1
        nearest = "fails on nothing else" if only else "is the nearest, and fails on more than one"
        proof.append(
            Proof(
                f"Node {choice.fit.node} {nearest}.",
                command=shell("kubectl", "describe", "node", choice.fit.node),
            )
        )
    return Ruling(
        outcome=Outcome.CONFIRMED if choice.certain else Outcome.SUSPECTED,
        subject=Subject("Pod", pod.name) if pod else item.subject,
        summary=f"{_who(fact.nodes)}: {detail or words_of(choice.row)}"
        + (f" ({table})" if len(fact.rows) > 1 else ""),
        proof=tuple(proof),
        solutions=solution(view, pod, choice),
        alternatives=choice.alternatives,
    )


def _who(nodes: int | None) -> str:
    if nodes is None:
        return "no node takes the pod"
    if nodes == 1:
        return "the only node does not take the pod"
    return f"none of the {nodes} nodes takes the pod"


def _cordoned(view: View) -> Iterator[Coded]:
    """A node that somebody asks about, works, and is closed to new pods."""
    node = view.target_object
    if not isinstance(node, k.Node) or not node.spec.unschedulable:
        return
    if not any(c.type == "Ready" and c.status == "True" for c in node.status.conditions):
        return
    reopen = shell("kubectl", "uncordon", node.name)
    yield Coded(
        "NodeCordoned",
        of_object(
            node,
            f"node {node.name} is Ready and cordoned: it takes no new pods",
            "spec.unschedulable: true",
            ("Let it take pods again when its maintenance is over", "Somebody closed it."),
            reopen,
        ),
    )


def _alone(view: View) -> Iterator[Coded]:
    """What is said without a table of nodes."""
    yield from _cordoned(view)
    for _, item in of(view, f.NoNodesAtAll):
        yield _simple("NoNodes", item, "the cluster has no node that takes pods")
    for fact, item in of(view, f.NodeFailed):
        if fact.problem is f.NodeProblem.CORDONED and item.about is None:
            name = fact.node or "of the pod"
            yield _simple("NodeCordoned", item, f"node {name} is cordoned: it takes no new pods")
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
        table = "; ".join(words_of(row) for row in scaled.rows)
        yield _simple("AutoscalerNotTriggered", item, f"no node group would help: {table}")


def _simple(code: str, item: Said, summary: str) -> Coded:
    return Coded(
        code,
        Ruling(
            outcome=Outcome.CONFIRMED, subject=item.subject, summary=summary, proof=(item.proof,)
        ),
    )

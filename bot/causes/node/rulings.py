"""Nodes: what they say of themselves, and what they did to the pod."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause.tables import Coded
from bot.causes.node.well import rule_well
from bot.cluster import objects as k
from bot.cluster.readers import facts as f
from bot.facts.said import Said, of
from bot.report import Outcome, Proof, Ruling, Solution, Subject
from bot.view import View
from bot.words import listed, shell

N = f.NodeProblem
_PRESSURES = {
    "memory": "MemoryPressure",
    "ephemeral-storage": "DiskPressure",
    "nodefs": "DiskPressure",
    "imagefs": "DiskPressure",
    "inodes": "DiskPressure",
    "storage": "DiskPressure",
}
_CODES = {
    N.NOT_READY: "NodeNotReady",
    N.LOST: "NodeLost",
    N.SHUTDOWN: "NodeShutdown",
    N.MEMORY_PRESSURE: "MemoryPressure",
    N.DISK_PRESSURE: "DiskPressure",
    N.PID_PRESSURE: "NodeNotReady",
    N.CORDONED: "NodeCordoned",
}
_RESOURCE_CODES = {"cpu": "InsufficientCPU", "memory": "InsufficientMemory"}


def rule(view: View) -> Iterator[Coded]:
    """Nodes by their objects, then what texts say of nodes, evictions and rejections."""
    known = tuple(_nodes(view))
    yield from known
    if not known:
        for fact, item in of(view, f.NodeFailed):
            yield _coded(
                _CODES[fact.problem], item, f"node {fact.node or 'of the pod'}: {fact.problem}"
            )
    yield from rule_well(view)
    yield from _evictions(view)
    yield from _rejections(view)


def _nodes(view: View) -> Iterator[Coded]:
    target = view.target_object
    nodes = {
        pod.spec.node_name
        for pod in view.pods
        if pod.status.phase in ("Pending", "Running", "Unknown")
    }
    for name in sorted(nodes - {""}):
        if view.absent(k.Node, "", name):
            yield _of_node("NodeLost", name, f"node {name} does not exist any more")
    found = [view.find(k.Node, "", name) for name in sorted(nodes)]
    for node in [target] if isinstance(target, k.Node) else found:
        if node is not None:
            yield from _conditions(node)


def _conditions(node: k.Node) -> Iterator[Coded]:
    ready = next((c for c in node.status.conditions if c.type == "Ready"), None)
    pressed = [c.type for c in node.status.conditions if c.status == "True" and c.type != "Ready"]
    also = f"; it also reports {listed(pressed, 6)}" if pressed else ""
    if ready and ready.status == "Unknown":
        said = f" ({ready.reason}: {ready.message})" if ready.message else ""
        yield _of_node(
            "NodeLost",
            node.name,
            f"node {node.name} stopped reporting: its state is Unknown{said}{also}",
        )
    elif ready and ready.status == "False":
        said = f": {ready.message}" if ready.message else ""
        yield _of_node("NodeNotReady", node.name, f"node {node.name} is not ready{said}{also}")
    else:
        for condition in pressed:
            if condition in ("MemoryPressure", "DiskPressure"):
                yield _of_node(condition, node.name, f"node {node.name} reports {condition}")


def _of_node(code: str, name: str, summary: str) -> Coded:
    return Coded(
        code,
        Ruling(
            outcome=Outcome.CONFIRMED,
            subject=Subject("Node", name),
            summary=summary,
            proof=(
                Proof(
                    f"{summary[:1].upper()}{summary[1:]}.",
                    command=shell("kubectl", "describe", "node", name),
                ),
            ),
            solutions=(_node_solution(code, name),),
        ),
    )


def _node_solution(code: str, name: str) -> Solution:
    title, command = {
        "NodeLost": (
            f"Bring node {name} back, or delete it so that its pods move",
            shell("kubectl", "delete", "node", name),
        ),
        "DiskPressure": (f"Free disk space on node {name}", "df -h; crictl rmi --prune"),
        "MemoryPressure": (
            f"Free memory on node {name}, or move pods away",
            shell("kubectl", "drain", name, "--ignore-daemonsets"),
        ),
    }.get(code, (f"Look at the kubelet of node {name}", "journalctl -u kubelet"))
    return Solution(
        title=title,
        why="Pods of a node that does not work are moved by their controllers after five minutes.",
        recommended=True,
        commands=(shell("kubectl", "describe", "node", name), command),
    )


def _evictions(view: View) -> Iterator[Coded]:
    for fact, item in of(view, f.PodEvicted):
        used = f"; {fact.usage}" if fact.usage else ""
        if fact.over_limit:
            yield _coded(
                "EphemeralStorageExceeded",
                item,
                "the pod used more ephemeral storage than it may",
                ("Evicted",),
                certain=True,
            )
        elif code := _PRESSURES.get(fact.resource):
            yield _coded(
                code,
                item,
                f"the node was low on {fact.resource} and evicted the pod{used}",
                ("Evicted",),
                certain=True,
            )
        else:
            yield _coded("Evicted", item, f"the pod was evicted{used}")


def _rejections(view: View) -> Iterator[Coded]:
    for fact, item in of(view, f.PodRejected):
        numbers = (
            f": asked for {fact.requested}, {fact.used} used of {fact.capacity}"
            if fact.capacity
            else ""
        )
        resource = f" for want of {fact.resource}" if fact.resource else ""
        doubts = (
            (_RESOURCE_CODES.get(fact.resource, "InsufficientResource"),) if fact.resource else ()
        )
        yield _coded(
            "NodeAdmissionRejected",
            item,
            f"the kubelet did not admit the pod ({fact.reason or 'rejected'}){resource}{numbers}",
            doubts,
            certain=True,
        )
    for gone, item in of(view, f.PodPreempted):
        by = f" by {gone.by}" if gone.by else ""
        yield _coded(
            "Preempted", item, f"the pod was preempted{by}: another pod had a higher priority"
        )


_MEND: dict[str, tuple[str, str, str]] = {
    "EphemeralStorageExceeded": (
        "Raise the ephemeral-storage limit, or write less",
        "The kubelet evicts a pod that uses more than its limit.",
        "kubectl get pod POD -o yaml",
    ),
    "Preempted": (
        "Add capacity, or raise the priority of the pod",
        "A pod of higher priority needed the room.",
        "kubectl get priorityclass",
    ),
    "NodeAdmissionRejected": (
        "Delete the pod: its controller makes a new one for another node",
        "A rejected pod is never tried again.",
        "kubectl delete pod POD",
    ),
}


def _coded(
    code: str,
    item: Said,
    summary: str,
    alternatives: tuple[str, ...] = (),
    *,
    certain: bool = False,
) -> Coded:
    title, why, command = _MEND.get(
        code,
        ("Look at the node of the pod", "The node decided, not the pod.", "kubectl describe nodes"),
    )
    name = item.about.name if item.about else "POD"
    return Coded(
        code,
        Ruling(
            outcome=Outcome.CONFIRMED if certain or not alternatives else Outcome.SUSPECTED,
            subject=item.subject,
            summary=summary,
            proof=(item.proof,),
            solutions=(
                Solution(
                    title=title,
                    why=why,
                    recommended=True,
                    commands=(command.replace("POD", shell(name)),),
                ),
            ),
            alternatives=alternatives,
        ),
    )

"""Nodes that are well: whoever sees a pod killed or stuck there suspects them first."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause.tables import Coded
from bot.cluster import objects as k
from bot.report import Outcome, Proof, Ruling, Subject
from bot.view import View, containers_of
from bot.words import ago, shell

_KILLS = (137, 143)


def rule_well(view: View) -> Iterator[Coded]:
    """Rule out the node of pods that were killed or wait to be set up, when it is Ready."""
    nodes = {
        node.name: node
        for pod in view.pods
        if (node := view.node_of(pod)) is not None and _suspects(view, pod)
    }
    for name in sorted(nodes):
        conditions = {c.type: c for c in nodes[name].status.conditions}
        ready = conditions.pop("Ready", None)
        if ready is None or ready.status != "True":
            continue
        if any(condition.status != "False" for condition in conditions.values()):
            continue
        heard = ago(ready.last_heartbeat_time, view.now)
        words = f"node {name} is Ready and reports no pressure{f', {heard} ago' if heard else ''}"
        command = shell("kubectl", "describe", "node", name)
        yield Coded(
            "NodeNotReady",
            Ruling(
                outcome=Outcome.RULED_OUT,
                subject=Subject("Node", name),
                summary=words,
                proof=(Proof(words, command=command),),
            ),
        )


def _suspects(view: View, pod: k.Pod) -> bool:
    """Whether a reader would ask for the node: a kill from outside, or no start at all."""
    own = containers_of(pod)
    ends = [end for each in own if (end := each.ended(view.now)) is not None]
    stuck = pod.status.phase == "Pending" and all(
        each.waiting is None or each.waiting.reason == "ContainerCreating" for each in own
    )
    return stuck or any(end.exit_code in _KILLS for end in ends)

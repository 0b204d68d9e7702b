"""What a young pod still waits for, when nothing of it has failed."""

from __future__ import annotations

from datetime import timedelta

from bot.cluster import objects as k
from bot.facts.said import said
from bot.facts.working import pod_works
from bot.view import ContainerView, View, containers_of

_YOUNG = timedelta(minutes=5)
"""A pod younger than this may still be on its way: pulls and starts take their time."""


def waits_for(view: View, pod: k.Pod) -> str:
    """What a young pod waits for; empty when it works, is old, or shows a failure."""
    created = pod.metadata.creation_timestamp
    if created is None or view.now - created > _YOUNG or pod_works(view, pod):
        return ""
    if pod.status.phase not in ("Pending", "Running", ""):
        return ""
    own = containers_of(pod)
    if any(_troubled(view, container) for container in own):
        return ""
    if any(item.about is not None and not isinstance(item.about, k.Pod) for item in said(view)):
        return ""
    if any(item.about is pod for item in said(view)) or not _node_ready(view, pod):
        return ""
    if any(c.type == "PodScheduled" and c.status == "False" for c in pod.status.conditions):
        return ""
    if not pod.spec.node_name:
        return "to be given a node"
    waiting = [c for c in own if c.waiting and c.waiting.reason != "PodInitializing"]
    if waiting:
        return f"for container {waiting[0].name} ({_reason(waiting[0])})"
    running = [c for c in own if c.state.running and not c.works]
    if running:
        kind = "to end" if running[0].init else "to become ready"
        return f"for container {running[0].name} {kind}"
    return "for the kubelet to start it"


def timeless(view: View, pod: k.Pod) -> bool:
    """Whether how long a pod has waited is not known: the files have no events of it.

    The newest fact is then the last change of the pod itself, however long ago that was.
    """
    return not view.listed(k.Event, pod.namespace) and not view.events_about(pod)


def _node_ready(view: View, pod: k.Pod) -> bool:
    """Whether nothing is known against the pod's node."""
    node = view.find(k.Node, "", pod.spec.node_name)
    ready = {c.type: c.status for c in node.status.conditions} if node else {}
    return ready.get("Ready", "True") == "True" and not (
        pod.spec.node_name and view.absent(k.Node, "", pod.spec.node_name)
    )


def _troubled(view: View, container: ContainerView) -> bool:
    waiting = container.waiting
    calm = ("", "ContainerCreating", "PodInitializing")
    return (
        container.ended(view.now) is not None
        or container.restarts > 0
        or (waiting is not None and waiting.reason not in calm)
    )


def _reason(container: ContainerView) -> str:
    return (container.waiting.reason if container.waiting else "") or "waiting"

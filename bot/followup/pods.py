"""The pods that stand for a target now, and how far they are."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import IntEnum

import msgspec

from bot.cluster import objects as k
from bot.cluster.selectors import matches
from bot.remedies.retry_pull import PULL_FAILURES
from bot.sources import Cluster
from bot.store.records import Journey

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_CRASHES = frozenset(
    {"CrashLoopBackOff", "RunContainerError", "CreateContainerError", "StartError",
     "CreateContainerConfigError", "ContainerCannotRun", "PostStartHookError"}
)  # fmt: skip
_REVISION = "deployment.kubernetes.io/revision"


class Stage(IntEnum):
    """How far a pod is; the least of several pods counts."""

    GONE = 0
    CRASHED = 1
    PULL_FAILED = 2
    PENDING = 3
    STARTING = 4
    RUNNING = 5
    READY = 6
    COMPLETED = 7


class PodsSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The least advanced pod of the target, in words."""

    stage: Stage
    summary: str
    pod: str = ""
    uid: str = ""
    """Of that pod, when its controller would make it anew."""
    uids: tuple[str, ...] = ()
    superseded_by: str = ""
    lost: bool = False
    """It is gone, and nothing will make it again."""


async def look(cluster: Cluster, journey: Journey) -> PodsSeen:
    """Look at the target's pods. Raises SourceError."""
    target = journey.target
    if target.kind != "Pod":
        return await _of_workload(cluster, journey)
    pod = await cluster.get("Pod", target.namespace, target.name)
    if isinstance(pod, k.Pod) and not _leaving(pod):
        return _summarise((pod,))
    if journey.controller is None:
        summary = f"Pod {target.name} is gone, and nothing makes it again"
        # Without a first look at the pod nobody knows whether it has a controller.
        return PodsSeen(stage=Stage.GONE, summary=summary, lost=bool(journey.pod_uids))
    siblings = [
        item
        for item in await cluster.list("Pod", target.namespace)
        if isinstance(item, k.Pod)
        and not _leaving(item)
        and item.metadata.controller is not None
        and item.metadata.controller.uid == journey.controller.uid
    ]
    if siblings:
        return _summarise((max(siblings, key=_age),))
    newer = await _newer(cluster, journey)
    return PodsSeen(
        stage=Stage.GONE,
        summary=f"{newer} took its place" if newer else "waiting for the new pod",
        superseded_by=newer,
    )


async def controller_of(cluster: Cluster, journey: Journey) -> k.OwnerReference | None:
    """The controller of the target pod, while it can still be asked for. Raises SourceError."""
    if journey.target.kind != "Pod":
        return None
    pod = await cluster.get("Pod", journey.target.namespace, journey.target.name)
    return pod.metadata.controller if isinstance(pod, k.Pod) else None


def read(pod: k.Pod) -> tuple[Stage, str]:
    """How far one pod is (pure)."""
    if waits := _container_that_waits(pod):
        return waits
    if pod.status.phase == "Failed":
        return (
            Stage.CRASHED,
            f"pod failed: {pod.status.reason or 'a container ended with an error'}",
        )
    if pod.status.phase == "Succeeded":
        return Stage.COMPLETED, "completed"
    if pod.status.phase == "Running":
        if any(c.type == "Ready" and c.status == "True" for c in pod.status.conditions):
            return Stage.READY, "Running and Ready"
        return Stage.RUNNING, "Running, not Ready yet"
    if not pod.spec.node_name:
        return Stage.PENDING, "waits for a node"
    return Stage.STARTING, "pulls the image or starts its containers"


def _container_that_waits(pod: k.Pod) -> tuple[Stage, str] | None:
    for status in (*pod.status.init_container_statuses, *pod.status.container_statuses):
        waiting = status.state.waiting
        if waiting and waiting.reason in PULL_FAILURES:
            return Stage.PULL_FAILED, f"{status.name} waits: {waiting.reason}"
        if waiting and waiting.reason in _CRASHES:
            return Stage.CRASHED, f"{status.name}: {waiting.reason}"
    return None


async def _of_workload(cluster: Cluster, journey: Journey) -> PodsSeen:
    target = journey.target
    workload = await cluster.get(target.kind, target.namespace, target.name)
    if not isinstance(workload, k.Workload):
        summary = f"{target.kind} {target.name} is gone"
        return PodsSeen(stage=Stage.GONE, summary=summary, lost=True)
    selector = workload.spec.selector
    labels = k.LabelSelector(match_labels=selector) if isinstance(selector, dict) else selector
    pods = [
        pod
        for pod in await cluster.list("Pod", target.namespace)
        if isinstance(pod, k.Pod)
        and not _leaving(pod)
        and labels is not None
        and matches(labels, pod.metadata.labels)
    ]
    if isinstance(workload, k.Deployment):
        pods = await _newest_revision(cluster, workload, pods)
    wanted = workload.spec.replicas
    if wanted == 0:
        summary = f"{target.kind} {target.name} is scaled to 0"
        return PodsSeen(stage=Stage.GONE, summary=summary, lost=True)
    if not pods or (wanted is not None and len(pods) < wanted):
        return PodsSeen(stage=Stage.PENDING, summary=f"{len(pods)} of {wanted or 1} pods exist")
    return _summarise(tuple(pods))


async def _newest_revision(
    cluster: Cluster, deployment: k.Deployment, pods: list[k.Pod]
) -> list[k.Pod]:
    sets = await _sets_of(cluster, deployment.namespace, deployment.metadata.uid)
    newest = max(sets, key=_revision, default=None)
    if newest is None:
        return pods
    return [
        pod
        for pod in pods
        if pod.metadata.controller and pod.metadata.controller.uid == newest.metadata.uid
    ]


async def _newer(cluster: Cluster, journey: Journey) -> str:
    """The ReplicaSet that took the place of the target's, or empty."""
    controller, namespace = journey.controller, journey.target.namespace
    if controller is None or controller.kind != "ReplicaSet":
        return ""
    mine = await cluster.get("ReplicaSet", namespace, controller.name)
    if not isinstance(mine, k.ReplicaSet):
        return "a newer ReplicaSet"
    owner = mine.metadata.controller
    if owner is None or mine.spec.replicas != 0:
        return ""
    sets = await _sets_of(cluster, namespace, owner.uid)
    newest = max(sets, key=_revision, default=mine)
    return "" if newest.name == mine.name else newest.name


async def _sets_of(cluster: Cluster, namespace: str, owner: str) -> list[k.ReplicaSet]:
    return [
        item
        for item in await cluster.list("ReplicaSet", namespace)
        if isinstance(item, k.ReplicaSet)
        and item.metadata.controller is not None
        and item.metadata.controller.uid == owner
    ]


def _revision(item: k.ReplicaSet) -> int:
    text = item.metadata.annotations.get(_REVISION, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _summarise(pods: tuple[k.Pod, ...]) -> PodsSeen:
    least = min(pods, key=lambda pod: (read(pod)[0], pod.name))
    stage, summary = read(least)
    ready = sum(read(pod)[0] >= Stage.READY for pod in pods)
    several = f" ({ready} of {len(pods)} Ready)" if len(pods) > 1 else ""
    return PodsSeen(
        stage=stage,
        summary=f"{least.name}: {summary}{several}",
        pod=least.name,
        uid=least.metadata.uid if least.metadata.controller else "",
        uids=tuple(sorted(pod.metadata.uid for pod in pods)),
    )


def _leaving(pod: k.Pod) -> bool:
    return pod.metadata.deletion_timestamp is not None


def _age(pod: k.Pod) -> tuple[datetime, str]:
    return pod.metadata.creation_timestamp or _LONG_AGO, pod.name

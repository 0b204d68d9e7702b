"""Whether a target works by its own status, and if not yet, what it waits for.

Only facts that are there count: a status that nobody has written yet says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot import kubectl
from bot.cluster import objects as k
from bot.report import Proof
from bot.said import said
from bot.view import ContainerView, View, containers_of
from bot.words import shell

_YOUNG = timedelta(minutes=5)
"""A pod younger than this may still be on its way: pulls and starts take their time."""


def pod_works(view: View, pod: k.Pod) -> bool:
    """Whether the pod is ready, or ended well, and no container of it ended badly of late."""
    if pod.status.phase == "Succeeded":
        return True
    if pod.metadata.deletion_timestamp is not None or pod.status.phase != "Running":
        return False
    conditions = {c.type: c.status for c in pod.status.conditions}
    own = containers_of(pod)
    if not own or any(c.ended(view.now) is not None for c in own):
        return False
    ready = all(c.works for c in own)
    return ready and conditions.get("Ready", "True" if not conditions else "False") == "True"


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


def working(view: View) -> Iterator[Proof]:
    """The proofs that the target works; none when it does not, or when that is not known."""
    match view.target_object:
        case k.Pod() as pod if pod_works(view, pod):
            yield _pod(pod)
        case k.Deployment() | k.ReplicaSet() | k.StatefulSet() | k.ReplicationController() as item:
            yield from _replicas(view, item)
        case k.DaemonSet() as item:
            yield from _daemon(view, item)
        case k.Job() as job:
            yield from _job(job)
        case k.CronJob() as item:
            yield from _cron(view, item)
        case k.Node() as node:
            yield from _node(node)
        case k.PersistentVolumeClaim() as claim if claim.status.phase == "Bound":
            yield Proof("the claim is Bound", command=kubectl.describe(claim))
        case k.PodDisruptionBudget() as budget if budget.status.disruptions_allowed > 0:
            yield Proof("it allows a disruption now", command=kubectl.describe(budget))
        case _:
            return


def _node(node: k.Node) -> Iterator[Proof]:
    conditions = {c.type: c.status for c in node.status.conditions}
    wrong = [t for t, status in conditions.items() if t != "Ready" and status != "False"]
    if conditions.get("Ready") == "True" and not wrong and not node.spec.unschedulable:
        yield Proof("the node is Ready", command=shell("kubectl", "get", "node", node.name))


def _pod(pod: k.Pod) -> Proof:
    command = shell("kubectl", "get", "pod", pod.name, "-n", pod.namespace)
    if pod.status.phase == "Succeeded":
        return Proof(f"pod {pod.name} ended well", command=command)
    return Proof(f"pod {pod.name} is Running and ready", command=command)


def _replicas(
    view: View,
    target: k.Deployment | k.ReplicaSet | k.StatefulSet | k.ReplicationController,
) -> Iterator[Proof]:
    wanted = 1 if target.spec.replicas is None else target.spec.replicas
    status = target.status
    generation = status.observed_generation or target.metadata.generation
    settled = generation >= target.metadata.generation
    # Old controllers and shortened objects leave `updatedReplicas` out: then nothing is behind.
    behind = 0 < status.updated_replicas < wanted or (
        isinstance(target, k.Deployment) and status.unavailable_replicas > 0
    )
    ready = max(status.ready_replicas, status.available_replicas)
    enough = ready >= wanted > 0 and status.replicas <= wanted and not behind
    if settled and enough and all(pod_works(view, pod) for pod in view.pods):
        kind = target.kind.lower()
        yield Proof(
            f"{ready} of {wanted} replicas are ready",
            command=shell("kubectl", "get", kind, target.name, "-n", target.namespace),
        )


def _daemon(view: View, target: k.DaemonSet) -> Iterator[Proof]:
    status = target.status
    wanted = status.desired_number_scheduled
    if status.number_ready >= wanted > 0 and all(pod_works(view, pod) for pod in view.pods):
        yield Proof(
            f"{status.number_ready} of {wanted} pods are ready",
            command=shell("kubectl", "get", "daemonset", target.name, "-n", target.namespace),
        )


def _job(target: k.Job) -> Iterator[Proof]:
    if any(c.type == "Complete" and c.status == "True" for c in target.status.conditions):
        yield Proof(
            f"the Job is complete ({target.status.succeeded} succeeded)",
            command=shell("kubectl", "get", "job", target.name, "-n", target.namespace),
        )


def _cron(view: View, target: k.CronJob) -> Iterator[Proof]:
    if target.spec.suspend or not all(pod_works(view, pod) for pod in view.pods):
        return
    last, success = target.status.last_schedule_time, target.status.last_successful_time
    if last and success and success >= last:
        yield Proof(
            "its last scheduled run succeeded",
            command=shell("kubectl", "get", "cronjob", target.name, "-n", target.namespace),
        )


def _reason(container: ContainerView) -> str:
    return (container.waiting.reason if container.waiting else "") or "waiting"

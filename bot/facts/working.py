"""Whether a target works, by its own status.

Only facts that are there count: a status that nobody has written yet says nothing, and a condition
that speaks against the target outweighs any number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from bot import kubectl
from bot.cluster import objects as k
from bot.facts.autoscaling import conditions_of
from bot.report import Proof
from bot.view import View, containers_of

_COUNTED = k.Deployment | k.ReplicaSet | k.StatefulSet | k.ReplicationController
_DISABLED = "ScalingDisabled"


def pod_works(view: View, pod: k.Pod) -> bool:
    """Whether the pod is ready, or ended well, and no container of it ended badly of late."""
    if pod.status.phase == "Succeeded":
        return True
    if pod.metadata.deletion_timestamp is not None or pod.status.phase != "Running":
        return False
    ready = _states(pod.status.conditions).get("Ready", "")
    own = containers_of(pod)
    if any(c.ended(view.now) is not None or not c.works for c in own) or _fails_alive(view, pod):
        return False
    gated = bool(pod.spec.readiness_gates) or not own
    return ready == "True" or (ready == "" and not gated)


def _fails_alive(view: View, pod: k.Pod) -> bool:
    """Whether a liveness probe keeps failing until now, with attempts left before the kubelet acts.

    Being ready says nothing of it, where there is no readiness probe that fails with it.
    """
    periods = [c.liveness_probe.period_seconds for c in pod.spec.containers if c.liveness_probe]
    lately = timedelta(seconds=2 * max(periods, default=0) + 10)
    return any(
        event.reason == "Unhealthy"
        and "liveness" in event.text.lower()
        and event.times > 1
        and event.last_seen is not None
        and view.now - event.last_seen <= lately
        for event in (view.events_about(pod) if periods else ())
    )


def working(view: View) -> Iterator[Proof]:
    """The proofs that the target works; none when it does not, or when that is not known."""
    target = view.target_object
    told = _told(view, target) if target is not None else ""
    if target is not None and told and target.metadata.deletion_timestamp is None:
        command = kubectl.command("get", target.kind, target.name, target.namespace)
        yield Proof(told, command=command)


def _told(view: View, target: k.KubeObject) -> str:
    """What proves that the target works, in words; empty when nothing does."""
    match target:
        case k.Pod() as pod:
            return _pod(pod) if pod_works(view, pod) else ""
        case k.Deployment() | k.ReplicaSet() | k.StatefulSet() | k.ReplicationController():
            return _replicas(view, target)
        case k.DaemonSet():
            return _daemon(view, target)
        case k.CronJob():
            return _cron(view, target)
        case _:
            return _by_itself(view, target)


def _by_itself(view: View, target: k.KubeObject) -> str:
    match target:
        case k.Job(status=status) if _states(status.conditions).get("Complete") == "True":
            return f"the Job is complete ({status.succeeded} succeeded)"
        case k.Node():
            return _node(target)
        case k.PersistentVolumeClaim():
            return _claim(view, target)
        case k.PersistentVolume(status=k.PersistentVolumeStatus(phase="Bound" | "Available")):
            return f"the volume is {target.status.phase}"
        case k.Namespace(status=k.NamespaceStatus(phase="Active")):
            return "the namespace is Active"
        case k.PodDisruptionBudget() if target.status.disruptions_allowed > 0:
            return "it allows a disruption now"
        case k.APIService(status=status) if _states(status.conditions).get("Available") == "True":
            return "the API is available"
        case k.HorizontalPodAutoscaler():
            return _autoscaler(target)
        case _:
            return ""


def _claim(view: View, claim: k.PersistentVolumeClaim) -> str:
    """A claim works when it is bound, and while nothing that would use it is there yet.

    https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode
    """
    if claim.status.phase == "Bound":
        return "the claim is Bound"
    events = sorted(view.events_about(claim), key=lambda each: str(each.last_seen))
    waits = bool(events) and events[-1].reason == "WaitForFirstConsumer"
    if claim.status.phase != "Pending" or not waits or view.pods:
        return ""
    return "the claim waits for the first pod that uses it, as its class wants"


def _states(conditions: Iterable[k.Condition]) -> dict[str, str]:
    return {condition.type: condition.status for condition in conditions}


def _node(node: k.Node) -> str:
    states = _states(node.status.conditions)
    wrong = [t for t, status in states.items() if t != "Ready" and status != "False"]
    well = states.get("Ready") == "True" and not wrong and not node.spec.unschedulable
    return "the node is Ready" if well else ""


def _pod(pod: k.Pod) -> str:
    done = pod.status.phase == "Succeeded"
    return f"pod {pod.name} {'ended well' if done else 'is Running and ready'}"


def _replicas(view: View, target: _COUNTED) -> str:
    wanted = 1 if target.spec.replicas is None else target.spec.replicas
    status = target.status
    # Old controllers and shortened objects leave `updatedReplicas` out: then nothing is behind.
    behind = 0 < status.updated_replicas < wanted or (
        isinstance(target, k.Deployment) and status.unavailable_replicas > 0
    )
    if isinstance(target, k.StatefulSet) and status.updated_replicas < wanted:
        behind = behind or 0 < status.current_replicas < wanted
    ready = _fewest(target)
    enough = ready >= wanted > 0 and status.replicas <= wanted and not behind
    if not (enough and _settled(target.metadata, status)) or _against(status):
        return ""
    if not all(pod_works(view, pod) for pod in view.pods):
        return ""
    return f"{ready} of {wanted} replicas are ready"


def _fewest(target: _COUNTED) -> int:
    """How many replicas are ready and available.

    A StatefulSet says how many are available since Kubernetes 1.22, shortened objects say only one
    of the two; a ReplicaSet that says how many are ready means it when it has none available.
    """
    ready, available = target.status.ready_replicas, target.status.available_replicas
    if isinstance(target, k.ReplicaSet) and ready:
        return min(ready, available)
    return min(number for number in (ready, available) if number) if ready or available else 0


def _settled(metadata: k.Metadata, status: k.WorkloadStatus) -> bool:
    """Whether the controller has looked at the present specification; 0: it does not say."""
    seen = status.observed_generation
    return seen == 0 or seen >= metadata.generation


def _against(status: k.WorkloadStatus) -> bool:
    """Whether a condition says that the controller does not get what it wants."""
    states = _states(status.conditions)
    wanted = (states.get("Available"), states.get("Progressing"))
    return "False" in wanted or states.get("ReplicaFailure") == "True"


def _daemon(view: View, target: k.DaemonSet) -> str:
    status = target.status
    wanted = status.desired_number_scheduled
    available = status.number_available or status.number_ready
    enough = wanted is not None and min(available, status.number_ready) >= wanted > 0
    if not enough or not _settled(target.metadata, status):
        return ""
    if not all(pod_works(view, pod) for pod in view.pods):
        return ""
    return f"{status.number_ready} of {wanted} pods are ready"


def _cron(view: View, target: k.CronJob) -> str:
    if target.spec.suspend or not all(pod_works(view, pod) for pod in view.pods):
        return ""
    if target.status.active and any(pod.status.phase == "Running" for pod in view.pods):
        return "its run is under way, and the pods of it work"
    last, success = target.status.last_schedule_time, target.status.last_successful_time
    return "its last scheduled run succeeded" if last and success and success >= last else ""


def _autoscaler(target: k.HorizontalPodAutoscaler) -> str:
    """An autoscaler works when it can read and set the scale, and has a metric to go by.

    A target that somebody scaled to zero switches it off on purpose:
    https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#implicit-maintenance-mode-deactivation
    """
    found = {condition.type: condition for condition in conditions_of(target)}
    able, active = found.get("AbleToScale"), found.get("ScalingActive")
    if active is None or (able is not None and able.status != "True"):
        return ""
    status = target.status
    if active.reason == _DISABLED:
        return "scaling is off while its target has 0 replicas"
    if active.status != "True":
        return ""
    return f"it can scale its target, which has {status.current_replicas} replicas"

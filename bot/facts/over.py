"""Whether what an event tells has passed: the pod or its container got beyond it since."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.cluster import objects as k
from bot.view import ContainerView, View, containers_of

_GRACE = timedelta(seconds=1)
_STILL = timedelta(minutes=10)
_BEFORE_START = ("Failed", "BackOff", "InspectFailed", "ErrImageNeverPull")
_OF_CONTAINERS = (*_BEFORE_START, "Pulling", "Pulled", "Created", "Started")


def is_over(view: View, pod: k.Pod, container: ContainerView | None, event: k.Event) -> bool:
    """Whether what the event tells has passed: the pod or container got beyond it since."""
    if event.reason in ("Unhealthy", "ProbeWarning", "Killing"):
        return container is not None and container.works and _settled(view, pod, container, event)
    if (container is not None and container.works) or pod.status.phase == "Succeeded":
        return True
    if event.reason == "FailedScheduling":
        return bool(pod.spec.node_name)
    if event.reason in ("FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox"):
        return _got_to_containers(view, pod, event) or any(
            _started_since(c, event.last_seen) for c in containers_of(pod)
        )
    if container is not None and container.state.running is not None:
        started = container.state.running.started_at
        seen = event.last_seen
        return started is not None and seen is not None and seen <= started + _GRACE
    if event.reason in _BEFORE_START and container is not None and _ran_since(container, event):
        return True
    return all(c.works for c in containers_of(pod))


def _ran_since(container: ContainerView, event: k.Event) -> bool:
    """Whether a container that ended had been started after the event: it got its image, then."""
    ended, seen = container.last_terminated, event.last_seen
    started = ended.started_at if ended else None
    return started is not None and seen is not None and seen < started


def _started_since(container: ContainerView, seen: datetime | None) -> bool:
    """Whether a container was started when, or after, something was seen."""
    running, ended = container.state.running, container.last_terminated
    started = running.started_at if running else ended.started_at if ended else None
    if started is None or seen is None:
        return running is not None or ended is not None
    return started + _GRACE >= seen


def _got_to_containers(view: View, pod: k.Pod, event: k.Event) -> bool:
    """Whether the kubelet was at a container later: it mounts and makes the sandbox first."""
    return any(
        other.last_seen is not None
        and event.last_seen is not None
        and other.last_seen > event.last_seen
        and other.about.field_path
        for other in view.events_about(pod)
        if other.reason in _OF_CONTAINERS
    )


def _settled(view: View, pod: k.Pod, container: ContainerView, event: k.Event) -> bool:
    """Whether a probe of a container that works now last failed long ago, or before it worked."""
    seen = event.last_seen
    if seen is None or view.now - seen > _STILL:
        return True
    if _ended_by(container, event):
        return False
    if "liveness" not in event.text.lower():
        return _before_ready(pod, seen, _GRACE)
    # Ready says nothing of a liveness probe: without a readiness probe it comes with the start.
    kills = (other for other in view.events_about(pod) if other.reason == "Killing")
    killed = any(_ended_by(container, kill) for kill in kills)
    return not killed and _before_ready(pod, seen, timedelta())


def _ended_by(container: ContainerView, event: k.Event) -> bool:
    """Whether a liveness probe's failure was followed by the container's end.

    The restart alone makes a pod Ready: that does not show that the probe passes now.
    """
    ended, seen = container.last_terminated, event.last_seen
    finished = ended.finished_at if ended else None
    followed = finished is not None and seen is not None and finished + _GRACE >= seen
    of_it = not event.about.field_path or f"{{{container.name}}}" in event.about.field_path
    return followed and of_it and "liveness" in event.text.lower()


def _before_ready(pod: k.Pod, seen: datetime, grace: timedelta) -> bool:
    """A readiness probe that failed before the pod became ready did what it is for."""
    ready = next((c for c in pod.status.conditions if c.type == "Ready"), None)
    since = ready.last_transition_time if ready and ready.status == "True" else None
    return since is not None and seen <= since + grace

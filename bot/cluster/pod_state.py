"""How a pod is, in a word, and which of its logs are worth reading. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from bot.cluster import objects as k

_MOST_LOGGED = 5


class LogWanted(msgspec.Struct, frozen=True, order=True):
    """A container's log that is worth reading."""

    namespace: str
    pod: str
    container: str
    previous: bool


def logs_wanted(pods: Sequence[k.Pod]) -> tuple[LogWanted, ...]:
    """Name the logs worth reading: failing pods first, of each all containers that ever ran."""
    troubled = sorted(pods, key=lambda pod: (pod_is_well(pod), pod.name))[:_MOST_LOGGED]
    return tuple(wanted for pod in troubled for wanted in logs_of(pod))


def logs_of(pod: k.Pod) -> Iterator[LogWanted]:
    """Name the logs of a pod's containers that ever ran, and of the instances before them."""
    for status in (*pod.status.init_container_statuses, *pod.status.container_statuses):
        state = status.state
        if state.running or state.terminated or status.restart_count:
            yield LogWanted(pod.namespace, pod.name, status.name, previous=False)
        if status.restart_count or status.last_state.terminated:
            yield LogWanted(pod.namespace, pod.name, status.name, previous=True)


def pod_is_well(pod: k.Pod) -> bool:
    """Whether a pod gives no reason to look closer: ready, or ended well."""
    if pod.status.phase == "Succeeded":
        return True
    ready = any(c.type == "Ready" and c.status == "True" for c in pod.status.conditions)
    return ready and not any(s.restart_count for s in pod.status.container_statuses)


def state_of(pod: k.Pod) -> str:
    """Say in a few words how a pod is: the reason of the first container that waits or ended."""
    for status in (*pod.status.init_container_statuses, *pod.status.container_statuses):
        state = status.state
        if state.waiting and state.waiting.reason not in ("", "PodInitializing"):
            return state.waiting.reason
        if state.terminated and state.terminated.exit_code:
            return state.terminated.reason or f"exit code {state.terminated.exit_code}"
    return pod.status.reason or pod.status.phase or "unknown"

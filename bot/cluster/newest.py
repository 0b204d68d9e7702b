"""The time of the newest fact: what "now" is for a cluster that was recorded. Pure.

Times that lie ahead (a deletion's deadline, an expiry) are no facts yet and do not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.cluster import objects as k


def newest_time(items: Iterable[k.KubeObject]) -> datetime | None:
    """Give the newest time that any object tells; None when none tells one."""
    return max((time for item in items for time in _times(item) if time), default=None)


def _times(item: k.KubeObject) -> Iterator[datetime | None]:
    yield item.metadata.creation_timestamp
    match item:
        case k.Event():
            yield item.last_seen
        case k.Pod():
            yield from _pod_times(item.status)
        case k.Lease():
            yield item.spec.renew_time
        case k.Job():
            yield item.status.completion_time
        case k.CronJob():
            yield item.status.last_schedule_time
        case _:
            pass
    for condition in getattr(getattr(item, "status", None), "conditions", ()):
        yield condition.last_transition_time
        yield condition.last_heartbeat_time


def _pod_times(status: k.PodStatus) -> Iterator[datetime | None]:
    yield status.start_time
    for container in (
        *status.init_container_statuses,
        *status.container_statuses,
        *status.ephemeral_container_statuses,
    ):
        for state in (container.state, container.last_state):
            if state.running:
                yield state.running.started_at
            if state.terminated:
                yield state.terminated.finished_at

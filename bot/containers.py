"""One container of a pod: its specification, what the kubelet says of it, and whether it works."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.cluster import objects as k
from bot.report import Subject

_SETTLED = timedelta(minutes=10)
_A_MOMENT = timedelta(minutes=1)


class ContainerView:
    """One container of a pod: its specification and what the kubelet says of it."""

    def __init__(
        self, pod: k.Pod, spec: k.Container, status: k.ContainerStatus | None, *, init: bool
    ) -> None:
        self.pod = pod
        self.spec = spec
        self.status = status
        self.init = init

    @property
    def name(self) -> str:
        """The container's name."""
        return self.spec.name

    @property
    def sidecar(self) -> bool:
        """Whether it is a native sidecar: an init container that is restarted for ever."""
        return self.init and self.spec.restart_policy == "Always"

    @property
    def state(self) -> k.ContainerState:
        """Its state; an empty one when the kubelet has not said any."""
        return self.status.state if self.status else k.ContainerState()

    @property
    def waiting(self) -> k.Waiting | None:
        """What it waits for, when it waits."""
        return self.state.waiting

    @property
    def last_terminated(self) -> k.Terminated | None:
        """The newest end of this container: of the present instance, else of the one before."""
        if self.state.terminated:
            return self.state.terminated
        return self.status.last_state.terminated if self.status else None

    @property
    def subject(self) -> Subject:
        """What a ruling about this container is about."""
        return Subject("Pod", self.pod.name, container=self.name, image=self.spec.image)

    @property
    def restarts(self) -> int:
        """How often it was restarted."""
        return self.status.restart_count if self.status else 0

    @property
    def done(self) -> bool:
        """Whether it did its work and ended well, so that nothing is expected of it any more."""
        ended = self.state.terminated
        once = (self.init and not self.sidecar) or self.pod.spec.restart_policy != "Always"
        return once and ended is not None and ended.exit_code == 0

    @property
    def works(self) -> bool:
        """Whether it does now what the pod needs: ready, or done; a sidecar: running."""
        if self.done:
            return True
        if self.init:
            return self.sidecar and self.state.running is not None
        return bool(self.state.running and self.status and self.status.ready)

    def ended(self, now: datetime) -> k.Terminated | None:
        """The end of this container that matters now; None when it runs well or never ran.

        A container that works again has got over its end when it has lasted longer than the time
        before (twice as long, where it ended more than once), and after ten minutes at the latest:
        that is when the kubelet forgets its back-off,
        https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
        """
        end = self.last_terminated
        if end is None or self.done:
            return None
        return None if self.works and self._got_over(end, now) else end

    def _got_over(self, end: k.Terminated, now: datetime) -> bool:
        if end.finished_at is None:
            return True
        lasted = end.finished_at - end.started_at if end.started_at else _SETTLED
        running = self.state.running
        since = (running.started_at if running else None) or end.finished_at
        often = 2 if self.restarts > 1 else 1
        return now - since > min(_SETTLED, max(lasted * often, _A_MOMENT))


def containers_of(pod: k.Pod) -> tuple[ContainerView, ...]:
    """The containers of one pod, init containers first, with their status where there is one."""
    init = _with_status(pod, pod.spec.init_containers, pod.status.init_container_statuses, True)
    return (*init, *_with_status(pod, pod.spec.containers, pod.status.container_statuses, False))


def _with_status(
    pod: k.Pod,
    specs: tuple[k.Container, ...],
    statuses: tuple[k.ContainerStatus, ...],
    init: bool,
) -> Iterator[ContainerView]:
    """Of a pod whose specification was left out, the containers that its status tells of."""
    told = {status.name: status for status in statuses}
    known = specs or tuple(k.Container(name=each.name, image=each.image) for each in statuses)
    for spec in known:
        yield ContainerView(pod, spec, told.get(spec.name), init=init)


def left_behind(pod: k.Pod, now: datetime, *, done: bool) -> bool:
    """Whether a workload's pod goes, or ended long ago; `done`: another one succeeded."""
    going = pod.metadata.deletion_timestamp
    if going is not None:
        return now - going < _SETTLED and not pod.metadata.finalizers
    if pod.status.phase != "Failed":
        return False
    ends = [
        end.finished_at
        for status in pod.status.container_statuses
        if (end := status.state.terminated) is not None and end.finished_at is not None
    ]
    return done or bool(ends and now - max(ends) > _SETTLED)

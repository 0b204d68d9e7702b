"""One node, in small: the scheduler that sends pods to it, and the kubelet that pulls and starts.

Words and order of events and states are those of kube-scheduler, kubelet 1.35 and containerd 1.6.
Crashes and probes are not played; a test applies the status that it wants.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any

import msgspec

from simulator.kubernetes.controllers import reconcile
from simulator.kubernetes.state import KubernetesState, Manifest
from simulator.kubernetes.words import container_status, node_manifest, pull_error

FIRST_BACK_OFF = 10.0
LONGEST_BACK_OFF = 300.0
_ROUNDS = 10


class _Pull(msgspec.Struct):
    """The attempts to pull one container's image. Times are the clock's."""

    next_at: float = 0.0
    back_off: float = FIRST_BACK_OFF
    error: str = ""
    running: bool = False
    since: str = ""
    waits_since: float | None = None


class Node:
    """A node that runs what it is given.

    `exists` says whether an image can be pulled; a text instead of a bool is the runtime's own
    error. `scale` shortens all waiting: with 0.01 the first back-off takes 0.1 s. Pods of other
    nodes, and pods that have a status from somewhere else, are left alone.
    """

    def __init__(
        self,
        state: KubernetesState,
        exists: Callable[[str], bool | str],
        *,
        name: str = "node-1",
        labels: dict[str, str] | None = None,
        scale: float = 1.0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.name = name
        self._state = state
        self._exists = exists
        self._scale = scale
        self._clock = clock
        self._pulls: dict[tuple[str, str], _Pull] = {}
        state.apply(node_manifest(name, labels or {}, state.time()))

    def label(self, key: str, value: str) -> None:
        """Label the node; pods that waited for the label are scheduled."""
        node = self._state.get("Node", "", self.name) or {}
        labels = {**node["metadata"]["labels"], key: value}
        self._state.apply({**node, "metadata": {**node["metadata"], "labels": labels}})

    async def run(self) -> None:
        """Go on for ever: whenever something changes, and whenever a back-off ends."""
        while not self._state.closing:
            changed = self._state.changed
            due = self.step()
            pause = None if due is None else max(0.0, due - self._clock())
            try:
                async with asyncio.timeout(pause):
                    await changed.wait()
            except TimeoutError:
                pass

    def step(self) -> float | None:
        """Do everything that can be done now; give the time when there is more to do."""
        due: list[float] = []
        for _ in range(_ROUNDS):
            before = self._state.version
            reconcile(self._state)
            pods = self._state.list("Pod")
            here = {pod["metadata"]["uid"] for pod in pods}
            self._pulls = {key: pull for key, pull in self._pulls.items() if key[0] in here}
            due = [time for pod in pods if (time := self._pod(pod)) is not None]
            if self._state.version == before:
                break
        return min(due, default=None)

    def _pod(self, pod: Manifest) -> float | None:
        if not pod["spec"].get("nodeName"):
            self._schedule(pod)
            return None
        if pod["spec"]["nodeName"] != self.name or pod["status"]["phase"] != "Pending":
            return None
        statuses = [self._container(pod, spec) for spec in pod["spec"]["containers"]]
        latest = self._state.get("Pod", pod["metadata"]["namespace"], pod["metadata"]["name"])
        if latest is not None:
            self._tell(latest, statuses)
        names = [(pod["metadata"]["uid"], spec["name"]) for spec in pod["spec"]["containers"]]
        pulls = [self._pulls[name] for name in names]
        return min((pull.next_at for pull in pulls if not pull.running), default=None)

    # --- the scheduler --------------------------------------------------------------------------

    def _schedule(self, pod: Manifest) -> None:
        selector = pod["spec"].get("nodeSelector") or {}
        nodes = self._state.list("Node")
        fitting = [n for n in nodes if selector.items() <= n["metadata"]["labels"].items()]
        meta = pod["metadata"]
        if any(node["metadata"]["name"] == self.name for node in fitting):
            self._state.apply({**pod, "spec": {**pod["spec"], "nodeName": self.name}})
            self._state.add_event(
                pod,
                "Scheduled",
                f"Successfully assigned {meta['namespace']}/{meta['name']} to {self.name}",
                component="default-scheduler",
            )
            return
        if pod["status"].get("conditions") or fitting:
            return
        count = len(nodes)
        message = (
            f"0/{count} nodes are available: {count} node(s) didn't match Pod's node "
            f"affinity/selector. no new claims to deallocate, preemption: 0/{count} nodes are "
            f"available: {count} Preemption is not helpful for scheduling."
        )
        condition = self._condition("PodScheduled", "False", "Unschedulable", message)
        self._state.set_status(
            ("Pod", meta["namespace"], meta["name"]),
            {"phase": "Pending", "conditions": [condition]},
        )
        self._state.add_event(
            pod, "FailedScheduling", message, type="Warning", component="default-scheduler"
        )

    # --- the kubelet ----------------------------------------------------------------------------

    def _container(self, pod: Manifest, spec: Manifest) -> dict[str, Any]:
        """Pull a container's image if it is time to; give the container's status."""
        key = (pod["metadata"]["uid"], spec["name"])
        pull = self._pulls.setdefault(key, _Pull(next_at=self._clock()))
        image, due = spec["image"], self._clock() >= pull.next_at
        if due and not pull.running:
            if pull.waits_since is None:
                self._attempt(pod, spec, pull)
            else:
                self._back_off(pod, spec, pull)
        if pull.running:
            return {"state": {"running": {"startedAt": pull.since}}, **container_status(spec, True)}
        told = f'Back-off pulling image "{image}": ErrImagePull: {pull.error}'
        backing_off = pull.waits_since is None
        waiting = {
            "reason": "ImagePullBackOff" if backing_off else "ErrImagePull",
            "message": told if backing_off else pull.error,
        }
        return {"state": {"waiting": waiting}, **container_status(spec, False)}

    def _attempt(self, pod: Manifest, spec: Manifest, pull: _Pull) -> None:
        image, tell = spec["image"], partial(self._state.add_event, pod, container=spec["name"])
        tell("Pulling", f'Pulling image "{image}"')
        pull.error = pull_error(image, self._exists(image))
        if not pull.error:
            pull.running, pull.since = True, self._state.time()
            tell(
                "Pulled",
                f'Successfully pulled image "{image}" in 412ms (412ms including waiting). '
                "Image size: 3866421 bytes.",
            )
            return
        failed = f'Failed to pull image "{image}": {pull.error}'
        tell("Failed", failed, type="Warning")
        tell("Failed", "Error: ErrImagePull", type="Warning")
        pull.waits_since = self._clock()
        pull.next_at = self._clock() + self._scale  # the next look at the pod, a second later

    def _back_off(self, pod: Manifest, spec: Manifest, pull: _Pull) -> None:
        tell = partial(self._state.add_event, pod, container=spec["name"])
        tell("BackOff", f'Back-off pulling image "{spec["image"]}"')
        tell("Failed", "Error: ImagePullBackOff", type="Warning")
        pull.next_at = (pull.waits_since or 0.0) + pull.back_off * self._scale
        pull.back_off = min(pull.back_off * 2, LONGEST_BACK_OFF)
        pull.waits_since = None

    def _tell(self, pod: Manifest, statuses: list[dict[str, Any]]) -> None:
        """Write the pod's status, if it differs; on the way to Running, tell the starts too."""
        meta = pod["metadata"]
        unready = [status["name"] for status in statuses if not status["ready"]]
        if not unready:
            for name in (status["name"] for status in statuses):
                tell = partial(self._state.add_event, pod, container=name)
                tell("Created", f"Created container: {name}")
                tell("Started", f"Started container {name}")
                self._state.logs[(meta["namespace"], meta["name"], name, False)]
        ready = (
            "False",
            "ContainersNotReady",
            f"containers with unready status: [{' '.join(unready)}]",
        )
        if not unready:
            ready = ("True", "", "")
        old = {c["type"]: c for c in pod.get("status", {}).get("conditions", [])}
        conditions = [
            self._condition("PodReadyToStartContainers", "True"),
            self._condition("Initialized", "True"),
            self._condition("Ready", *ready),
            self._condition("ContainersReady", *ready),
            self._condition("PodScheduled", "True"),
        ]
        for condition in conditions:
            before = old.get(condition["type"])
            if before and before["status"] == condition["status"]:
                condition["lastTransitionTime"] = before["lastTransitionTime"]
        self._state.set_status(
            ("Pod", meta["namespace"], meta["name"]),
            {
                "phase": "Pending" if unready else "Running",
                "conditions": conditions,
                "containerStatuses": statuses,
                "hostIP": "10.0.0.1",
                "podIP": "10.244.0.7",
                "qosClass": "BestEffort",
                "startTime": pod.get("status", {}).get("startTime") or self._state.time(),
            },
        )

    def _condition(
        self, type_: str, status: str, reason: str = "", message: str = ""
    ) -> dict[str, Any]:
        told = {"reason": reason, "message": message} if reason else {}
        return {
            "type": type_,
            "status": status,
            "lastTransitionTime": self._state.time(),
            **told,
        }

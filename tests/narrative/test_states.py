"""The state of a pod as a predicate."""

from __future__ import annotations

import pytest

from bot.cluster import objects as k
from bot.containers import ContainerView
from bot.narrative.states import stands
from tests import make

RUNNING = k.ContainerState(running=k.Running())
WAITING = k.ContainerState(waiting=k.Waiting(reason="ImagePullBackOff"))
ERROR = k.ContainerState(terminated=make.ended(6))
KILLED = k.ContainerState(terminated=make.ended(137, "OOMKilled"))


@pytest.mark.parametrize(
    ("state", "init", "one", "many"),
    [
        (WAITING, False, "stays in ImagePullBackOff", "stay in ImagePullBackOff"),
        (RUNNING, False, "runs, but is not ready", "run, but are not ready"),
        (
            RUNNING,
            True,
            "waits for its init container api, which still runs",
            "wait for their init container api, which still runs",
        ),
        (ERROR, False, "ended with exit code 6", "ended with exit code 6"),
        (
            KILLED,
            False,
            "ended with OOMKilled (exit code 137)",
            "ended with OOMKilled (exit code 137)",
        ),
    ],
)
def test_state_of_a_container_is_a_predicate(
    state: k.ContainerState, init: bool, one: str, many: str
) -> None:
    pod = make.pod()
    status = k.ContainerStatus(name="api", state=state)
    container = ContainerView(pod, pod.spec.containers[0], status, init=init)
    assert stands(pod, container, many=False, stays=True) == one
    assert stands(pod, container, many=True, stays=True) == many


def test_pod_without_a_container_to_blame_is_told_by_its_phase() -> None:
    assert stands(make.pod(phase="Pending"), None, many=False) == "is Pending"
    assert stands(make.pod(), None, many=True) == "run, but are not ready"


def test_pod_on_its_way_out_is_being_deleted_whatever_its_containers_say() -> None:
    pod = make.pod(meta={"deletion_timestamp": make.ago(seconds=9)})
    assert stands(pod, None, many=False, stays=True) == "is being deleted"

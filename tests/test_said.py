"""What the cluster says of a target: whom a text is about when it does not say so itself."""

import pytest

from bot.cluster import objects as k
from bot.diagnose import diagnose
from tests import make

NOT_FOUND = (
    'failed to pull and unpack image "docker.io/acme/api:1": failed to resolve reference'
    ' "docker.io/acme/api:1": docker.io/acme/api:1: not found'
)


def test_short_pull_event_belongs_to_the_container_that_waits_for_its_image() -> None:
    pod = make.pod(
        make.waiting(reason="ErrImagePull", message=NOT_FOUND),
        spec=(make.container(image="acme/api:1"),),
    )
    events = [make.event(pod, "Failed", text) for text in ("Error: ErrImagePull", NOT_FOUND)]
    report = diagnose(make.evidence(pod, *events))
    assert [root.code for root in report.root_causes] == ["ImageMissing"]


def test_short_pull_event_is_left_to_the_pod_when_two_containers_wait_for_images() -> None:
    pod = make.pod(
        make.waiting("api", reason="ErrImagePull", message=NOT_FOUND),
        make.waiting("log", reason="ErrImagePull", message=NOT_FOUND.replace("api", "log")),
        spec=(
            make.container("api", image="acme/api:1"),
            make.container("log", image="acme/log:1"),
        ),
    )
    report = diagnose(make.evidence(pod, make.event(pod, "Failed", "Error: ErrImagePull")))
    codes = [root.code for root in report.root_causes]
    assert codes.count("ImageMissing") == 2


MOUNT = 'MountVolume.SetUp failed for volume "conf": failed to sync configmap cache: timed out'


def _config_missing() -> k.Pod:
    text = 'configmap "api" not found'
    status = make.waiting(reason="CreateContainerConfigError", message=text)
    return make.pod(status, phase="Pending")


def test_mount_that_failed_before_the_kubelet_came_to_the_container_is_over() -> None:
    pod = _config_missing()
    early = make.event(pod, "FailedMount", MOUNT, last_timestamp=make.ago(minutes=3))
    later = make.event(pod, "Failed", 'Error: configmap "api" not found', of="api")
    report = diagnose(make.evidence(pod, early, later))
    assert [root.code for root in report.root_causes] == ["ConfigMapNotFound"]


def test_mount_that_failed_after_the_kubelet_was_at_the_container_is_not_over() -> None:
    """The pod was moved to a new sandbox: what it waits for now is the volume."""
    pod = make.pod(make.waiting(reason="ContainerCreating"), phase="Pending")
    pulled = make.event(pod, "Pulled", "pulled", of="api", last_timestamp=make.ago(minutes=3))
    report = diagnose(make.evidence(pod, pulled, make.event(pod, "FailedMount", MOUNT)))
    assert [root.code for root in report.root_causes] == ["VolumeMountFailed"]


def _restarted_by(*, ended: float, ready: float) -> k.Pod:
    """A pod whose container ended, was started again and is ready, each so many seconds ago."""
    since = make.ago(seconds=ended - 1)
    last = make.ended(0, "Completed", finished_at=make.ago(seconds=ended))
    status = make.changed(
        make.running(since=since, restart_count=3), last_state=k.ContainerState(terminated=last)
    )
    condition = k.Condition(
        type="Ready", status="True", last_transition_time=make.ago(seconds=ready)
    )
    return make.pod(status, conditions=(condition,))


_LIVENESS = "Liveness probe failed: HTTP probe failed with statuscode: 503"
_KILLING = "Container api failed liveness probe, will be restarted"


def _killed(pod: k.Pod, seconds: float) -> tuple[k.Event, ...]:
    at = make.ago(seconds=seconds)
    return (
        make.event(pod, "Unhealthy", _LIVENESS, of="api", last_timestamp=at),
        make.event(pod, "Killing", _KILLING, of="api", last_timestamp=at),
    )


def test_liveness_kill_is_not_over_because_the_restart_made_the_pod_ready() -> None:
    pod = _restarted_by(ended=28, ready=26)
    report = diagnose(make.evidence(pod, *_killed(pod, 30)))
    assert [root.code for root in report.root_causes] == ["LivenessKilled"]


@pytest.mark.parametrize("seconds", [20, 19.5, 5])
def test_liveness_failure_of_the_new_container_is_told_with_the_kill_of_the_old(
    seconds: float,
) -> None:
    pod = _restarted_by(ended=28, ready=20)
    killing = _killed(pod, 30)[1]
    at = make.ago(seconds=seconds)
    again = make.event(pod, "Unhealthy", _LIVENESS, of="api", last_timestamp=at)
    (root,) = diagnose(make.evidence(pod, killing, again)).root_causes
    assert root.code == "LivenessKilled"
    assert any("statuscode: 503" in proof.text for proof in root.ruling.proof)


def test_liveness_failure_long_before_the_container_ended_by_itself_is_over() -> None:
    pod = _restarted_by(ended=1200, ready=1190)
    report = diagnose(make.evidence(pod, *_killed(pod, 2400)))
    assert "LivenessKilled" not in [root.code for root in report.root_causes]


def test_readiness_failure_before_a_restart_and_ready_is_over() -> None:
    pod = _restarted_by(ended=28, ready=10)
    text = "Readiness probe failed: HTTP probe failed with statuscode: 503"
    seen = make.event(pod, "Unhealthy", text, of="api")
    codes = [root.code for root in diagnose(make.evidence(pod, seen)).root_causes]
    assert not any("Readiness" in code for code in codes)

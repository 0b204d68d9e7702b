"""Suspects that a reader thinks of first, and the fact that clears them; and who explains whom."""

from __future__ import annotations

from typing import Any

from bot.cluster import objects as k
from bot.diagnose import diagnose
from bot.evidence import Evidence
from bot.report import Finding, Outcome
from tests import make

IMAGE = 'Failed to pull image "ghcr.io/acme/api:1.4.0": context deadline exceeded'


def ruled_out(evidence: Evidence, code: str) -> list[Finding]:
    return [found for found in diagnose(evidence).ruled_out if found.code == code]


def crash(*, pulled: float) -> Evidence:
    """A program that ends two minutes after its start; a pull failed so many minutes ago."""
    pod = make.pod(make.crashing(1))
    failed = make.event(
        pod, "Failed", IMAGE, of="api", last_timestamp=make.ago(minutes=pulled), count=1
    )
    return make.evidence(pod, failed)


def test_the_image_is_ruled_out_when_the_container_started_after_the_pull_failed() -> None:
    (found,) = ruled_out(crash(pulled=30), "ImageBackOffOnly")
    assert found.ruling.summary == (
        "image ghcr.io/acme/api:1.4.0 was pulled: container api has started since its pull failed"
    )


def test_the_image_is_not_ruled_out_when_its_pull_failed_last() -> None:
    assert ruled_out(crash(pulled=0.5), "ImageBackOffOnly") == []


def killed(code: int, *pressures: str, ready: str = "True") -> Evidence:
    conditions = [
        k.Condition(type="Ready", status=ready, last_heartbeat_time=make.ago(seconds=8)),
        *(k.Condition(type=each, status="True") for each in pressures),
    ]
    node = k.Node(
        metadata=make.meta("node-1", namespace=""),
        status=k.NodeStatus(conditions=tuple(conditions)),
    )
    return make.evidence(make.pod(make.crashing(code)), node)


def test_the_node_is_ruled_out_when_it_is_well_and_a_container_was_killed() -> None:
    (found,) = ruled_out(killed(137), "NodeNotReady")
    assert found.ruling.summary == "node node-1 is Ready and reports no pressure, 8 s ago"


def test_the_node_is_not_ruled_out_when_it_is_pressed_or_nobody_would_ask() -> None:
    assert ruled_out(killed(137, "MemoryPressure"), "NodeNotReady") == []
    assert ruled_out(killed(137, ready="False"), "NodeNotReady") == []
    assert ruled_out(killed(1), "NodeNotReady") == []


def workload(replicas: int, **status: Any) -> k.Deployment:
    labels = k.Metadata(labels={"app": "api"})
    return k.Deployment(
        metadata=make.meta("api"),
        spec=k.WorkloadSpec(replicas=replicas, template=k.PodTemplate(metadata=labels)),
        status=k.WorkloadStatus(**status),
    )


def test_a_service_without_pods_is_explained_by_the_workload_that_is_scaled_to_zero() -> None:
    report = diagnose(make.evidence(make.service(), workload(0), listed=[k.Pod]))
    assert [root.code for root in report.root_causes] == ["ScaledToZero"]
    assert [found.code for found in report.consequences] == ["ServiceNoEndpoints"]


def test_a_service_without_pods_is_left_to_itself_when_its_workload_wants_some() -> None:
    report = diagnose(make.evidence(make.service(), workload(1), listed=[k.Pod]))
    assert [root.code for root in report.root_causes] == ["ServiceNoEndpoints"]


def test_a_summary_is_no_root_when_a_pod_has_a_cause_that_is_only_likely() -> None:
    late = k.Condition(
        type="Progressing", status="False", reason="ProgressDeadlineExceeded", message="timed out"
    )
    owner = (k.OwnerReference(kind="Deployment", name="api", controller=True),)
    words = (
        "rpc error: code = NotFound desc = failed to resolve reference"
        ' "ghcr.io/acme/api:1.4.0": ghcr.io/acme/api:1.4.0: not found'
    )
    pod = make.pod(
        make.waiting(reason="ErrImagePull", message=words),
        phase="Pending",
        meta={"owner_references": owner},
    )
    report = diagnose(make.evidence(workload(1, conditions=(late,)), pod))
    (root,) = report.root_causes
    assert (root.code, root.ruling.outcome) == ("ImageMissing", Outcome.SUSPECTED)
    assert root.explains == ("ProgressDeadlineExceeded",)


def test_what_an_init_container_runs_is_told_when_it_never_ends() -> None:
    pod = make.pod(
        k.ContainerStatus(name="api"),
        phase="Pending",
        init=[make.container("wait", command=("sleep", "infinity"))],
        init_statuses=[make.running("wait", ready=False)],
    )
    (root,) = diagnose(make.evidence(pod)).root_causes
    assert root.ruling.summary == (
        "init container wait runs `sleep infinity`, which does not end, so the containers of the"
        " pod are not started"
    )

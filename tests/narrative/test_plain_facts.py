"""A report that explains nothing still shows what the objects say."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cluster import objects as k
from bot.diagnose import diagnose
from bot.evidence import Evidence
from bot.report import Verdict
from tests import make


def says(kind: type[Any], status: type[Any], *condition: str) -> Evidence:
    fields: dict[str, Any] = dict(
        zip(("type", "status", "reason", "message"), condition, strict=False)
    )
    return make.evidence(
        kind(metadata=make.meta("it"), status=status(conditions=(k.Condition(**fields),)))
    )


def waits(pod: k.Pod, *events: k.Event) -> Evidence:
    return make.evidence(pod, *events)


PENDING = make.pod(
    k.ContainerStatus(name="api"),
    phase="Pending",
    conditions=(),
    podspec={"resource_claims": ({"name": "gpu", "resourceClaimName": "gpu-1"},)},
)
CLAIM = k.PersistentVolumeClaim(
    metadata=make.meta("data"),
    spec=k.ClaimSpec(storage_class_name="fast"),
    status=k.ClaimStatus(phase="Pending"),
)
TEMPLATE = k.PersistentVolumeClaim(
    metadata=k.Metadata(name="data"), spec=k.ClaimSpec(storage_class_name="fast")
)
SHOWN = {
    "a condition of a fault": (
        says(k.Node, k.NodeStatus, "PIDPressure", "True", "", "too many processes"),
        "Node it: condition PIDPressure is True (too many processes)",
    ),
    "a condition that should be true": (
        says(
            k.HorizontalPodAutoscaler,
            k.HorizontalPodAutoscalerStatus,
            *("ScalingActive", "False", "FailedGetResourceMetric", "no metrics"),
        ),
        "HorizontalPodAutoscaler it: condition ScalingActive is False (FailedGetResourceMetric:"
        " no metrics)",
    ),
    "a warning that no cause knows": (
        waits(PENDING, make.event(PENDING, "AcmeRefused", "the guard says no")),
        "Pod api-5d8f-x2x4z: event AcmeRefused: the guard says no",
    ),
    "a claim that it uses": (waits(PENDING), "Pod api-5d8f-x2x4z: it uses the ResourceClaim gpu-1"),
    "a scheduler of its own": (
        waits(
            make.pod(
                k.ContainerStatus(name="api"),
                phase="Pending",
                conditions=(),
                podspec={"node_name": "", "scheduler_name": "acme"},
            )
        ),
        "Pod api-5d8f-x2x4z: it waits for the scheduler acme",
    ),
    "a class that a claim asks for": (
        make.evidence(CLAIM),
        "PersistentVolumeClaim data: it asks for storage class fast",
    ),
    "a class that the claims of a set will ask for": (
        make.evidence(
            k.StatefulSet(
                metadata=make.meta("db"), spec=k.WorkloadSpec(volume_claim_templates=(TEMPLATE,))
            )
        ),
        "StatefulSet db: the claim data of each pod asks for storage class fast",
    ),
    "a deadline before the start": (
        make.evidence(
            k.CronJob(
                metadata=make.meta("tidy"),
                spec=k.CronJobSpec(schedule="* * * * *", starting_deadline_seconds=-5),
            )
        ),
        "CronJob tidy: startingDeadlineSeconds is -5: no run can start in time",
    ),
    "a disk that is not attached": (
        make.evidence(
            k.VolumeAttachment(
                metadata=make.meta("csi-1", namespace=""),
                status=k.VolumeAttachmentStatus(attach_error=k.VolumeError(message="no slot left")),
            )
        ),
        "VolumeAttachment csi-1: attaching failed: no slot left",
    ),
    "a state of a container that no cause knows": (
        waits(make.pod(make.waiting(reason="AcmeHold", message="held"), phase="Pending")),
        "Pod api-5d8f-x2x4z: container api waits: AcmeHold: held",
    ),
}


@pytest.mark.parametrize(("evidence", "words"), SHOWN.values(), ids=SHOWN.keys())
def test_the_fact_is_shown_when_no_cause_explains_the_target(
    evidence: Evidence, words: str
) -> None:
    assert words in [each.text for each in diagnose(evidence).observations]


QUIET = (
    ("Ready", "False", "ContainersNotReady", "containers with unready status: [api]"),
    ("ScalingLimited", "True", "TooFewReplicas", "fewer than the minimum"),
    ("Progressing", "True", "NewReplicaSetAvailable", "done"),
)


@pytest.mark.parametrize("condition", QUIET, ids=[each[0] for each in QUIET])
def test_a_condition_is_left_out_when_it_says_nothing_new(condition: tuple[str, ...]) -> None:
    report = diagnose(says(k.Deployment, k.WorkloadStatus, *condition))
    assert report.observations == ()


def test_a_limit_is_shown_when_an_autoscaler_works_at_its_maximum() -> None:
    conditions = (
        k.Condition(type="ScalingActive", status="True"),
        k.Condition(type="ScalingLimited", status="True", reason="TooManyReplicas"),
    )
    scaler = k.HorizontalPodAutoscaler(
        metadata=make.meta("api"),
        spec=k.HorizontalPodAutoscalerSpec(
            scale_target_ref=k.ObjectReference(kind="Deployment", name="api")
        ),
        status=k.HorizontalPodAutoscalerStatus(conditions=conditions),
    )
    report = diagnose(make.evidence(scaler, k.Deployment(metadata=make.meta("api"))))
    assert report.verdict is Verdict.HEALTHY
    assert [each.text for each in report.observations] == [
        "HorizontalPodAutoscaler api: condition ScalingLimited is True (TooManyReplicas)"
    ]


def test_the_problem_quotes_a_fact_when_no_pod_can_be_told_of() -> None:
    report = diagnose(make.evidence(CLAIM))
    assert report.problem == "PersistentVolumeClaim data: its phase is Pending."

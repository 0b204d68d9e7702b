"""What proves that a target works, kind by kind, and what speaks against it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.cluster import objects as k
from bot.diagnose import diagnose
from bot.evidence import Evidence
from bot.report import Verdict
from tests import make


def workload(kind: type[Any], *, wanted: int = 3, generation: int = 1, **status: Any) -> Evidence:
    return make.evidence(
        kind(
            metadata=make.meta("api", generation=generation),
            spec=k.WorkloadSpec(replicas=wanted),
            status=k.WorkloadStatus(**{"observed_generation": 1} | status),
        )
    )


def says(type: str, status: str, reason: str = "") -> dict[str, Any]:
    return {"conditions": (k.Condition(type=type, status=status, reason=reason),)}


ALL = {"replicas": 3, "ready_replicas": 3, "available_replicas": 3, "updated_replicas": 3}


def autoscaler(*conditions: tuple[str, str, str], annotated: bool = False) -> Evidence:
    names = ("type", "status", "reason")
    told: list[dict[str, Any]] = [dict(zip(names, each, strict=True)) for each in conditions]
    key = "autoscaling.alpha.kubernetes.io/conditions"
    return make.evidence(
        k.HorizontalPodAutoscaler(
            metadata=make.meta("api", annotations={key: json.dumps(told)} if annotated else {}),
            status=k.HorizontalPodAutoscalerStatus(
                current_replicas=2,
                conditions=() if annotated else tuple(k.Condition(**each) for each in told),
            ),
        )
    )


ABLE, ACTIVE = ("AbleToScale", "True", "Ready"), ("ScalingActive", "True", "ValidMetricFound")
NO_METRIC = ("ScalingActive", "False", "FailedGetResourceMetric")
OFF = ("ScalingActive", "False", "ScalingDisabled")
LIMITED = ("ScalingLimited", "True", "TooFewReplicas")


def of(kind: type[Any], **more: Any) -> Evidence:
    return make.evidence(kind(metadata=make.meta("it", namespace=""), **more))


WORKS = {
    "all replicas": workload(k.Deployment, **ALL),
    "a StatefulSet that does not say how many are available": workload(
        k.StatefulSet, replicas=3, ready_replicas=3
    ),
    "a daemon on every node": workload(
        k.DaemonSet, desired_number_scheduled=2, number_ready=2, number_available=2
    ),
    "an autoscaler with a metric": autoscaler(ABLE, ACTIVE, LIMITED),
    "an autoscaler of the first version": autoscaler(ABLE, ACTIVE, annotated=True),
    "an autoscaler of a target that is off": autoscaler(ABLE, OFF),
    "a volume": of(k.PersistentVolume, status=k.PersistentVolumeStatus(phase="Bound")),
    "a namespace": of(k.Namespace, status=k.NamespaceStatus(phase="Active")),
    "an API": of(
        k.APIService, status=k.APIServiceStatus(conditions=says("Available", "True")["conditions"])
    ),
    "a pod without a word about readiness": make.evidence(
        make.pod(conditions=(k.Condition(type="PodScheduled", status="True"),))
    ),
}


@pytest.mark.parametrize("evidence", WORKS.values(), ids=WORKS.keys())
def test_it_works_when_its_own_status_says_so(evidence: Evidence) -> None:
    assert diagnose(evidence).verdict is Verdict.HEALTHY


DOES_NOT = {
    "fewer ready than available": workload(k.ReplicaSet, **ALL | {"ready_replicas": 2}),
    "fewer available than ready": workload(k.ReplicaSet, **ALL | {"available_replicas": 2}),
    "ready, and not yet available": workload(k.ReplicaSet, replicas=3, ready_replicas=3),
    "a controller that has not looked": workload(k.Deployment, generation=2, **ALL),
    "a daemon that nobody has looked at": workload(
        k.DaemonSet, generation=2, desired_number_scheduled=2, number_ready=2
    ),
    "a daemon that is not available": workload(
        k.DaemonSet, desired_number_scheduled=2, number_ready=2, number_available=1
    ),
    "a condition against availability": workload(k.Deployment, **ALL, **says("Available", "False")),
    "a condition against progress": workload(k.Deployment, **ALL, **says("Progressing", "False")),
    "pods that cannot be made": workload(k.ReplicaSet, **ALL, **says("ReplicaFailure", "True")),
    "an autoscaler without a metric": autoscaler(ABLE, NO_METRIC),
    "an autoscaler that has said nothing": autoscaler(),
    "an autoscaler that cannot scale": autoscaler(
        ("AbleToScale", "False", "FailedGetScale"), ACTIVE
    ),
    "a garbled annotation": make.evidence(
        k.HorizontalPodAutoscaler(
            metadata=make.meta(
                "api", annotations={"autoscaling.alpha.kubernetes.io/conditions": "[{"}
            )
        )
    ),
    "a volume that failed": of(k.PersistentVolume, status=k.PersistentVolumeStatus(phase="Failed")),
    "a pod whose gate nobody mentions": make.evidence(
        make.pod(
            conditions=(k.Condition(type="PodScheduled", status="True"),),
            podspec={"readiness_gates": (k.ReadinessGate(condition_type="acme.io/in"),)},
        )
    ),
}


@pytest.mark.parametrize("evidence", DOES_NOT.values(), ids=DOES_NOT.keys())
def test_it_is_not_called_healthy_when_a_fact_speaks_against_it(evidence: Evidence) -> None:
    assert diagnose(evidence).verdict is not Verdict.HEALTHY

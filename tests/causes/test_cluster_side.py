"""Sandboxes, admission and nodes: what the cluster does to a pod."""

from __future__ import annotations

import pytest

from bot.cluster import objects as k
from bot.diagnose import diagnose
from bot.evidence import Evidence
from bot.report import Finding, Outcome
from tests import make

CREATING = make.pod(make.waiting(reason="ContainerCreating"), phase="Pending")
REPLICAS = k.ReplicaSet(
    metadata=make.meta("api-5d8f"),
    spec=k.WorkloadSpec(replicas=2),
    status=k.WorkloadStatus(replicas=1),
)


def root(evidence: Evidence) -> Finding:
    found = diagnose(evidence).root_causes
    assert len(found) == 1, [each.code for each in found]
    return found[0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('plugin type="flannel" failed (add): open /run/flannel/subnet.env', "CNIFailure"),
        ("no IP addresses available in range set: 10.2.0.1-10.2.0.254", "IPExhausted"),
        ('no runtime for "gvisor" is configured', "SandboxRuntimeError"),
        (
            'failed to get sandbox image "reg/pause:3": failed to pull image "reg/pause:3": dial'
            " tcp: lookup reg: no such host",
            "SandboxImagePull",
        ),
    ],
)
def test_sandbox_event_gives_its_cause(text: str, code: str) -> None:
    message = f"Failed to create pod sandbox: rpc error: code = Unknown desc = {text}"
    event = make.event(CREATING, "FailedCreatePodSandBox", message)
    assert root(make.evidence(CREATING, event)).code == code


def test_quota_is_told_with_its_numbers() -> None:
    text = (
        'Error creating: pods "api-1" is forbidden: exceeded quota: team, requested: pods=1, used:'
        " pods=8, limited: pods=8"
    )
    found = root(make.evidence(REPLICAS, make.event(REPLICAS, "FailedCreate", text)))
    assert (found.code, found.ruling.summary) == (
        "QuotaExceeded",
        "quota team is used up: pods 1 more than 8 in use, of 8 allowed",
    )
    assert found.ruling.solutions[0].commands == ("kubectl describe resourcequota team -n shop",)


def node(status: str, message: str) -> k.Node:
    return k.Node(
        metadata=k.Metadata(name="node-1"),
        status=k.NodeStatus(
            conditions=(k.Condition(type="Ready", status=status, message=message),)
        ),
    )


@pytest.mark.parametrize(
    ("objects", "code"),
    [
        ((node("False", "container runtime is down"),), "NodeNotReady"),
        ((node("Unknown", "Kubelet stopped posting node status."),), "NodeLost"),
        ((), "NodeLost"),
    ],
)
def test_node_is_the_root_when_it_does_not_work(
    objects: tuple[k.KubeObject, ...], code: str
) -> None:
    found = root(make.evidence(CREATING, *objects, listed=[k.Node]))
    assert (found.code, found.ruling.outcome) == (code, Outcome.CONFIRMED)


def test_eviction_names_what_the_node_was_low_on() -> None:
    pod = make.pod(
        k.ContainerStatus(name="api"),
        phase="Failed",
        reason="Evicted",
        message="The node was low on resource: memory. Container api was using 2Gi, request is 0.",
    )
    found = root(make.evidence(pod))
    assert found.code == "MemoryPressure"
    assert found.ruling.summary == ("the node was low on memory and evicted the pod; api used 2Gi")


def test_rejection_names_the_numbers_of_the_kubelet() -> None:
    pod = make.pod(
        k.ContainerStatus(name="api"),
        phase="Failed",
        reason="OutOfcpu",
        message="Pod was rejected: Node didn't have enough resource: cpu, requested: 4000, used:"
        " 900, capacity: 4000",
    )
    found = root(make.evidence(pod))
    assert found.code == "NodeAdmissionRejected"
    assert found.ruling.summary == (
        "the kubelet did not admit the pod (OutOfcpu) for want of cpu: asked for 4000, 900 used of"
        " 4000"
    )

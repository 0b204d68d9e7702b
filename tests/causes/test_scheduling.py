"""Pods without a node: the row whose change is enough, from text and objects."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cluster import objects as k
from bot.diagnose import diagnose
from bot.evidence import Evidence
from bot.report import Finding, Outcome
from tests import make


def node(name: str, cpu: str = "4", taints: tuple[k.Taint, ...] = (), **labels: str) -> k.Node:
    return k.Node(
        metadata=k.Metadata(name=name, labels=labels),
        spec=k.NodeSpec(taints=taints),
        status=k.NodeStatus(
            allocatable={"cpu": cpu, "memory": "8Gi", "pods": "110"},
            conditions=(k.Condition(type="Ready", status="True"),),
        ),
    )


def pending(message: str, *others: k.KubeObject, **podspec: Any) -> Evidence:
    asked = k.Resources(requests=podspec.pop("asks", {}))
    refused = k.Condition(
        type="PodScheduled", status="False", reason="Unschedulable", message=message
    )
    pod = make.pod(
        k.ContainerStatus(name="api"),
        spec=(make.container(resources=asked),),
        phase="Pending",
        conditions=(refused,),
        container_statuses=(),
        podspec={"node_name": ""} | podspec,
    )
    return make.evidence(pod, *others, listed=[k.Node, k.Pod, k.PersistentVolumeClaim])


def root(evidence: Evidence) -> Finding:
    found = diagnose(evidence).root_causes
    assert len(found) == 1, [each.code for each in found]
    return found[0]


BUSY = make.pod(
    make.running(),
    name="busy",
    spec=(make.container(resources=k.Resources(requests={"cpu": "3500m"})),),
    podspec={"node_name": "small"},
)


def test_cpu_is_told_with_what_is_asked_and_free() -> None:
    found = root(
        pending(
            "0/1 nodes are available: 1 Insufficient cpu.", node("small"), BUSY, asks={"cpu": 1}
        )
    )
    assert (found.code, found.ruling.outcome) == ("InsufficientCPU", Outcome.CONFIRMED)
    assert found.ruling.summary == (
        "the only node does not take the pod: it asks for 1 cpu, node small has 500m free of 4"
    )


def test_taint_is_the_root_when_its_node_has_room_and_the_other_has_none() -> None:
    """One toleration is the least change: the tainted node fits otherwise."""
    red = (k.Taint(key="team", value="red", effect="NoSchedule"),)
    found = root(
        pending(
            "0/3 nodes are available: 1 node(s) had untolerated taint {team: red}, 2 Insufficient"
            " cpu.",
            node("a", cpu="1"),
            node("b", cpu="1"),
            node("large", cpu="16", taints=red),
            asks={"cpu": "8"},
        )
    )
    assert (found.code, found.ruling.outcome) == ("TaintNotTolerated", Outcome.CONFIRMED)
    assert found.ruling.solutions[0].title == (
        "Add a toleration for team: red to the pod, or take the taint off a node"
    )


def test_taint_is_the_root_when_the_pod_asks_for_that_very_node() -> None:
    dedicated = k.Taint(key="dedicated", value="batch", effect="NoSchedule")
    message = (
        "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector,"
        " 1 node(s) had untolerated taint(s)."
    )
    found = root(
        pending(
            message,
            node("any"),
            node("meant", taints=(dedicated,), pool="batch"),
            node_selector={"pool": "batch"},
        )
    )
    assert found.code == "TaintNotTolerated"


def test_tolerated_taint_is_no_obstacle() -> None:
    red = (k.Taint(key="team", value="red", effect="NoSchedule"),)
    found = root(
        pending(
            "0/1 nodes are available: 1 Insufficient cpu.",
            node("a", cpu="1", taints=red),
            asks={"cpu": "8"},
            tolerations=(k.Toleration(key="team", operator="Exists"),),
        )
    )
    assert found.code == "InsufficientCPU"


def test_text_is_a_suspicion_when_several_predicates_failed_and_no_node_is_known() -> None:
    found = root(
        pending(
            "0/5 nodes are available: 2 node(s) didn't match pod anti-affinity rules, 3"
            " Insufficient memory."
        )
    )
    assert (found.code, found.ruling.outcome, found.ruling.alternatives) == (
        "InsufficientMemory",
        Outcome.SUSPECTED,
        ("PodAntiAffinity",),
    )
    assert found.ruling.summary.endswith(
        "(a pod that the pod anti-affinity excludes on 2 nodes; insufficient memory on 3 nodes)"
    )


AFFINITY = {
    "nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [
                {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["b"]}]}
            ]
        }
    }
}


@pytest.mark.parametrize(
    ("podspec", "code", "words"),
    [
        (
            {"node_selector": {"disk": "ssd"}},
            "NodeSelectorMismatch",
            "its nodeSelector asks for disk=ssd",
        ),
        ({"affinity": AFFINITY}, "NodeAffinityMismatch", "its node affinity asks for zone In b"),
    ],
)
def test_pod_tells_selector_from_affinity(podspec: dict[str, Any], code: str, words: str) -> None:
    message = "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector."
    found = root(pending(message, node("n1", zone="a"), node("n2", zone="c"), **podspec))
    assert (found.code, found.ruling.outcome) == (code, Outcome.CONFIRMED)
    assert words in found.ruling.summary


def test_missing_resource_is_the_root_when_no_node_has_it_at_all() -> None:
    found = root(
        pending(
            "0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient example.com/fpga.",
            node("small", cpu="1"),
            asks={"cpu": "2", "example.com/fpga": "1"},
        )
    )
    assert found.code == "InsufficientResource"


def test_claim_is_told_with_what_there_is_when_it_is_missing() -> None:
    claim = k.PersistentVolumeClaim(
        metadata=make.meta("orders-data"), status=k.ClaimStatus(phase="Bound")
    )
    message = '0/1 nodes are available: persistentvolumeclaim "orders" not found.'
    found = root(pending(message, claim))
    assert found.code == "PVCNotFound"
    assert "claim orders does not exist; there is orders-data" in found.ruling.summary


def test_refusal_is_history_when_the_pod_has_a_node() -> None:
    pod = make.pod(make.running())
    event = make.event(pod, "FailedScheduling", "0/1 nodes are available: 1 Insufficient cpu.")
    assert diagnose(make.evidence(pod, event)).root_causes == ()


def test_place_of_the_volume_is_told_when_no_node_is_there() -> None:
    zone = {"key": "zone", "operator": "In", "values": ["b"]}
    objects = (
        k.PersistentVolumeClaim(
            metadata=make.meta("data"),
            spec=k.ClaimSpec(volume_name="disk-1"),
            status=k.ClaimStatus(phase="Bound"),
        ),
        k.PersistentVolume(
            metadata=k.Metadata(name="disk-1"),
            spec=k.PersistentVolumeSpec(
                node_affinity={"required": {"nodeSelectorTerms": [{"matchExpressions": [zone]}]}}
            ),
        ),
    )
    claimed = k.Volume(name="d", persistent_volume_claim=k.ClaimVolume(claim_name="data"))
    message = "0/2 nodes are available: 2 node(s) had volume node affinity conflict."
    found = root(pending(message, *objects, volumes=(claimed,)))
    assert found.code == "VolumeNodeAffinity"
    assert "volume disk-1 of claim data needs zone In b" in found.ruling.summary

"""Objects that tell their fault themselves: Jobs, rollouts, namespaces, volumes and nodes."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cluster import objects as k
from bot.diagnose import diagnose
from bot.evidence import Evidence
from bot.report import Outcome
from tests import make

REPLICA_SET = k.ReplicaSet(
    metadata=make.meta("api-5d8f"),
    spec=k.WorkloadSpec(replicas=2),
    status=k.WorkloadStatus(
        conditions=tuple(
            k.Condition(type="ReplicaFailure", status="True", reason="FailedCreate", message=words)
            for words in ("the first thing is refused", "the second thing is refused")
        )
    ),
)
JOB = k.Job(metadata=make.meta("load"), status=k.JobStatus(failed=3))
NODE = k.Node(
    metadata=make.meta("node-1", namespace=""),
    spec=k.NodeSpec(unschedulable=True),
    status=k.NodeStatus(conditions=(k.Condition(type="Ready", status="True"),)),
)


def job(*conditions: k.Condition, **status: Any) -> k.Job:
    return make.changed(JOB, status=k.JobStatus(failed=3, conditions=conditions, **status))


def namespace(**remaining: str) -> Evidence:
    conditions = tuple(
        k.Condition(type=type, status="True", message=words) for type, words in remaining.items()
    )
    return make.evidence(
        k.Namespace(
            metadata=make.meta("old", namespace="", deletion_timestamp=make.ago(minutes=9)),
            spec=k.NamespaceSpec(finalizers=("kubernetes",)),
            status=k.NamespaceStatus(phase="Terminating", conditions=conditions),
        )
    )


def volume(phase: str, message: str = "") -> Evidence:
    return make.evidence(
        k.PersistentVolume(
            metadata=make.meta("disk-7", namespace=""),
            spec=k.PersistentVolumeSpec(
                claim_ref=k.ObjectReference(namespace="shop", name="data-db-0")
            ),
            status=k.PersistentVolumeStatus(phase=phase, message=message),
        )
    )


DONE: dict[str, Any] = {"updated_replicas": 1, "replicas": 1}


def paused(**status: Any) -> Evidence:
    return make.evidence(
        k.Deployment(
            metadata=make.meta("api"),
            spec=k.WorkloadSpec(replicas=1, paused=True),
            status=k.WorkloadStatus(**DONE | status),
        )
    )


def claim(phase: str, *, said: str = "", **spec: Any) -> Evidence:
    item = k.PersistentVolumeClaim(
        metadata=make.meta("data"), spec=k.ClaimSpec(**spec), status=k.ClaimStatus(phase=phase)
    )
    events = [make.event(item, "ProvisioningFailed", said)] if said else []
    return make.evidence(item, *events)


def rollout(reason: str, message: str = "", status: str = "False") -> Evidence:
    condition = k.Condition(type="Progressing", status=status, reason=reason, message=message)
    return make.evidence(
        k.Deployment(
            metadata=make.meta("api"), status=k.WorkloadStatus(conditions=(condition,), **DONE)
        )
    )


TOO_OFTEN = make.event(JOB, "BackoffLimitExceeded", "Job has reached the specified backoff limit")
EXPLAINED = {
    "a Job whose event says it": (
        make.evidence(JOB, TOO_OFTEN),
        "JobBackoffLimitExceeded",
        "3 failed pods",
    ),
    "a Job that goes on without some of its work": (
        make.evidence(job(active=2, failed_indexes="0,4")),
        "JobBackoffLimitExceeded",
        "failed indexes: 0, 4",
    ),
    "a pause with old pods left": (paused(replicas=2), "RolloutPaused", "1 of 1"),
    "a pause with pods that are not available": (
        paused(unavailable_replicas=1),
        "RolloutPaused",
        "1 of 1",
    ),
    "a namespace held by a finalizer in it": (
        namespace(
            NamespaceContentRemaining="1 resource remains",
            NamespaceFinalizersRemaining="acme.io/guard in 1 resource",
        ),
        "FinalizerStuck",
        "acme.io/guard in 1 resource; 1 resource",
    ),
    "a volume that was released": (volume("Released"), "PVReleased", "claim of shop/data-db-0"),
    "a volume that could not be cleaned": (
        volume("Failed", "delete failed: disk in use"),
        "PVReleased",
        "disk in use",
    ),
    "a claim whose volume is gone": (
        claim("Lost", volume_name="disk-7"),
        "PersistentVolumeLost",
        "disk-7 does not exist",
    ),
    "a claim whose volume cannot be made": (
        claim("Pending", said="failed to provision volume: rpc error: the disks are used up"),
        "ProvisioningFailed",
        "the disks are used up",
    ),
    "a rollout that came to nothing": (
        rollout("ProgressDeadlineExceeded", 'ReplicaSet "api-2" has timed out progressing.'),
        "ProgressDeadlineExceeded",
        "api-2",
    ),
    "a node that is closed": (make.evidence(NODE), "NodeCordoned", "node-1"),
}


@pytest.mark.parametrize(("evidence", "code", "words"), EXPLAINED.values(), ids=EXPLAINED.keys())
def test_the_object_is_explained(evidence: Evidence, code: str, words: str) -> None:
    roots = diagnose(evidence).root_causes
    assert [(root.code, root.ruling.outcome) for root in roots] == [(code, Outcome.CONFIRMED)]
    assert words in roots[0].ruling.summary


SILENT = {
    "a Job that succeeded after all": make.evidence(
        job(k.Condition(type="Complete", status="True")), TOO_OFTEN
    ),
    "a pause after the rollout": paused(),
    "a schedule that was left out": make.evidence(k.CronJob(metadata=make.meta("tidy"))),
    "a namespace that is emptied now": namespace(),
    "a claim that waits": claim("Bound"),
    "a volume that waits for a claim": volume("Available"),
}


@pytest.mark.parametrize("evidence", SILENT.values(), ids=SILENT.keys())
def test_nothing_is_claimed_when_the_object_does_not_say_it(evidence: Evidence) -> None:
    assert diagnose(evidence).root_causes == ()


def test_a_failed_job_without_a_reason_is_only_suspected() -> None:
    (root,) = diagnose(make.evidence(job(k.Condition(type="Failed", status="True")))).root_causes
    assert (root.code, root.ruling.outcome) == ("JobBackoffLimitExceeded", Outcome.SUSPECTED)
    assert root.ruling.alternatives == ("DeadlineExceeded",)


def test_every_refusal_of_a_controller_is_proof() -> None:
    (root,) = diagnose(make.evidence(REPLICA_SET)).root_causes
    assert root.code == "PodCreationFailed"
    assert [proof.text.rpartition(": ")[2] for proof in root.ruling.proof] == [
        "the first thing is refused",
        "the second thing is refused",
    ]


def test_a_gate_is_seen_when_the_scheduler_gives_only_its_reason() -> None:
    condition = k.Condition(type="PodScheduled", status="False", reason="SchedulingGated")
    gates = (k.SchedulingGate(name="acme.io/quota"),)
    pod = make.pod(
        phase="Pending",
        conditions=(condition,),
        container_statuses=(),
        podspec={"scheduling_gates": gates, "node_name": ""},
    )
    (root,) = diagnose(make.evidence(pod)).root_causes
    assert root.code == "SchedulingGated"
    assert "acme.io/quota" in root.ruling.summary


def test_a_node_that_is_closed_and_lost_is_lost() -> None:
    lost = k.NodeStatus(conditions=(k.Condition(type="Ready", status="Unknown"),))
    (root,) = diagnose(make.evidence(make.changed(NODE, status=lost))).root_causes
    assert root.code == "NodeLost"

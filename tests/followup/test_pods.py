"""Which pods stand for a target, and how far they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from bot.cluster import objects as k
from bot.evidence import Target
from bot.followup.pods import PodsSeen, Stage, look, read
from bot.store.records import Journey
from tests.reports import NOON, TARGET
from tests.world import FakeCluster, pod

RS = k.OwnerReference(kind="ReplicaSet", name="api-7d9f8c", uid="rs-1", controller=True)
DEPLOYMENT = k.OwnerReference(kind="Deployment", name="api", uid="d-1", controller=True)


def replica_set(name: str, uid: str, revision: int, replicas: int) -> k.ReplicaSet:
    return k.ReplicaSet(
        metadata=k.Metadata(name=name, namespace="shop", uid=uid, owner_references=(DEPLOYMENT,),
                            annotations={"deployment.kubernetes.io/revision": str(revision)}),
        spec=k.WorkloadSpec(replicas=replicas),
    )  # fmt: skip


async def seen(objects: list[Any], target: Target = TARGET, **changes: Any) -> PodsSeen:
    cluster: Any = FakeCluster()
    cluster.objects = objects
    return await look(cluster, Journey(target=target, started_at=NOON, **changes))


@pytest.mark.parametrize(
    ("waiting", "stage"),
    [
        ("ImagePullBackOff", Stage.PULL_FAILED),
        ("ErrImagePull", Stage.PULL_FAILED),
        ("CrashLoopBackOff", Stage.CRASHED),
        ("CreateContainerConfigError", Stage.CRASHED),
        ("ContainerCreating", Stage.STARTING),
    ],
)
def test_stage_is_read_from_waiting_reason(waiting: str, stage: Stage) -> None:
    assert read(pod(waiting=waiting))[0] is stage


@pytest.mark.parametrize(
    ("phase", "stage"),
    [("Failed", Stage.CRASHED), ("Succeeded", Stage.COMPLETED), ("Running", Stage.RUNNING)],
)
def test_stage_is_read_from_phase(phase: str, stage: Stage) -> None:
    status = k.PodStatus(phase=phase)
    assert read(msgspec.structs.replace(pod(), status=status))[0] is stage


def test_pod_without_node_is_pending() -> None:
    assert read(k.Pod())[0] is Stage.PENDING


async def test_newest_pod_of_the_controller_stands_in_when_pod_is_gone() -> None:
    older = pod("api-7d9f8c-a", "u-a", ready=True)
    newer = msgspec.structs.replace(
        pod("api-7d9f8c-b", "u-b"),
        metadata=msgspec.structs.replace(
            pod("api-7d9f8c-b", "u-b").metadata, creation_timestamp=NOON + timedelta(minutes=1)
        ),
    )
    found = await seen([older, newer], controller=RS)
    assert (found.pod, found.stage) == ("api-7d9f8c-b", Stage.PULL_FAILED)


async def test_pod_is_gone_when_nothing_makes_it_again() -> None:
    assert (await seen([])).stage is Stage.GONE


async def test_newer_replica_set_supersedes_when_old_one_is_scaled_down() -> None:
    sets = [replica_set("api-7d9f8c", "rs-1", 1, 0), replica_set("api-new", "rs-2", 2, 3)]
    found = await seen(sets, controller=RS)
    assert found.superseded_by == "api-new"
    sets = [replica_set("api-7d9f8c", "rs-1", 1, 1), replica_set("api-new", "rs-2", 2, 3)]
    assert (await seen(sets, controller=RS)).superseded_by == ""


def deployment(replicas: int = 2) -> k.Deployment:
    return k.Deployment(
        metadata=k.Metadata(name="api", namespace="shop", uid="d-1"),
        spec=k.WorkloadSpec(
            replicas=replicas, selector=k.LabelSelector(match_labels={"app": "api"})
        ),
    )


def labelled(item: k.Pod) -> k.Pod:
    metadata = msgspec.structs.replace(item.metadata, labels={"app": "api"})
    return msgspec.structs.replace(item, metadata=metadata)


async def test_least_pod_of_newest_revision_counts_for_a_deployment() -> None:
    target = Target("prod", "shop", "Deployment", "api")
    sets = [replica_set("api-7d9f8c", "rs-1", 2, 2), replica_set("api-old", "rs-0", 1, 0)]
    good, bad = labelled(pod("a", "u-a", ready=True)), labelled(pod("b", "u-b"))
    found = await seen([deployment(), *sets, good, bad], target)
    assert (found.stage, found.summary) == (
        Stage.PULL_FAILED,
        "b: api waits: ImagePullBackOff (1 of 2 Ready)",
    )
    found = await seen([deployment(), *sets, good], target)
    assert (found.stage, found.summary) == (Stage.PENDING, "1 of 2 pods exist")
    found = await seen([deployment(0), *sets], target)
    assert (found.stage, found.summary) == (Stage.GONE, "Deployment api is scaled to 0")
    assert (await seen([], target)).summary == "Deployment api is gone"

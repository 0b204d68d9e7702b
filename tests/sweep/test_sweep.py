"""A sweep: the same cause is one group, from files and from a live cluster."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from bot.cluster.client import connect
from bot.cluster.files import read_files
from bot.render.sweep import render
from bot.sweep import Sweep, sweep
from simulator.kubernetes.state import Rule
from simulator.workloads import Workload
from simulator.world import World, open_world
from tests.collect.waiting import pod_fails

NOT_FOUND = (
    'failed to pull and unpack image "docker.io/acme/api:1": failed to resolve reference'
    ' "docker.io/acme/api:1": docker.io/acme/api:1: not found'
)


def pod(name: str, owner: str, *, waiting: tuple[str, str] | None = None) -> dict[str, object]:
    state: dict[str, object] = {"running": {"startedAt": "2026-01-01T00:00:00Z"}}
    if waiting:
        state = {"waiting": {"reason": waiting[0], "message": waiting[1]}}
    ready = "False" if waiting else "True"
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": "shop",
            "uid": name,
            "creationTimestamp": "2026-01-01T00:00:00Z",
            "ownerReferences": [
                {"kind": "ReplicaSet", "name": owner, "uid": owner, "controller": True}
            ],
        },
        "spec": {"nodeName": "n1", "containers": [{"name": "app", "image": "acme/api:1"}]},
        "status": {
            "phase": "Pending" if waiting else "Running",
            "conditions": [
                {"type": "PodScheduled", "status": "True"},
                {"type": "Ready", "status": ready, "lastTransitionTime": "2026-01-01T00:00:10Z"},
            ],
            "containerStatuses": [
                {
                    "name": "app",
                    "image": "acme/api:1",
                    "ready": not waiting,
                    "started": not waiting,
                    "restartCount": 0,
                    "state": state,
                }
            ],
        },
    }


async def of_files(tmp_path: Path, *items: dict[str, object]) -> Sweep:
    path = tmp_path / "all.yaml"
    path.write_text(yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": list(items)}))
    return await sweep(read_files([str(path)]))


async def test_pods_of_one_owner_are_one_workload_and_one_cause(tmp_path: Path) -> None:
    bad = ("ErrImagePull", NOT_FOUND)
    found = await of_files(
        tmp_path,
        *(pod(f"api-{number}", "api", waiting=bad) for number in range(3)),
        pod("web-1", "web", waiting=bad),
        pod("ok-1", "ok"),
    )
    (group,) = found.groups
    assert (group.code, group.pods, len(group.members)) == ("ImageMissing", 4, 2)
    assert found.well == 1
    assert render(found).splitlines()[0] == "2 of 3 workloads fail, for 1 cause (4 pods)."


async def test_nothing_is_said_to_fail_when_all_is_well(tmp_path: Path) -> None:
    found = await of_files(tmp_path, pod("ok-1", "ok"))
    assert (found.groups, found.failing, found.well) == ((), 0, 1)
    assert render(found) == "Nothing fails: 1 workload looked at."


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path, speed=200.0) as opened:
        yield opened


async def live(world: World, namespace: str = "") -> Sweep:
    async with connect(world.settings().cluster) as cluster:
        return await sweep(cluster, namespace)


async def test_live_cluster_is_swept_when_no_files_are_given(world: World) -> None:
    world.hub.push("acme/ok:1")
    failing = [
        Workload(namespace="shop", name="api", image="acme/gone:1"),
        Workload(namespace="media", name="api", image="acme/gone:1"),
    ]
    for workload in failing:
        world.deploy(workload)
        await pod_fails(world, workload)
    found = await live(world)
    (group,) = found.groups
    assert group.code in ("ImageMissing", "ImageMissingOrPrivate")
    assert [(m.namespace, m.kind, m.name, m.pods) for m in group.members] == [
        ("media", "Deployment", "api", 1),
        ("shop", "Deployment", "api", 1),
    ]
    assert found.gaps == ()


async def test_namespace_that_may_not_be_read_is_a_gap_and_the_others_go_on(world: World) -> None:
    workload = Workload(namespace="shop", name="api", image="acme/gone:1")
    world.deploy(workload)
    await pod_fails(world, workload)
    world.cluster.forbidden.add(Rule("list", "jobs"))
    found = await live(world, "shop")
    assert len(found.groups) == 1
    assert {gap.subject for gap in found.gaps} == {"Job in shop"}
    assert "jobs" in render(found)

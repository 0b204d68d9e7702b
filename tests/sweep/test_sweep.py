"""A sweep: the same cause is one group, from files and from a live cluster."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from bot.cluster import objects as k
from bot.cluster.api import LiveCluster
from bot.cluster.client import connect
from bot.cluster.files import read_files
from bot.connect import connect as open_sources
from bot.render.sweep import render
from bot.sources import SourceError
from bot.sweep import Sweep, sweep
from bot.sweep.brief import brief
from bot.sweep.deep import deepened
from bot.sweep.grouping import Group, Member
from config.settings import ClusterSettings
from simulator.kubernetes import KubernetesState, kubernetes, write_kubeconfig
from simulator.kubernetes.state import TOKEN, Rule
from simulator.serving import serve
from simulator.stories import STORIES
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


async def test_sweep_is_the_same_when_of_well_pods_only_the_owner_is_kept(tmp_path: Path) -> None:
    done = pod("done-1", "done")
    done["status"]["phase"] = "Succeeded"  # type: ignore[index]
    path = tmp_path / "all.yaml"
    items = [pod("api-1", "api", waiting=("ErrImagePull", NOT_FOUND)), pod("ok-1", "ok"), done]
    path.write_text(yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": items}))
    whole, kept = read_files([str(path)]), read_files([str(path)], brief)
    assert await sweep(kept) == await sweep(whole)
    assert kept.now() == whole.now()
    ok = kept.objects["Pod", "shop", "ok-1"]
    assert isinstance(ok, k.Pod)
    assert ok.spec == k.PodSpec()


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
    assert {gap.subject for gap in found.gaps} == {"jobs in shop"}
    assert "jobs" in render(found)


# --- what a live sweep asks -----------------------------------------------------------------------


class Still(NamedTuple):
    """A simulated API server in which nothing happens by itself, and a connection to it."""

    state: KubernetesState
    cluster: LiveCluster


@pytest.fixture
async def still(tmp_path: Path) -> AsyncIterator[Still]:
    state = KubernetesState()
    async with serve(kubernetes(state)) as url:
        path = write_kubeconfig(tmp_path / "kubeconfig", url, TOKEN)
        async with connect(ClusterSettings(kubeconfig=str(path))) as cluster:
            yield Still(state, cluster)


def replica(number: int, owner: str, *, state: dict[str, object]) -> dict[str, object]:
    """A pod of a ReplicaSet of the simulated cluster."""
    made = pod(f"{owner}-aaaa{number}", owner, waiting=("x", "y"))
    made["status"]["containerStatuses"][0] |= {"restartCount": 3, **state}  # type: ignore[index]
    made["metadata"]["ownerReferences"][0]["apiVersion"] = "apps/v1"  # type: ignore[index]
    return made


async def test_one_pod_stands_for_all_that_fail_alike_and_its_log_says_why(still: Still) -> None:
    ended = {"exitCode": 1, "reason": "Error", "finishedAt": "2026-01-01T00:00:00Z"}
    state: dict[str, object] = {
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": ended},
    }
    for number in range(8):
        still.state.apply(replica(number, "api", state=state))
        log = still.state.logs[("shop", f"api-aaaa{number}", "app", True)]
        log.append("psycopg2.OperationalError: could not connect: Connection refused")
        log.append('\tIs the server running on host "db" (10.0.0.7) and accepting')
    set_ = {"kind": "ReplicaSet", "metadata": {"name": "api", "namespace": "shop"},
            "spec": {"replicas": 8}}  # fmt: skip
    still.state.apply(set_)
    found = await sweep(still.cluster, "shop")
    (group,) = found.groups
    (member,) = group.members
    assert (member.kind, member.name, member.pods, group.pods) == ("ReplicaSet", "api", 8, 8)
    assert group.code != "CrashBackOffOnly"
    # the table, six lists, the set's events, one pod, its owner
    assert found.calls == 10
    assert f"Asked the cluster {found.calls} times" in render(found)


async def test_pods_without_an_owner_are_workloads_of_their_own(still: Still) -> None:
    for name in ("tool-aaaaa", "tool-bbbbb"):
        made = pod(name, "gone", waiting=("ErrImagePull", NOT_FOUND))
        made["metadata"]["ownerReferences"] = []  # type: ignore[index]
        still.state.apply(made)
    found = await sweep(still.cluster, "shop")
    members = [(m.kind, m.name, m.pods) for group in found.groups for m in group.members]
    assert members == [("Pod", "tool-aaaaa", 1), ("Pod", "tool-bbbbb", 1)]


async def test_workload_that_gets_no_pods_is_found_by_its_own_status(still: Still) -> None:
    uid = "11111111-1111-1111-1111-111111111111"
    still.state.apply(
        {
            "kind": "Deployment",
            "metadata": {"name": "web", "namespace": "shop", "uid": uid},
            "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}},
            "status": {
                "conditions": [
                    {
                        "type": "ReplicaFailure",
                        "status": "True",
                        "reason": "FailedCreate",
                        "message": 'pods "web-1" is forbidden: exceeded quota: small, requested: '
                        "pods=1, used: pods=4, limited: pods=4",
                    }
                ]
            },
        }
    )
    found = await sweep(still.cluster, "shop")
    assert [(g.code, g.members[0].name, g.pods) for g in found.groups] == [
        ("QuotaExceeded", "web", 0)
    ]


async def test_pods_that_may_not_be_listed_are_a_gap_with_the_rule(still: Still) -> None:
    still.state.forbidden.add(Rule("list", "pods"))
    found = await sweep(still.cluster, "shop")
    assert [gap.subject for gap in found.gaps] == ["pods in shop"]
    assert 'resources: ["pods"]' in found.gaps[0].fix


async def test_sweep_ends_when_namespaces_may_not_be_listed(still: Still) -> None:
    still.state.forbidden.add(Rule("list", "namespaces"))
    with pytest.raises(SourceError, match="may not list namespaces"):
        await sweep(still.cluster)


async def test_deep_sweep_follows_an_image_on_to_its_build(world: World) -> None:
    story = next(each for each in STORIES if each.name == "secret-missing")
    story.prepare(world)
    await pod_fails(world, story.workload)
    async with open_sources(world.settings()) as sources:
        shallow = await sweep(sources.cluster, story.workload.namespace)
        found = await deepened(shallow, sources)
    (group,) = found.groups
    (member,) = group.members
    assert (group.code, group.layer, group.certainty) == (
        "CISecretMissing",
        "prerequisite",
        "confirmed",
    )
    assert "DOCKERHUB_TOKEN" in member.summary


def test_a_name_is_never_cut_so_that_it_can_be_copied() -> None:
    long, short = "e" * 40, "shop"
    members = tuple(
        Member(namespace=space, kind="Deployment", name="api", pods=2, summary=f"fails in {place}")
        for space, place in ((long, "one"), (short, "two"))
    )
    group = Group(
        code="AppError",
        title="the program ended with an error",
        layer="cluster",
        certainty="confirmed",
        pods=4,
        members=members,
    )
    at = datetime(2024, 2, 3, tzinfo=UTC)
    found = Sweep(groups=(group,), unexplained=(), well=0, gaps=(), collected_at=at)
    assert render(found).splitlines()[-3:] == [
        f"  {long}/deployment/api  2 pods",
        f"  {'':<19}  fails in one",
        f"  {'shop/deployment/api':<19}  2 pods  fails in two",
    ]

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.cluster.api import LiveCluster
from bot.cluster.files import read_files
from bot.cluster.kinds import KINDS
from bot.cluster.snapshot import write_snapshot
from bot.evidence import GapReason, Listing, Target
from bot.images import parse
from bot.sources import Cluster, Query, SourceError
from simulator.kubernetes import KubernetesState
from simulator.kubernetes.state import Rule
from tests.cluster_io.make import manifest, pod

CRASHING = {
    "phase": "Running",
    "startTime": "2026-01-02T03:04:05Z",
    "containerStatuses": [
        {"name": "api", "restartCount": 1, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}
    ],
}


@pytest.fixture
def filled(state: KubernetesState) -> KubernetesState:
    env = [{"name": "DB_PASSWORD", "value": "hush-hush"}, {"name": "MODE", "value": "live"}]
    containers = [{"name": "api", "image": "acme/api:1", "env": env}]
    state.apply(
        pod(metadata={"labels": {"app": "api"}}, spec={"containers": containers}, status=CRASHING)
    )
    state.apply(pod("worker-0", "web"))
    state.apply({"kind": "Namespace", "metadata": {"name": "shop"}})
    state.apply(manifest("Secret", "db", type="Opaque", data={"token": "aHVzaC1odXNo"}))
    state.apply(manifest("ConfigMap", "conf", data={"a.yaml": "hush-hush"}))
    state.logs["shop", "api-1", "api", False] = ["start", "api_key=hush-hush"]
    state.logs["shop", "api-1", "api", True] = ["before"]
    return state


async def test_snapshot_reads_back_as_the_cluster_that_it_was(
    filled: KubernetesState, cluster: LiveCluster, tmp_path: Path
) -> None:
    written = await write_snapshot(cluster, tmp_path / "snap", ["shop"])
    read = read_files([str(tmp_path / "snap")])
    assert (written.gaps, written.logs, written.objects) == ((), 2, len(read.objects))
    assert (read.problems, read.skipped) == ((), {})
    assert {(kind, space) for kind, space, _ in read.objects if space} == {
        ("Pod", "shop"),
        ("Secret", "shop"),
        ("ConfigMap", "shop"),
    }
    listed = {Listing(kind.name, "" if kind.cluster_scoped else "shop") for kind in KINDS}
    assert read.listings == listed
    for kind in ("Secret", "ConfigMap"):
        [live] = await cluster.list(kind, "shop")
        [kept] = await read.list(kind, "shop")
        assert kept.metadata == live.metadata
        assert kept.keys == live.keys  # type: ignore[union-attr]
    assert await read.log("shop", "api-1", "api") == ("start", "api_key=***")
    assert await read.log("shop", "api-1", "api", previous=True) == ("before",)


async def test_snapshot_has_no_secret_in_it(
    filled: KubernetesState, cluster: LiveCluster, tmp_path: Path
) -> None:
    await write_snapshot(cluster, tmp_path)
    _assert_clean(tmp_path)


def _assert_clean(folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    text = "".join(path.read_text() for path in files if path.name != "kubeconfig")
    assert '"live"' in text
    for secret in ("hush", "aHVzaC1odXNo"):
        assert secret not in text


async def test_snapshot_says_what_it_could_not_read(
    filled: KubernetesState, cluster: LiveCluster, tmp_path: Path
) -> None:
    filled.forbidden.add(Rule("list", "secrets"))
    written = await write_snapshot(cluster, tmp_path / "snap")
    assert [(gap.subject, gap.reason) for gap in written.gaps] == [("secrets", GapReason.FORBIDDEN)]
    listed = json.loads((tmp_path / "snap/listed.json").read_text())
    assert "Pod" in listed["cluster"]
    assert "Secret" not in listed["cluster"]


# --- the protocol: a cluster and its recording answer alike --------------------------------------


@pytest.fixture(params=["live", "recorded"])
async def either(
    request: pytest.FixtureRequest, filled: KubernetesState, cluster: LiveCluster, tmp_path: Path
) -> AsyncIterator[Cluster]:
    if request.param == "live":
        yield cluster
    else:
        await write_snapshot(cluster, tmp_path / "snap")
        recorded = read_files([str(tmp_path / "snap")])
        recorded.name = cluster.name
        yield recorded


async def test_contract_objects(either: Cluster) -> None:
    found = await either.get("Pod", "shop", "api-1")
    assert found is not None
    assert found.metadata.labels == {"app": "api"}
    assert await either.get("Pod", "shop", "gone") is None
    assert await either.get("Node", "", "gone") is None


async def test_contract_lists(either: Cluster) -> None:
    async def names(*args: Any, **selectors: str) -> list[str]:
        return [item.name for item in await either.list(*args, **selectors)]

    assert await names("Pod") == ["api-1", "worker-0"]
    assert await names("Pod", "web") == ["worker-0"]
    assert await names("Pod", labels="app=api") == ["api-1"]
    assert await names("Pod", labels="app!=api") == ["worker-0"]
    assert await names("Pod", labels="!app") == ["worker-0"]
    assert await names("Pod", fields="metadata.name=worker-0") == ["worker-0"]
    assert await names("Job") == []


async def test_contract_logs(either: Cluster) -> None:
    assert await either.log("shop", "api-1", "api", previous=True) == ("before",)
    assert await either.log("shop", "api-1", "api", lines=1) is not None
    assert await either.log("web", "worker-0", "api") is None


async def test_contract_names(either: Cluster) -> None:
    target = Target("demo", "shop", "Pod", "api-1")
    assert (await either.find(Query(name="api-1"))).exact == (target,)
    assert (await either.find(Query(name="api", kind="Pod"))).exact == (target,)
    assert (await either.find(Query(name="worker", namespace="shop"))).exact == ()


async def test_contract_pull_credentials(either: Cluster) -> None:
    assert await either.pull_credentials("shop", ["db"], parse("acme/api:1")) == ()


async def test_snapshot_of_a_namespace_that_does_not_exist_is_refused(
    filled: KubernetesState, cluster: LiveCluster, tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match="the cluster has no namespace nope"):
        await write_snapshot(cluster, tmp_path / "snap", ["nope"])
    assert not (tmp_path / "snap").exists()

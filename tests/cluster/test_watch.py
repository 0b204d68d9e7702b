"""Watching a real API server that is slow, throttles, forgets, goes away or changes its tokens.

Whatever happens in between, every change is told, and none twice.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from bot.cluster import client, watching
from bot.cluster.client import connect
from bot.evidence import GapReason
from bot.sources import ClusterChange, SourceError
from config.settings import ClusterSettings
from simulator.faults import Fault
from tests.cluster.api_server import second_api_server
from tests.cluster.proxy import Proxy, proxied
from tests.cluster.real import BOT_NAMESPACE, RealCluster

pytestmark = pytest.mark.cluster
NAMESPACE = "watch"
WATCH = "watch=1"
PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"


class Told:
    """What a watch told, as `KIND pod step`; the step is a label that the test counts up."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.versions: list[tuple[str, str]] = []
        self.error: SourceError | None = None

    def add(self, change: ClusterChange) -> None:
        meta = change.object.metadata
        step = meta.labels.get("step", "")
        self.lines.append(f"{change.kind} {meta.name} {step}".rstrip())
        self.versions.append((meta.uid, f"{change.kind} {meta.resource_version}"))

    def once(self) -> bool:
        """Whether nothing was told twice."""
        return self.error is None and len(set(self.versions)) == len(self.versions)


class Pods:
    """Pods that are never scheduled, so that nothing changes them but the test."""

    def __init__(self, cluster: RealCluster) -> None:
        self._cluster = cluster

    def make(self, name: str) -> None:
        spec = {
            "schedulingGates": [{"name": "example.com/never"}],
            "containers": [{"name": "app", "image": "registry.example.com/workload:1"}],
        }
        meta = {"name": name, "labels": {"step": "0"}}
        self._call("POST", PODS, json={"metadata": meta, "spec": spec})

    def step(self, name: str, step: int) -> None:
        self._call(
            "PATCH",
            f"{PODS}/{name}",
            json={"metadata": {"labels": {"step": str(step)}}},
            headers={"Content-Type": "application/merge-patch+json"},
        )

    def drop(self, name: str) -> None:
        self._call("DELETE", f"{PODS}/{name}?gracePeriodSeconds=0")

    def _call(self, method: str, path: str, **more: Any) -> None:
        self._cluster.call(method, path, **more).raise_for_status()


@pytest.fixture
def pods(cluster: RealCluster) -> Pods:
    cluster.apply([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}])
    account = f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts/default"
    while cluster.raw(account) is None:
        time.sleep(0.1)
    cluster.call("DELETE", f"{PODS}?gracePeriodSeconds=0").raise_for_status()
    return Pods(cluster)


@asynccontextmanager
async def watched(kubeconfig: Path, pods: Pods) -> AsyncIterator[Told]:
    """A watch that has begun; `first` was there before and is not told."""
    pods.make("first")
    told = Told()
    async with connect(ClusterSettings(kubeconfig=str(kubeconfig))) as live:

        async def follow() -> None:
            try:
                async with aclosing(cast("Any", live.watch("Pod", NAMESPACE))) as changes:
                    async for change in changes:
                        told.add(change)
            except SourceError as error:
                told.error = error

        following = asyncio.create_task(follow())
        try:
            await begun(told, pods)
            yield told
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


async def begun(told: Told, pods: Pods) -> None:
    """Wait until changes are told."""
    for step in range(1, 60):
        pods.step("first", step)
        await asyncio.sleep(0.3)
        if told.lines or told.error:
            return
    raise TimeoutError


async def told_of(told: Told, pods: Pods, name: str = "after") -> None:
    """A change from now on is told."""
    pods.make(name)
    await until(lambda: f"ADDED {name} 0" in told.lines)


def ended(told: Told, name: str) -> bool:
    return sum(line.startswith(f"DELETED {name}") for line in told.lines) == 1


# --- faults on the way ---------------------------------------------------------------------------


SLOW = [Fault(delay=1.5)]
THROTTLED = [Fault(status=429, headers={"Retry-After": "1"}, times=3)]
GONE = [Fault(match=WATCH, status=410, times=1)]
GONE_TWICE = [Fault(match=WATCH, status=410, times=2)]
GONE_AND_BUSY = [Fault(match=WATCH, status=410, times=1), Fault(status=503, times=5)]
CUT = [Fault(match=WATCH, drop=True, times=2)]


@pytest.mark.parametrize(
    "faults",
    [SLOW, THROTTLED, GONE, GONE_TWICE, GONE_AND_BUSY, CUT],
    ids=["slow", "throttled", "gone", "gone twice", "gone and busy", "cut"],
)
async def test_watch_goes_on_when_the_way_is_bad(
    cluster: RealCluster, bot_kubeconfig: Path, pods: Pods, faults: list[Fault]
) -> None:
    async with (
        through_proxy(cluster) as (proxy, kubeconfig),
        watched(kubeconfig, pods) as told,
    ):
        for fault in faults:
            proxy.faults.add(copied(fault))
        proxy.break_off()
        pods.make("new")
        pods.drop("first")
        pods.make("last")
        await until(lambda: ended(told, "first") and "ADDED last 0" in told.lines)
        proxy.faults.clear()
        await told_of(told, pods)
        adds = [line for line in told.lines if line.startswith("ADDED")]
        assert sorted(adds) == ["ADDED after 0", "ADDED last 0", "ADDED new 0"]
        assert told.once()


async def test_list_waits_as_long_as_a_throttling_server_asks(
    cluster: RealCluster, bot_kubeconfig: Path, pods: Pods
) -> None:
    pods.make("first")
    async with through_proxy(cluster) as (proxy, kubeconfig):
        proxy.faults.add(Fault(status=429, headers={"Retry-After": "1"}, times=2))
        async with connect(ClusterSettings(kubeconfig=str(kubeconfig))) as live:
            began = asyncio.get_running_loop().time()
            found = await live.list("Pod", NAMESPACE)
            assert asyncio.get_running_loop().time() - began >= 2.0
            assert [pod.name for pod in found] == ["first"]


# --- the server itself ---------------------------------------------------------------------------


@pytest.mark.parametrize("forgotten", [False, True], ids=["remembers", "has forgotten"])
async def test_watch_goes_on_when_the_api_server_was_killed_and_started_again(
    cluster: RealCluster, bot_kubeconfig: Path, pods: Pods, forgotten: bool
) -> None:
    if not cluster.ours:
        pytest.skip("this runs a second API server over the etcd of our own cluster")
    with second_api_server(cluster) as server:
        async with watched(bot_at(cluster, server.url), pods) as told:
            server.kill()
            pods.make("new")
            pods.drop("first")
            pods.step("new", 7)
            if forgotten:
                server.forget(cluster.raw(PODS)["metadata"]["resourceVersion"])
            server.start()
            await asyncio.to_thread(server.ready)
            await until(
                lambda: ended(told, "first") and any("new 7" in line for line in told.lines)
            )
            await told_of(told, pods)
            assert told.once()
            if forgotten:  # a list knows the last state alone
                assert [line for line in told.lines if " new" in line] == ["ADDED new 7"]


# --- the credential ------------------------------------------------------------------------------


@pytest.fixture
def brief_account(cluster: RealCluster, bot_kubeconfig: Path) -> Iterator[Callable[[], str]]:
    """An account that may do what the bot may; the value revokes its tokens and gives a new one."""
    name = "whyfailing-brief"
    account = {
        "apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": BOT_NAMESPACE},
    }  # fmt: skip
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
                    "name": "whyfailing-read"},
        "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": BOT_NAMESPACE}],
    }  # fmt: skip

    def renew() -> str:
        # A token is of one account's uid: with the account it is worth nothing.
        cluster.delete([account], wait=True)
        cluster.apply([account, binding])
        return cluster.kubectl("create", "token", name, "-n", BOT_NAMESPACE).strip()

    yield renew
    cluster.delete([account, binding], wait=False)


async def test_watch_goes_on_with_the_new_token_when_the_old_one_is_refused(
    cluster: RealCluster,
    brief_account: Callable[[], str],
    pods: Pods,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client, "RENEW_SECONDS", 0.0)
    async with proxied(cluster) as proxy:
        kubeconfig = cluster.as_token("brief", brief_account(), server=proxy.url)
        async with watched(kubeconfig, pods) as told:
            cluster.as_token("brief", brief_account(), server=proxy.url)
            await refused(proxy)
            pods.drop("first")
            await until(lambda: ended(told, "first"))
            await told_of(told, pods)
            assert told.once()


async def test_watch_ends_with_what_to_do_when_the_token_is_refused_for_good(
    cluster: RealCluster,
    brief_account: Callable[[], str],
    pods: Pods,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watching, "REFUSED_SECONDS", 2.0)
    async with proxied(cluster) as proxy:
        kubeconfig = cluster.as_token("brief", brief_account(), server=proxy.url)
        async with watched(kubeconfig, pods) as told:
            brief_account()
            await refused(proxy)
            await until(lambda: told.error is not None)
    assert told.error is not None
    assert told.error.reason is GapReason.UNAUTHORIZED
    assert told.error.detail == f"the cluster refused the credential (watch pods in {NAMESPACE})"
    assert told.error.fix == "log in to the cluster again; a token expires"


async def refused(proxy: Proxy) -> None:
    """Let the API server forget that it knew the token, and ask it again."""
    await asyncio.sleep(11)
    proxy.break_off()


@asynccontextmanager
async def through_proxy(cluster: RealCluster) -> AsyncIterator[tuple[Proxy, Path]]:
    async with proxied(cluster) as proxy:
        yield proxy, bot_at(cluster, proxy.url)


def bot_at(cluster: RealCluster, server: str) -> Path:
    """A kubeconfig of the bot for another address, beside the one that other tests use."""
    token = cluster.kubectl("create", "token", "whyfailing", "-n", BOT_NAMESPACE)
    return cluster.as_token("whyfailing-elsewhere", token.strip(), server=server)


def copied(fault: Fault) -> Fault:
    """Faults count down, and belong to one test."""
    return Fault(
        match=fault.match, delay=fault.delay, status=fault.status, headers=fault.headers,
        drop=fault.drop, times=fault.times,
    )  # fmt: skip


async def until(happened: Callable[[], bool], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not happened():  # noqa: ASYNC110 -- a cluster sets no event of ours
            await asyncio.sleep(0.05)

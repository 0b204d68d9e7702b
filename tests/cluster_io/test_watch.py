from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from bot.cluster import client, watching
from bot.cluster.api import LiveCluster
from bot.evidence import GapReason
from bot.sources import ClusterChange, SourceError
from simulator.faults import Fault
from simulator.kubernetes import KubernetesState
from simulator.kubernetes.state import TOKEN, Rule
from tests.cluster_io.make import pod

REFUSED = '{"kind": "Status", "message": "RBAC: clusterrole \\"whyfailing-read\\" not found"}'


class Seen:
    """What a watch told, in short, and a way to wait for it."""

    def __init__(self) -> None:
        self.changes: list[str] = []
        self._new = asyncio.Event()

    def add(self, change: ClusterChange) -> None:
        self.changes.append(f"{change.kind} {change.object.name}")
        self._new.set()

    async def until(self, count: int) -> list[str]:
        async with asyncio.timeout(2):
            while len(self.changes) < count:
                self._new.clear()
                await self._new.wait()
        return self.changes


@asynccontextmanager
async def watched(state: KubernetesState, cluster: LiveCluster) -> AsyncIterator[Seen]:
    """A watch over the pods of one namespace, begun after the first list and its first request."""
    seen = Seen()

    async def follow() -> None:
        async with aclosing(cast("Any", cluster.watch("Pod", "shop"))) as changes:
            async for change in changes:
                seen.add(change)

    task = asyncio.create_task(follow())
    state.apply(pod("first", "web"))
    await asyncio.sleep(0.05)
    try:
        yield seen
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "FIRST_PAUSE", 0.005)


async def test_changes_are_told_once_and_what_there_was_is_none(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    state.apply(pod("old"))
    async with watched(state, cluster) as seen:
        state.apply(pod("new"))
        state.apply(pod("new", status={"phase": "Running"}))
        state.apply(pod("elsewhere", "web"))
        state.delete("Pod", "shop", "old")
        assert await seen.until(3) == ["ADDED new", "MODIFIED new", "DELETED old"]


async def test_nothing_is_lost_or_told_twice_when_the_server_has_forgotten(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    for name in ("same", "changing", "going"):
        state.apply(pod(name))
    async with watched(state, cluster) as seen:
        state.faults.add(Fault(match="watch=1", status=500, times=1))
        state.closing = True  # ends the stream that is open
        state.changed.set()
        await asyncio.sleep(0)
        state.apply(pod("changing", status={"phase": "Running"}))
        state.delete("Pod", "shop", "going")
        state.apply(pod("coming"))
        state.forget_changes()
        state.closing = False
        assert sorted(await seen.until(3)) == ["ADDED coming", "DELETED going", "MODIFIED changing"]


async def test_watch_goes_on_when_its_connection_breaks(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    async with watched(state, cluster) as seen:
        state.faults.add(Fault(match="watch=1", drop=True, times=2))
        state.closing = True
        state.changed.set()
        await asyncio.sleep(0.01)
        state.apply(pod("while-away"))
        state.closing = False
        assert await seen.until(1) == ["ADDED while-away"]
        state.apply(pod("after"))
        assert await seen.until(2) == ["ADDED while-away", "ADDED after"]


async def test_watch_lists_again_when_the_request_itself_is_too_old(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    async with watched(state, cluster) as seen:
        state.faults.add(Fault(match="watch=1", status=410, body="{}", times=1))
        state.closing = True
        state.changed.set()
        await asyncio.sleep(0)
        state.apply(pod("new"))
        state.closing = False
        assert await seen.until(1) == ["ADDED new"]


async def test_watch_ends_when_it_is_not_allowed(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    state.forbidden.add(Rule("watch", "pods"))
    with pytest.raises(SourceError) as error:
        async for _ in cluster.watch("Pod", "shop"):
            pass
    assert error.value.reason is GapReason.FORBIDDEN
    assert error.value.fix.endswith('verbs: ["watch"]}')


async def test_watch_goes_on_when_a_server_that_starts_refuses_it_for_a_moment(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    state.faults.add(Fault(match="watch=1", status=200, body="{oops\n", times=1))
    state.faults.add(Fault(match="watch=1", status=403, body=REFUSED, times=3))
    async with watched(state, cluster) as seen:
        state.apply(pod("new"))
        assert await seen.until(1) == ["ADDED new"]


async def test_watch_ends_when_it_is_refused_for_longer_than_a_start_takes(
    state: KubernetesState, cluster: LiveCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "REFUSED_SECONDS", 0.05)
    state.faults.add(Fault(match="watch=1", status=200, body="{oops\n", times=1))
    state.faults.add(Fault(match="watch=1", status=403, body=REFUSED))
    with pytest.raises(SourceError) as error:
        async for _ in cluster.watch("Pod", "shop"):
            pass
    assert error.value.reason is GapReason.FORBIDDEN


def replace_token(kubeconfig: Path) -> None:
    kubeconfig.write_text(kubeconfig.read_text().replace(TOKEN, "fresh"))


async def test_watch_takes_a_new_credential_when_the_old_one_is_refused(
    state: KubernetesState,
    cluster: LiveCluster,
    kubeconfig: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client, "RENEW_SECONDS", 0.0)
    state.faults.add(Fault(match="watch=1", status=200, body="{oops\n", delay=0.1, times=1))
    async with watched(state, cluster) as seen:
        state.tokens = {"fresh"}
        replace_token(kubeconfig)
        state.apply(pod("new"))
        assert await seen.until(1) == ["ADDED new"]


async def test_watch_begins_again_when_a_line_is_no_event(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    state.faults.add(Fault(match="watch=1", status=200, body="{oops\n", times=1))
    async with watched(state, cluster) as seen:
        state.apply(pod("new"))
        assert await seen.until(1) == ["ADDED new"]

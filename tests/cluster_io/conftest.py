from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from bot.cluster.api import LiveCluster
from bot.cluster.client import connect
from config.settings import ClusterSettings
from simulator.kubernetes import KubernetesState, kubernetes, write_kubeconfig
from simulator.kubernetes.state import TOKEN
from simulator.serving import serve

Connect = Callable[..., AbstractAsyncContextManager[LiveCluster]]


@pytest.fixture
def state() -> KubernetesState:
    return KubernetesState()


@pytest.fixture
async def kubeconfig(state: KubernetesState, tmp_path: Path) -> AsyncIterator[Path]:
    async with serve(kubernetes(state)) as url:
        yield write_kubeconfig(tmp_path / "kubeconfig", url, TOKEN, namespace="shop")


@pytest.fixture
async def cluster(kubeconfig: Path) -> AsyncIterator[LiveCluster]:
    async with connect(ClusterSettings(kubeconfig=str(kubeconfig))) as connected:
        yield connected

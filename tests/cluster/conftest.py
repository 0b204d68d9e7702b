"""One cluster for all of these tests, and the bot's identity in it: the ClusterRole we ship."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.brought import PATIENCE, TOGETHER, bring_about, forget
from tests.cluster.real import ROOT, NoClusterError, RealCluster, real_cluster


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", action="store_true", help="write what was seen as recordings")


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealCluster]:
    """The cluster; a test that has none is skipped, with the sentence that says what is missing."""
    try:
        with real_cluster(tmp_path_factory.mktemp("cluster")) as found:
            found.kubectl("apply", "-f", "-", given=_NAMESPACE)
            found.kubectl("apply", "-f", str(ROOT / "config/rbac.yaml"))
            yield found
    except NoClusterError as error:
        pytest.skip(f"no cluster: {error}")


_NAMESPACE = '{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "whyfailing"}}'


@pytest.fixture(scope="session")
def bot_kubeconfig(cluster: RealCluster) -> Path:
    """A kubeconfig with what the project's ClusterRole allows, and nothing more."""
    return cluster.as_service_account("whyfailing")


@pytest.fixture(scope="session")
def together(cluster: RealCluster) -> Iterator[float]:
    """All failures that get on with each other; the value is when to give up waiting for them."""
    bring_about(cluster, TOGETHER)
    yield time.monotonic() + PATIENCE
    forget(cluster, TOGETHER)


@pytest.fixture(autouse=True)
def _unknown_names(_no_network: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names below `.invalid` are never asked of a name server: nobody has them (RFC 6761)."""
    look_up = socket.getaddrinfo

    def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
        if str(host).rstrip(".").endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", guarded)

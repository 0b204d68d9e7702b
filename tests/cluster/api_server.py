"""A second API server of our cluster: beside the first, over the same etcd, to be ended at will."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.cluster.real import RealCluster


class ApiServer:
    """A process of its own; ending it ends nothing of the cluster. `url` is its address."""

    def __init__(self, folder: Path, log: Path) -> None:
        pid = (folder / "pids" / "kube-apiserver").read_text().split()[0]
        arguments = Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")
        port = str(_free_port())
        arguments[arguments.index("--secure-port") + 1] = port
        self.url = f"https://127.0.0.1:{port}"
        self._etcd = arguments[arguments.index("--etcd-servers") + 1]
        self._arguments = arguments
        self._folder = folder
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it. It answers some seconds later."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._arguments, cwd=self._folder, stdout=log, stderr=log
            )

    def ready(self, seconds: float = 60.0) -> None:
        """Wait until it serves. Raises TimeoutError with where its log is."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._answers():
                return
            time.sleep(0.2)
        raise TimeoutError(f"the second API server is not ready: {self._log}")

    def _answers(self) -> bool:
        trust = ssl.create_default_context(cafile=self._folder / "pki" / "ca.crt")
        try:
            return httpx.get(f"{self.url}/readyz", verify=trust, trust_env=False).is_success
        except httpx.HTTPError:
            return False

    def forget(self, version: str) -> None:
        """Let etcd drop what came before a resource version, as it does every five minutes."""
        body = {"revision": version, "physical": True}
        httpx.post(f"{self._etcd}/v3/kv/compaction", json=body, trust_env=False).raise_for_status()

    def kill(self) -> None:
        """End it as a crash would."""
        if self._process is not None and self._process.poll() is None:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()


@contextmanager
def second_api_server(cluster: RealCluster) -> Iterator[ApiServer]:
    """Run one that is ready, for a while."""
    server = ApiServer(cluster.kubeconfig.parent, cluster.folder / "apiserver.log")
    server.start()
    try:
        server.ready()
        yield server
    finally:
        server.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

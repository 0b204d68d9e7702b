"""A cluster that is really there: our own, started when needed, or one that KUBECONFIG names."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import yaml

from config.settings import (
    ClusterSettings,
    RegistriesSettings,
    RegistrySettings,
    Secret,
    Settings,
)
from tests.cluster.images import LOGIN

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BOT_NAMESPACE = "whyfailing"
_KUBECTL_SECONDS = 200
_CLUSTER_SCOPED = {
    "Namespace", "Node", "PersistentVolume", "StorageClass", "IngressClass", "ClusterRole",
    "ClusterRoleBinding", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration", "CustomResourceDefinition",
}  # fmt: skip


class NoClusterError(Exception):
    """There can be no cluster here; the message says what is missing, in one sentence."""


class RealCluster(msgspec.Struct, frozen=True, kw_only=True):
    """Where it is. `url` is the API as its administrator, over `kubectl proxy`: no credentials."""

    kubeconfig: Path
    url: str
    ours: bool
    """Whether it is the one that `up` starts, with its registries and its node."""
    folder: Path
    """Where tests may leave files."""

    def kubectl(self, *arguments: str, given: str = "") -> str:
        """Run kubectl as the administrator. Raises RuntimeError with its words."""
        return _kubectl(self.kubeconfig, *arguments, given=given)

    def apply(self, manifests: list[dict[str, Any]]) -> None:
        """Apply objects of several namespaces at once."""
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": manifests})
        self.kubectl("apply", "-f", "-", given=text)

    def delete(self, manifests: list[dict[str, Any]], *, wait: bool) -> None:
        """Delete objects that may be gone already."""
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": manifests})
        wanted = f"--wait={str(wait).lower()}"
        self.kubectl("delete", "--ignore-not-found", wanted, "-f", "-", given=text)

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request to the API as the administrator."""
        return httpx.request(method, self.url + path, timeout=30, trust_env=False, **more)

    def raw(self, path: str) -> Any:
        """What the API answers to a GET; None for 404. Raises httpx.HTTPStatusError."""
        answer = self.call("GET", path)
        if answer.status_code == 404:
            return None
        return answer.raise_for_status().json()

    def wait(self, what: str, condition: str, namespace: str, seconds: int = 120) -> None:
        """Wait as `kubectl wait --for` does."""
        self.kubectl("wait", what, f"--for={condition}", "-n", namespace, f"--timeout={seconds}s")

    def as_service_account(self, name: str, *, seconds: int = 7200) -> Path:
        """Write a kubeconfig that has nothing but a fresh token of a service account of the bot."""
        token = self.kubectl("create", "token", name, "-n", BOT_NAMESPACE, f"--duration={seconds}s")
        return self.as_token(name, token.strip())

    def as_token(self, name: str, token: str, *, server: str = "") -> Path:
        """Write a kubeconfig with this token. `server` replaces the address."""
        shown = self.kubectl("config", "view", "--raw", "--minify", "-o", "json")
        there = json.loads(shown)["clusters"][0]["cluster"]
        if server:
            there = (
                {"server": server} if server.startswith("http:") else {**there, "server": server}
            )
        path = self.folder / f"{name}.kubeconfig"
        path.write_text(
            yaml.safe_dump(
                {
                    "apiVersion": "v1",
                    "kind": "Config",
                    "current-context": "real",
                    "clusters": [{"name": "real", "cluster": there}],
                    "users": [{"name": name, "user": {"token": token}}],
                    "contexts": [{"name": "real", "context": {"cluster": "real", "user": name}}],
                }
            )
        )
        path.chmod(0o600)
        return path


def is_namespaced(manifest: dict[str, Any]) -> bool:
    """Whether objects of this kind live in a namespace."""
    return manifest["kind"] not in _CLUSTER_SCOPED


def manifests_of(path: Path, namespace: str) -> list[dict[str, Any]]:
    """Read a file of manifests and put what has a namespace into this one."""
    found = [document for document in yaml.safe_load_all(path.read_text()) if document]
    for document in found:
        if is_namespaced(document):
            document["metadata"].setdefault("namespace", namespace)
    return found


def registries() -> RegistriesSettings:
    """The registries of the tests, as an operator would write them."""
    open_one, private = registry_address(), registry_address(private=True)
    return RegistriesSettings(
        configured=(
            _registry("registry.example.com", open_one),
            RegistrySettings(
                host="private.example.com",
                endpoint=f"http://{private}",
                allow_private=True,
                username=LOGIN[0],
                password=Secret(LOGIN[1]),
            ),
            _registry("closed.example.com", "127.0.0.1:1"),
        )
    )


def _registry(host: str, address: str) -> RegistrySettings:
    return RegistrySettings(host=host, endpoint=f"http://{address}", allow_private=True)


def registry_address(*, private: bool = False) -> str:
    """HOST:PORT of the registry of the cluster, or of the one that wants a password."""
    return _setting("CLUSTER_PRIVATE_REGISTRY" if private else "CLUSTER_REGISTRY")


def bot_settings(kubeconfig: Path, **changes: Any) -> Settings:
    """The settings of a bot that has this kubeconfig and nothing more."""
    return Settings(
        cluster=ClusterSettings(kubeconfig=str(kubeconfig), name="real"),
        registries=registries(),
        **changes,
    )


@contextmanager
def real_cluster(folder: Path) -> Iterator[RealCluster]:
    """Use the cluster that KUBECONFIG names, else our own; start it, and end it if we started it.

    Raises NoClusterError.
    """
    named = os.environ.get("KUBECONFIG", "")
    ours = not named or Path(named) == Path(_setting("CLUSTER_DIR")) / "kubeconfig"
    started = ours and _start()
    try:
        kubeconfig = Path(_setting("CLUSTER_DIR")) / "kubeconfig" if ours else Path(named)
        with _proxy(kubeconfig) as url:
            yield RealCluster(kubeconfig=kubeconfig, url=url, ours=ours, folder=folder)
    finally:
        if started:
            subprocess.run([HERE / "down"], check=False)


def _start() -> bool:
    """Start our own; False when it runs already. Raises NoClusterError."""
    checked = subprocess.run([HERE / "up", "--check"], capture_output=True, text=True, check=False)
    if checked.returncode:
        raise NoClusterError(checked.stderr.strip())
    built = subprocess.run([HERE / "build"], capture_output=True, text=True, check=False)
    if built.returncode:
        said = built.stderr.strip().splitlines() or ["it does not say why"]
        raise NoClusterError(f"Kubernetes cannot be built on this machine: {said[-1]}")
    # Its processes outlive it, and would hold a pipe open.
    log = Path(_setting("CLUSTER_DIR")).with_name("up.log")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as out:
        up = subprocess.run([HERE / "up"], stdout=out, stderr=subprocess.STDOUT, check=False)
    told = log.read_text()
    if up.returncode:
        raise RuntimeError(f"the cluster did not start:\n{told[-3000:]}")
    return "kubelet is ready" in told


def _setting(name: str) -> str:
    """A setting of the scripts, with their default."""
    script = f'here={HERE}; . "$here/settings"; printf %s "${name}"'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    return done.stdout


def program() -> bytes:
    """The program of the images of our own cluster."""
    return (Path(_setting("CLUSTER_BIN")) / "workload").read_bytes()


def kubectl_path() -> str:
    """The kubectl that was built with our cluster, else the one on PATH."""
    built = Path(_setting("CLUSTER_BIN")) / "kubectl"
    return str(built) if built.exists() else "kubectl"


def _kubectl(kubeconfig: Path, *arguments: str, given: str = "") -> str:
    done = subprocess.run(
        [kubectl_path(), "--kubeconfig", kubeconfig, *arguments],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=_KUBECTL_SECONDS,
    )
    if done.returncode:
        raise RuntimeError(f"kubectl {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


@contextmanager
def _proxy(kubeconfig: Path) -> Iterator[str]:
    command = [kubectl_path(), f"--kubeconfig={kubeconfig}", "proxy", "--port=0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline().strip()
            if not said:
                raise RuntimeError("kubectl proxy did not start")
            yield f"http://{said.rpartition(' ')[2]}"
        finally:
            process.terminate()

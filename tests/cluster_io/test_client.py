from __future__ import annotations

import asyncio
import base64
import json
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.cluster import api, client
from bot.cluster import objects as k
from bot.cluster.api import LiveCluster
from bot.cluster.client import connect
from bot.cluster.find import SEARCHED
from bot.evidence import GapReason, Target
from bot.images import parse
from bot.sources import PullCredential, Query, SourceError
from config.settings import ClusterSettings
from simulator.faults import Fault
from simulator.kubernetes import KubernetesState, write_kubeconfig
from simulator.kubernetes.state import TOKEN, Rule
from simulator.serving import serve
from tests.cluster_io.make import manifest, pod


def _replace(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new))


async def refused(cluster: LiveCluster, kind: str = "Pod") -> tuple[GapReason, str, str]:
    with pytest.raises(SourceError) as error:
        await cluster.list(kind, "shop")
    return error.value.reason, error.value.detail, error.value.fix


# --- reading ------------------------------------------------------------------------------------


async def test_object_is_given_or_none(state: KubernetesState, cluster: LiveCluster) -> None:
    state.apply(pod())
    found = await cluster.get("Pod", "shop", "api-1")
    assert isinstance(found, k.Pod)
    assert found.spec.containers == (k.Container(name="api", image="acme/api:1"),)
    assert await cluster.get("Pod", "shop", "api-2") is None
    assert await cluster.get("Node", "", "n") is None


async def test_list_is_whole_when_it_comes_in_pages(
    state: KubernetesState, cluster: LiveCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "PAGE_ITEMS", 2)
    for number in range(5):
        state.apply(pod(f"p{number}", metadata={"labels": {"odd": str(number % 2)}}))
    assert [p.name for p in await cluster.list("Pod")] == ["p0", "p1", "p2", "p3", "p4"]
    assert [p.name for p in await cluster.list("Pod", "shop", labels="odd=1")] == ["p1", "p3"]
    assert [p.name for p in await cluster.list("Pod", fields="metadata.name=p2")] == ["p2"]


async def test_list_begins_again_when_its_token_has_expired(
    state: KubernetesState, cluster: LiveCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "PAGE_ITEMS", 2)
    for number in range(3):
        state.apply(pod(f"p{number}"))
    gone = json.dumps({"kind": "Status", "code": 410, "reason": "Expired"})
    state.faults.add(Fault(match="continue=", status=410, body=gone, times=1))
    assert [p.name for p in await cluster.list("Pod")] == ["p0", "p1", "p2"]


async def test_list_is_empty_when_the_group_is_not_installed(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    state.groups.discard("actions.github.com")
    assert await cluster.list("AutoscalingRunnerSet") == ()


async def test_other_version_is_asked_when_the_usual_one_is_not_served(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    group = {
        "versions": [{"groupVersion": "resource.k8s.io/v1beta1"}],
        "preferredVersion": {"groupVersion": "resource.k8s.io/v1beta1"},
    }
    items = {"items": [{"metadata": {"name": "gpu", "namespace": "shop"}}]}
    state.faults.add(Fault(match="resource.k8s.io/v1/", status=404, body="{}"))
    state.faults.add(Fault(match="resource.k8s.io$", status=200, body=json.dumps(group)))
    state.faults.add(Fault(match="v1beta1/.*claims", status=200, body=json.dumps(items)))
    assert [c.name for c in await cluster.list("ResourceClaim", "shop")] == ["gpu"]


async def test_log_is_its_last_lines_or_none(state: KubernetesState, cluster: LiveCluster) -> None:
    state.apply(pod())
    assert await cluster.log("shop", "api-1", "api") is None
    state.logs["shop", "api-1", "api", False] = ["one", "two", "three"]
    assert await cluster.log("shop", "api-1", "api", lines=2) == ("two", "three")
    assert await cluster.log("shop", "api-1", "api", previous=True) is None
    assert await cluster.log("shop", "gone", "api") is None


async def test_name_is_found_here_then_anywhere_then_nearby(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    state.apply(pod("api-1"))
    state.apply(pod("worker-0", "web"))
    here, there = Target("demo", "shop", "Pod", "api-1"), Target("demo", "web", "Pod", "worker-0")
    assert (await cluster.find(Query(name="api-1"))).exact == (here,)
    assert (await cluster.find(Query(name="worker-0"))).exact == (there,)
    assert (await cluster.find(Query(name="work"))).exact == (there,)
    assert (await cluster.find(Query(name="wroker"))).near == (there,)
    assert (await cluster.find(Query(name="worker-0", namespace="shop"))).exact == ()


async def test_name_is_found_when_only_one_namespace_may_be_read(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    state.apply(pod("api-1"))
    state.faults.add(Fault(match="GET /api/v1/pods", status=403, body="{}"))
    assert (await cluster.find(Query(name="api"))).exact == (
        Target("demo", "shop", "Pod", "api-1"),
    )


async def test_search_says_why_when_nothing_may_be_read(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    state.faults.add(Fault(status=403, body="{}"))
    with pytest.raises(SourceError) as error:
        await cluster.find(Query(name="api"))
    assert error.value.reason is GapReason.FORBIDDEN


async def test_pod_is_not_called_absent_when_pods_may_not_be_read(
    cluster: LiveCluster, state: KubernetesState
) -> None:
    state.forbidden |= {Rule("get", "pods"), Rule("list", "pods")}
    with pytest.raises(SourceError, match="may not get pods in"):
        await cluster.find(Query(name="nowhere"))


async def test_pod_is_not_called_absent_when_it_could_be_looked_for_in_one_namespace_only(
    cluster: LiveCluster, state: KubernetesState
) -> None:
    state.forbidden.add(Rule("list", "pods"))
    with pytest.raises(SourceError, match="may not list pods"):
        await cluster.find(Query(name="nowhere"))


async def test_search_ends_at_once_when_the_cluster_answers_nothing(
    cluster: LiveCluster, state: KubernetesState
) -> None:
    state.faults.add(Fault(status=401, body="{}"))
    before = cluster.calls
    with pytest.raises(SourceError, match="refused the credential"):
        await cluster.find(Query(name="api"))
    assert cluster.calls - before == len(SEARCHED)


async def test_other_kinds_are_found_when_pods_may_not_be_read(
    cluster: LiveCluster, state: KubernetesState
) -> None:
    state.apply({"kind": "Service", "metadata": {"name": "front", "namespace": "shop"}})
    state.forbidden |= {Rule("get", "pods"), Rule("list", "pods")}
    found = await cluster.find(Query(name="front", namespace="shop"))
    assert [target.kind for target in found.exact] == ["Service"]


@pytest.mark.parametrize("text", ["hello\n", "- a\n", "{}\n", "", "contexts: 7\n"])
async def test_file_that_is_no_kubeconfig_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    path = tmp_path / "kubeconfig"
    path.write_text(text)
    monkeypatch.setenv("KUBECONFIG", str(path))
    with pytest.raises(SourceError) as error:
        async with connect(ClusterSettings()):
            pass
    assert error.value.reason is GapReason.NOT_CONFIGURED
    assert str(path) in error.value.detail


async def test_other_cluster_is_not_searched(cluster: LiveCluster) -> None:
    with pytest.raises(SourceError) as error:
        await cluster.find(Query(name="api", cluster="prod"))
    assert error.value.detail == "there is no cluster 'prod' here; this one is 'demo'"


# --- changing, and reading secrets --------------------------------------------------------------


async def test_exactly_this_pod_is_deleted(state: KubernetesState, cluster: LiveCluster) -> None:
    uid = state.apply(pod())["metadata"]["uid"]
    assert await cluster.delete_pod("shop", "api-1", "another") is False
    assert state.get("Pod", "shop", "api-1")
    assert await cluster.delete_pod("shop", "api-1", uid) is True
    assert await cluster.delete_pod("shop", "api-1", uid) is False


async def test_deletion_is_not_sent_twice_when_the_answer_is_lost(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    uid = state.apply(pod())["metadata"]["uid"]
    state.faults.add(Fault(match="DELETE", after=True, status=500, times=1))
    with pytest.raises(SourceError):
        await cluster.delete_pod("shop", "api-1", uid)
    assert state.get("Pod", "shop", "api-1") is None


@pytest.mark.parametrize("allowed", [True, False])
async def test_pull_secret_is_read_only_when_an_operator_allows_it(
    state: KubernetesState, kubeconfig: Path, allowed: bool
) -> None:
    auths = {"ghcr.io": {"auth": base64.b64encode(b"bot:hush").decode()}}
    value = base64.b64encode(json.dumps({"auths": auths}).encode()).decode()
    state.apply(
        manifest(
            "Secret",
            "pull",
            type="kubernetes.io/dockerconfigjson",
            data={".dockerconfigjson": value},
        )
    )
    settings = ClusterSettings(kubeconfig=str(kubeconfig), read_pull_secrets=allowed)
    async with connect(settings) as cluster:
        found = await cluster.pull_credentials(
            "shop", ["pull", "gone"], parse("ghcr.io/acme/api:1")
        )
    expected = (PullCredential("pull secret shop/pull", "bot", "hush"),)
    assert found == (expected if allowed else ())


# --- refusals -----------------------------------------------------------------------------------


async def test_missing_rule_is_named_when_it_is_forbidden(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    state.forbidden.add(Rule("list", "deployments"))
    assert await refused(cluster, "Deployment") == (
        GapReason.FORBIDDEN,
        "the bot may not list deployments in shop",
        'add to the bot\'s role: - {apiGroups: ["apps"], resources: ["deployments"], '
        'verbs: ["list"]}',
    )


async def test_credential_is_read_again_when_it_has_expired(
    state: KubernetesState, cluster: LiveCluster, kubeconfig: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state.tokens = {"fresh"}
    assert await refused(cluster) == (
        GapReason.UNAUTHORIZED,
        "the cluster refused the credential (list pods in shop)",
        "log in to the cluster again; a token expires",
    )
    monkeypatch.setattr(client, "RENEW_SECONDS", 0.0)
    _replace(kubeconfig, "demo-token", "fresh")
    assert await cluster.list("Pod", "shop") == ()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (
            Fault(status=429, headers={"Retry-After": "30"}),
            (
                GapReason.RATE_LIMITED,
                "the cluster has too much to do (list pods in shop)",
                "ask again in 30 s",
            ),
        ),
        (
            Fault(status=500, body='{"message": "etcdserver: leader changed"}'),
            (
                GapReason.UNREACHABLE,
                "the cluster answered 500 (list pods in shop): etcdserver: leader changed",
                "",
            ),
        ),
        (
            Fault(status=504, body="<html>"),
            (GapReason.TIMED_OUT, "the cluster took too long (list pods in shop)", ""),
        ),
        (
            Fault(status=200, body="<html>"),
            (
                GapReason.GARBLED,
                "the cluster's answer could not be read (list pods in shop): "
                "JSON is malformed: invalid character (byte 0)",
                "",
            ),
        ),
        (
            Fault(drop=True),
            (GapReason.UNREACHABLE, "the connection broke off: Server disconnected", ""),
        ),
    ],
    ids=["too many", "broken", "slow gateway", "lying", "gone"],
)
async def test_gap_says_what_happened_when_the_cluster_fails(
    state: KubernetesState,
    cluster: LiveCluster,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
    expected: tuple[GapReason, str, str],
) -> None:
    monkeypatch.setattr(client, "PAUSE", 0.001)
    state.faults.add(fault)
    assert await refused(cluster) == expected


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=503, times=2),
        Fault(status=429, headers={"Retry-After": "0"}, times=2),
        Fault(drop=True, times=2),
    ],
    ids=["busy", "too many", "dropped"],
)
async def test_read_is_tried_again_when_the_cluster_fails_for_a_moment(
    state: KubernetesState, cluster: LiveCluster, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    monkeypatch.setattr(client, "PAUSE", 0.001)
    state.apply(pod())
    state.faults.add(fault)
    assert [p.name for p in await cluster.list("Pod", "shop")] == ["api-1"]


async def test_answer_is_not_waited_for_when_the_caller_has_no_time(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    state.faults.latency = 0.1
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await cluster.list("Pod")


# --- configuration ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "context", "says"),
    [
        (None, "", "no cluster is configured: there is no kubeconfig at"),
        ("{}", "", "no cluster is configured: Invalid kube-config file"),
        ("- [", "", "no cluster is configured: while parsing"),
        ("kubeconfig", "prod", "Expected object with name prod"),
    ],
)
async def test_configuration_that_cannot_be_used_is_told(
    kubeconfig: Path, tmp_path: Path, text: str | None, context: str, says: str
) -> None:
    path = tmp_path / "other"
    if text == "kubeconfig":
        path = kubeconfig
    elif text is not None:
        path.write_text(text)
    with pytest.raises(SourceError) as error:
        async with connect(ClusterSettings(kubeconfig=str(path), context=context)):
            pass
    assert error.value.reason is GapReason.NOT_CONFIGURED
    assert says in error.value.detail
    assert error.value.fix == "set KUBECONFIG, or name a context that the kubeconfig has"


async def test_token_comes_from_an_exec_plugin(
    state: KubernetesState, kubeconfig: Path, tmp_path: Path
) -> None:
    credential = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": {"token": TOKEN},
    }
    plugin = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "echo",
        "args": [json.dumps(credential)],
    }
    _replace(kubeconfig, f"token: {TOKEN}", f"exec: {json.dumps(plugin)}")
    async with connect(ClusterSettings(kubeconfig=str(kubeconfig))) as cluster:
        assert await cluster.list("Pod") == ()


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return context


async def test_certificate_that_is_not_trusted_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PAUSE", 0.001)
    server = await asyncio.start_server(
        lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=_self_signed(tmp_path)
    )
    async with server:
        port = server.sockets[0].getsockname()[1]
        path = write_kubeconfig(tmp_path / "k", f"https://127.0.0.1:{port}", "t")
        async with connect(ClusterSettings(kubeconfig=str(path))) as cluster:
            reason, detail, fix = await refused(cluster)
    assert reason is GapReason.UNREACHABLE
    assert detail.startswith("the cluster's certificate is not trusted")
    assert fix == "check certificate-authority-data and server in the kubeconfig"


async def test_certificate_files_that_cannot_be_read_are_told(
    kubeconfig: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.pem").write_text("no certificate")
    _replace(
        kubeconfig,
        "server: http:",
        f"certificate-authority: {tmp_path}/bad.pem\n    server: https:",
    )
    with pytest.raises(SourceError) as error:
        async with connect(ClusterSettings(kubeconfig=str(kubeconfig))):
            pass
    assert error.value.reason is GapReason.NOT_CONFIGURED
    assert error.value.detail.startswith("the certificates of the kubeconfig cannot be used")


async def test_name_and_namespace_come_from_the_context(cluster: LiveCluster) -> None:
    assert (cluster.name, cluster.default_namespace) == ("demo", "shop")


async def test_nobody_answers_when_the_cluster_is_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PAUSE", 0.001)
    path = write_kubeconfig(tmp_path / "k", "http://127.0.0.1:9", "t")
    async with connect(ClusterSettings(kubeconfig=str(path), name="prod")) as cluster:
        assert cluster.name == "prod"
        reason, detail, fix = await refused(cluster)
    assert reason is GapReason.UNREACHABLE
    assert detail.startswith("nothing answers at the cluster's address")
    assert fix == "check that the cluster runs, and the VPN"


async def test_answer_that_comes_in_parts_is_read_to_its_end(tmp_path: Path) -> None:
    body = json.dumps(pod()).encode()

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for part in (body[:50], body[50:]):
            await response.write(part)
            await asyncio.sleep(0.01)
        return response

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with serve(app) as url:
        path = write_kubeconfig(tmp_path / "k", url, "t")
        async with connect(ClusterSettings(kubeconfig=str(path))) as cluster:
            found = await cluster.get("Pod", "shop", "api-1")
    assert isinstance(found, k.Pod)
    assert found.name == "api-1"

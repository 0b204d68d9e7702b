"""What the bot may do with the roles that we ship, asked of a real API server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.cluster.targets import parse_target
from bot.connect import connect
from bot.evidence import GapReason
from bot.investigate import investigate
from tests.cluster.real import BOT_NAMESPACE, RealCluster, bot_settings

pytestmark = pytest.mark.cluster
NAMESPACE = "roles"
BOT = f"system:serviceaccount:{BOT_NAMESPACE}:whyfailing"


@pytest.mark.parametrize(
    ("verb", "resource", "answer"),
    [
        ("list", "pods", "yes"),
        ("get", "pods/log", "yes"),
        ("list", "events", "yes"),
        ("list", "nodes", "yes"),
        ("get", "secrets", "no"),
        ("list", "secrets", "no"),
        ("delete", "pods", "no"),
        ("create", "pods", "no"),
        ("create", "pods/exec", "no"),
        ("patch", "deployments.apps", "no"),
        ("create", "serviceaccounts/token", "no"),
        ("escalate", "clusterroles.rbac.authorization.k8s.io", "no"),
    ],
)
def test_shipped_role_reads_what_reports_need_and_changes_nothing(
    cluster: RealCluster, bot_kubeconfig: Path, verb: str, resource: str, answer: str
) -> None:
    assert bot_kubeconfig.exists()
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {"user": BOT, "resourceAttributes": _attributes(verb, resource)},
    }
    found = cluster.call(
        "POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", json=review
    ).json()
    assert ("yes" if found["status"]["allowed"] else "no") == answer


def _attributes(verb: str, resource: str) -> dict[str, str]:
    name, _, group = resource.partition(".")
    plain, _, sub = name.partition("/")
    return {
        "verb": verb, "group": group, "resource": plain, "subresource": sub, "namespace": "default",
    }  # fmt: skip


@pytest.fixture(scope="module")
def only_pods(cluster: RealCluster, bot_kubeconfig: Path) -> Iterator[Path]:
    """A kubeconfig that may read pods and nothing else, beside a pod without an image."""
    assert bot_kubeconfig.exists()
    labels = {"app": "idle"}
    container = {"name": "app", "image": "registry.example.com/shop/none:1"}
    made: list[dict[str, Any]] = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}},
        {"apiVersion": "v1", "kind": "ServiceAccount",
         "metadata": {"name": "partly", "namespace": BOT_NAMESPACE}},
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
         "metadata": {"name": "whyfailing-partly"},
         "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}]},
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
         "metadata": {"name": "whyfailing-partly"},
         "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
                     "name": "whyfailing-partly"},
         "subjects": [{"kind": "ServiceAccount", "name": "partly", "namespace": BOT_NAMESPACE}]},
        {"apiVersion": "v1", "kind": "Pod",
         "metadata": {"name": "idle", "namespace": NAMESPACE, "labels": labels},
         "spec": {"containers": [container]}},
    ]  # fmt: skip
    cluster.apply(made)
    try:
        yield cluster.as_service_account("partly")
    finally:
        cluster.delete(made, wait=False)


async def test_what_may_not_be_read_is_a_gap_with_the_line_to_add(
    cluster: RealCluster, only_pods: Path
) -> None:
    waits = "jsonpath={.status.containerStatuses[0].state.waiting.reason}=ImagePullBackOff"
    cluster.wait("pod/idle", waits, NAMESPACE)
    async with connect(bot_settings(only_pods)) as sources:
        [target] = (await sources.cluster.find(parse_target("pod/idle", NAMESPACE))).exact
        report = (await investigate(target, sources)).report
    forbidden = [gap for gap in report.gaps if gap.reason is GapReason.FORBIDDEN]
    assert any("events" in f"{gap.subject} {gap.fix}" for gap in forbidden)
    assert [gap for gap in forbidden if not gap.fix] == []
    [root] = report.root_causes
    assert root.code in {"ImageMissing", "ImageRepositoryMissing", "ImageMissingOrPrivate"}


async def test_shipped_role_is_enough_for_an_overview(
    cluster: RealCluster, bot_kubeconfig: Path, only_pods: Path
) -> None:
    waits = "jsonpath={.status.containerStatuses[0].state.waiting.reason}=ImagePullBackOff"
    cluster.wait("pod/idle", waits, NAMESPACE)
    async with connect(bot_settings(bot_kubeconfig)) as sources:
        seen = await sources.cluster.overview()
    assert (seen.gaps, seen.nodes_ready) == ((), seen.nodes)
    assert seen.nodes > 0
    (idle,) = (pod for pod in seen.pods if pod.namespace == NAMESPACE)
    assert (idle.name, idle.well) == ("idle", False)
    assert idle.status in {"ImagePullBackOff", "ErrImagePull"}
    async with connect(bot_settings(only_pods)) as sources:
        partly = await sources.cluster.overview()
    assert {gap.subject for gap in partly.gaps} == {"namespaces", "nodes"}

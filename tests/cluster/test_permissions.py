"""Each permission of the role that we ship, taken away on a real API server.

What cannot be read is a gap that names the line to add, and no report becomes a wrong one by it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.evidence import Gap, GapReason
from bot.report import Outcome, Report, Verdict
from tests.cluster.brought import TOGETHER, investigated, wait_for
from tests.cluster.failures import Failure
from tests.cluster.real import BOT_NAMESPACE, ROOT, RealCluster

pytestmark = pytest.mark.cluster
ROLE = next(
    document
    for document in yaml.safe_load_all((ROOT / "config/rbac.yaml").read_text())
    if document["kind"] == "ClusterRole" and document["metadata"]["name"] == "whyfailing-read"
)
RESOURCES = [
    (group, resource)
    for rule in ROLE["rules"]
    for group in rule["apiGroups"]
    for resource in rule["resources"]
]
# Asked only about what none of the chosen failures has: builds that wait for a runner, namespaces
# that do not end, StatefulSets, classes and devices that a pod names.
ASKED_ELSEWHERE = {
    "autoscalingrunnersets", "autoscalinglisteners", "ephemeralrunnersets", "ephemeralrunners",
    "runnerdeployments", "runners", "horizontalrunnerautoscalers", "controllerrevisions",
    "replicationcontrollers", "namespaces", "runtimeclasses", "resourceclaims",
    "resourceclaimtemplates",
}  # fmt: skip
# True, though not the deepest, when what tells more may not be read.
SHALLOWER = {
    "image-pull-secret-missing": {"ImageAccessDenied"},
    "storage-csi-driver": {"RolloutInProgress"},
}
NAMES = [
    "autoscaler-lost", "config-map-key-absent", "config-service-account-absent", "cron-suspended",
    "daemon-set-nowhere", "image-pull-secret-missing", "image-tag-missing",
    "ingress-backend-absent", "job-fails", "limit-range", "node-rejects", "probe-readiness",
    "quota-exceeded", "scheduling-cpu", "scheduling-priority-class", "service-wrong-port",
    "start-error", "storage-class-missing", "storage-csi-driver", "webhook-unavailable",
]  # fmt: skip
CHOSEN = [failure for failure in TOGETHER if failure.name in NAMES]


def without(group: str, resource: str) -> list[dict[str, Any]]:
    """The shipped rules but for one resource."""
    return [
        {**rule, "resources": kept}
        for rule in ROLE["rules"]
        if (kept := [r for r in rule["resources"] if (rule["apiGroups"], r) != ([group], resource)])
    ]


def account(number: int, rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A service account with these rules."""
    name = f"partly-{number}"
    api = "rbac.authorization.k8s.io"
    subject = {"kind": "ServiceAccount", "name": name, "namespace": BOT_NAMESPACE}
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount",
         "metadata": {"name": name, "namespace": BOT_NAMESPACE}},
        {"apiVersion": f"{api}/v1", "kind": "ClusterRole", "metadata": {"name": name},
         "rules": rules},
        {"apiVersion": f"{api}/v1", "kind": "ClusterRoleBinding", "metadata": {"name": name},
         "roleRef": {"apiGroup": api, "kind": "ClusterRole", "name": name}, "subjects": [subject]},
    ]  # fmt: skip


@pytest.fixture(scope="module")
def accounts(cluster: RealCluster, bot_kubeconfig: Path) -> Iterator[dict[tuple[str, str], Path]]:
    """A kubeconfig for each resource, that may read everything else."""
    made = [
        document
        for number, place in enumerate(RESOURCES)
        for document in account(number, without(*place))
    ]
    cluster.apply(made)
    yield {
        place: cluster.as_service_account(f"partly-{number}")
        for number, place in enumerate(RESOURCES)
    }
    cluster.delete(made, wait=False)


@pytest.fixture(scope="module")
def whole(cluster: RealCluster, bot_kubeconfig: Path, together: float) -> dict[str, Report]:
    """What the bot reports with the role as it is shipped, by failure."""
    for failure in CHOSEN:
        wait_for(failure, cluster, deadline=together)
    return {
        failure.name: asyncio.run(investigated(failure, bot_kubeconfig)).report
        for failure in CHOSEN
    }


@pytest.mark.parametrize("place", RESOURCES, ids=lambda place: ".".join(reversed(place)).strip("."))
async def test_what_may_not_be_read_is_named_and_makes_no_report_wrong(
    place: tuple[str, str], accounts: dict[tuple[str, str], Path], whole: dict[str, Report]
) -> None:
    group, resource = place
    line = f'add to the bot\'s role: - {{apiGroups: ["{group}"], resources: ["{resource}"], verbs: '
    told: list[Gap] = []
    for failure in CHOSEN:
        if resource == failure_kind(failure):
            continue  # what cannot be found cannot be asked about
        partly = (await investigated(failure, accounts[place])).report
        gaps = [gap for gap in forbidden(partly) if gap not in whole[failure.name].gaps]
        assert [gap.fix for gap in gaps if not gap.fix.startswith(line)] == []
        assert wrong(partly, whole[failure.name]) <= SHALLOWER.get(failure.name, set()), failure
        told += gaps
    assert bool(told) == (resource not in ASKED_ELSEWHERE)


def failure_kind(failure: Failure) -> str:
    """The resource that a person asks about."""
    short = {"deploy": "deployments", "cj": "cronjobs", "ds": "daemonsets", "svc": "services",
             "ing": "ingresses", "hpa": "horizontalpodautoscalers", "job": "jobs",
             "pod": "pods"}  # fmt: skip
    return short[failure.target.partition("/")[0]]


def forbidden(report: Report) -> list[Gap]:
    return [gap for gap in report.gaps if gap.reason is GapReason.FORBIDDEN]


def wrong(partly: Report, whole: Report) -> set[str]:
    """What is told for sure although the whole role does not see it so."""
    known = {finding.code for finding in (*whole.root_causes, *whole.consequences)}
    sure = {each.code for each in partly.root_causes if each.ruling.outcome is Outcome.CONFIRMED}
    healthy = {"Healthy"} if partly.verdict is Verdict.HEALTHY else set()
    return healthy | (sure - known)

"""Every failure of `failures/`, brought about for real, and what the bot makes of it.

The bot has a token of its ServiceAccount and the ClusterRole of config/rbac.yaml. All manifests are
applied first; each test then waits for what the cluster writes, and asks once.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.cluster.targets import parse_target
from bot.connect import connect
from bot.evidence import Evidence
from bot.investigate import Investigation, investigate
from bot.render import text
from bot.report import Verdict
from tests.cluster.failures import FAILURES, Failure
from tests.cluster.real import RealCluster, bot_settings, is_namespaced, manifests_of
from tests.cluster.written import written, written_of_nodes

pytestmark = pytest.mark.cluster
TOGETHER = [failure for failure in FAILURES if not failure.alone]
ALONE = [failure for failure in FAILURES if failure.alone]
PATIENCE = 150.0
"""Seconds for a cluster to get into a state; most take five to thirty."""
LARGEST_RECORDING = 60_000


@pytest.fixture(scope="module")
def together(cluster: RealCluster) -> Iterator[float]:
    """All of them at once; the value is when to give up waiting."""
    _bring_about(cluster, TOGETHER)
    yield time.monotonic() + PATIENCE
    _forget(cluster, TOGETHER)


@pytest.fixture(scope="module")
def alone(cluster: RealCluster) -> Iterator[float]:
    if not cluster.ours:
        pytest.skip("these change nodes, which is not done to a cluster that is not ours")
    _bring_about(cluster, ALONE)
    yield time.monotonic() + PATIENCE
    _forget(cluster, ALONE)


def _bring_about(cluster: RealCluster, failures: Sequence[Failure]) -> None:
    _forget(cluster, failures, wait=True)  # what an earlier run left
    everything: list[dict[str, Any]] = []
    for failure in failures:
        made = manifests_of(failure.manifests, failure.name)
        if not any(document["kind"] == "Namespace" for document in made):
            space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": failure.name}}
            everything.append(space)
        everything += made
    cluster.apply(sorted(everything, key=lambda document: document["kind"] != "Namespace"))
    for failure in failures:
        if failure.then:
            cluster.kubectl("-n", failure.name, *failure.then.split())


def _forget(cluster: RealCluster, failures: Sequence[Failure], *, wait: bool = False) -> None:
    """Delete everything; without waiting, since nobody needs the names again soon."""
    there = {space["metadata"]["name"] for space in cluster.raw("/api/v1/namespaces")["items"]}
    left = [failure for failure in failures if failure.name in there]
    for failure in left:
        if failure.undo:
            cluster.kubectl("-n", failure.name, *failure.undo.split())
    made = [document for failure in left for document in manifests_of(failure.manifests, "")]
    scoped = [document for document in made if not is_namespaced(document)]
    spaces = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": failure.name}}
        for failure in left
    ]
    if left:
        cluster.delete([*spaces, *scoped], wait=wait)


@pytest.mark.parametrize("failure", TOGETHER, ids=str)
async def test_cause_is_found_and_named(
    failure: Failure,
    cluster: RealCluster,
    bot_kubeconfig: Path,
    together: float,
    request: pytest.FixtureRequest,
) -> None:
    _wait(failure, cluster, deadline=together)
    found = await _checked(failure, bot_kubeconfig)
    if request.config.getoption("--record"):
        _record(failure, found)


@pytest.mark.parametrize("failure", ALONE, ids=str)
async def test_cause_on_another_node_is_found_and_named(
    failure: Failure,
    cluster: RealCluster,
    bot_kubeconfig: Path,
    alone: float,
    request: pytest.FixtureRequest,
) -> None:
    _wait(failure, cluster, deadline=alone)
    found = await _checked(failure, bot_kubeconfig)
    if request.config.getoption("--record"):
        _record(failure, found)


async def _checked(failure: Failure, kubeconfig: Path) -> Evidence:
    found = await _investigated(failure, kubeconfig)
    report = found.report
    shown = text.render(report)
    codes = [cause.code for cause in report.root_causes]
    if report.verdict is Verdict.HEALTHY:
        codes.append("Healthy")
    assert codes == [failure.code], shown
    unwrapped = " ".join(shown.split())
    missing = [words for words in failure.says if words not in unwrapped]
    assert missing == [], shown
    return found.evidence


def _wait(failure: Failure, cluster: RealCluster, *, deadline: float) -> None:
    """Wait until the cluster has written everything that the failure is known by."""
    began = deadline - PATIENCE
    time.sleep(max(0.0, began + failure.after - time.monotonic()))
    while True:
        lines = written(cluster, failure.name)
        if failure.alone:
            lines += written_of_nodes(cluster)
        missing = [words for words in failure.writes if not any(words in line for line in lines)]
        if not missing:
            return
        assert time.monotonic() < deadline, "\n".join([f"never written: {missing}", *lines])
        time.sleep(0.5)


async def _investigated(failure: Failure, kubeconfig: Path) -> Investigation:
    async with connect(bot_settings(kubeconfig)) as sources:
        matches = await sources.cluster.find(parse_target(failure.target, failure.name))
        [target] = matches.exact
        return await investigate(target, sources)


def _record(failure: Failure, evidence: Evidence) -> None:
    failure.recording.parent.mkdir(parents=True, exist_ok=True)
    saved = msgspec.json.format(msgspec.json.encode(evidence), indent=1) + b"\n"
    assert len(saved) < LARGEST_RECORDING
    failure.recording.write_bytes(saved)

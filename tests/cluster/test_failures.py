"""Every failure of `failures/`, brought about for real, and what the bot makes of it.

The bot has a token of its ServiceAccount and the ClusterRole of config/rbac.yaml. All manifests are
applied first; each test then waits for what the cluster writes, and asks once.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from bot.evidence import Evidence
from bot.render import text
from bot.report import Verdict
from tests.cluster.brought import (
    ALONE,
    PATIENCE,
    TOGETHER,
    bring_about,
    forget,
    investigated,
    wait_for,
)
from tests.cluster.failures import Failure
from tests.cluster.real import RealCluster

pytestmark = pytest.mark.cluster
LARGEST_RECORDING = 60_000


@pytest.fixture(scope="module")
def alone(cluster: RealCluster) -> Iterator[float]:
    if not cluster.ours:
        pytest.skip("these change nodes, which is not done to a cluster that is not ours")
    bring_about(cluster, ALONE)
    yield time.monotonic() + PATIENCE
    forget(cluster, ALONE)


@pytest.mark.parametrize("failure", TOGETHER, ids=str)
async def test_cause_is_found_and_named(
    failure: Failure,
    cluster: RealCluster,
    bot_kubeconfig: Path,
    together: float,
    request: pytest.FixtureRequest,
) -> None:
    wait_for(failure, cluster, deadline=together)
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
    wait_for(failure, cluster, deadline=alone)
    found = await _checked(failure, bot_kubeconfig)
    if request.config.getoption("--record"):
        _record(failure, found)


async def _checked(failure: Failure, kubeconfig: Path) -> Evidence:
    found = await investigated(failure, kubeconfig)
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


def _record(failure: Failure, evidence: Evidence) -> None:
    failure.recording.parent.mkdir(parents=True, exist_ok=True)
    saved = msgspec.json.format(msgspec.json.encode(evidence), indent=1) + b"\n"
    assert len(saved) < LARGEST_RECORDING
    failure.recording.write_bytes(saved)

"""What a report says of targets without pods, of healthy ones, and of what nobody could see."""

from __future__ import annotations

from typing import Any

from bot.cluster import objects as k
from bot.evidence import ClusterFacts, Evidence, Gap, GapReason, Listing, Target
from bot.narrative import compose
from bot.report import ChainStep, Report, StepState, Verdict
from bot.view import View
from tests.scenarios.seed import NOW


def _report(target: Target, *objects: k.KubeObject, listed: str = "", **changes: Any) -> Report:
    cluster: ClusterFacts | Gap = changes.pop("cluster", None) or ClusterFacts(
        objects=objects, listings=frozenset({Listing(listed, "shop")} if listed else ())
    )
    verdict = changes.pop("verdict", Verdict.UNEXPLAINED)
    return compose(View(Evidence(target=target, collected_at=NOW, cluster=cluster)), verdict)


DEPLOYMENT = Target("", "shop", "Deployment", "api")
OBJECT = k.Deployment(metadata=k.Metadata(name="api", namespace="shop"))


def test_pods_are_called_unseen_when_they_were_not_listed() -> None:
    assert _report(DEPLOYMENT, OBJECT).steps == (
        ChainStep("deployment", StepState.UNKNOWN, "api was seen, its pods were not"),
    )


def test_pods_are_called_absent_when_they_were_listed() -> None:
    assert _report(DEPLOYMENT, OBJECT, listed="Pod").steps == (
        ChainStep("deployment", StepState.WAITING, "api has no pods"),
    )


def test_nothing_is_claimed_when_the_target_was_not_seen() -> None:
    report = _report(DEPLOYMENT)
    assert report.steps == (ChainStep("deployment", StepState.UNKNOWN, "api was not seen"),)
    assert report.problem == "shop/Deployment/api was not seen."
    assert report.verification == ()


def test_cluster_that_could_not_be_asked_is_the_problem() -> None:
    gap = Gap(
        source="cluster", subject="api", reason=GapReason.UNREACHABLE, detail="connection refused"
    )
    report = _report(DEPLOYMENT, cluster=gap, verdict=Verdict.INCOMPLETE)
    assert report.problem == (
        "The cluster could not be asked about shop/Deployment/api: unreachable."
    )
    assert report.steps == (
        ChainStep("cluster", StepState.UNKNOWN, "unreachable: connection refused"),
    )


def test_healthy_target_is_told_in_one_line() -> None:
    report = _report(DEPLOYMENT, OBJECT, verdict=Verdict.HEALTHY)
    assert report.problem == "Deployment api works."

"""Every code of the two families exists once, with its documentation."""

from __future__ import annotations

from bot.causes import build, prerequisite
from bot.report import Layer

BUILD = {
    "WorkflowRunning", "WorkflowQueued", "WorkflowAwaitingApproval", "WorkflowFailed",
    "WorkflowCancelled", "WorkflowTimedOut", "WorkflowStartupFailure", "WorkflowNotTriggered",
    "WorkflowFiltered", "WorkflowEventNotListed", "WorkflowSkippedByMessage", "WorkflowTokenPush",
    "WorkflowDisabled", "ActionsDisabled", "WorkflowFileMissing", "WorkflowPushedOtherTag",
    "WorkflowPushSkipped", "BuildReferenceInvalid", "BuildTargetMissing", "BuildTagImmutable",
    "BuildLoginFailed", "BuildPushDenied", "BuildDockerfileFailed", "BuildTestsFailed",
    "BuildDiskFull", "BuildOutOfMemory", "BuildRateLimited", "BuildNetworkFailed",
}  # fmt: skip
PREREQUISITE = {
    "CISecretMissing", "CICredentialRejected", "CIPermissionMissing", "CITrustRejected",
    "ActionsBillingBlocked", "RunnerNoneOnline", "RunnerLabelMismatch", "RunnerScaleSetDown",
    "RunnerPodFailing", "RunnerLost", "RunnerToolMissing", "RunnerCapacityReached",
}  # fmt: skip


def test_families_hold_each_code_once_at_its_depth() -> None:
    assert sorted(c.code for c in build.CAUSES) == sorted(BUILD)
    assert sorted(c.code for c in prerequisite.CAUSES) == sorted(PREREQUISITE)
    assert {c.layer for c in build.CAUSES} == {Layer.BUILD}
    assert {c.layer for c in prerequisite.CAUSES} == {Layer.PREREQUISITE}


def test_every_code_is_documented() -> None:
    for cause in (*build.CAUSES, *prerequisite.CAUSES):
        for line in ("Seen as:", "Confirmed if:", "Ruled out if:", "By hand:"):
            assert line in cause.doc, (cause.code, line)

"""For each code a near miss: a case that looks like it, and is another one.

Codes that a text decides have theirs in `test_each_code`; those of the others are cases of their
own, recorded from a real cluster or written as a report: each is held there to what it really is.
"""

from __future__ import annotations

import msgspec
import pytest

from bot.causes import CAUSES
from bot.diagnose import diagnose
from bot.evidence import Evidence
from bot.report import Verdict
from tests.causes.test_each_code import PAIRS
from tests.cluster.failures import FAILURES
from tests.scenarios.cases import CASES

NEAR = {
    "ImageRepositoryMissing": "image-tag-missing",
    "ImageTagMissing": "image-repository-missing",
    "ImageMissingOrPrivate": "image-without-credential",
    "ImageAccessDenied": "image-pull-secret-missing",
    "ImagePullSecretMissing": "image-credential-rejected",
    "ImagePullSecretMismatch": "image-pull-secret-missing",
    "ImageRateLimited": "image-registry-refuses",
    "ImagePlatformMismatch": "image-tag-missing",
    "ImageNameInvalid": "image-repository-missing",
    "ImageNeverPull": "image-tag-missing",
    "ImagePolicyRejected": "policy-denied",
    "ImageBackOffOnly": "image-registry-refuses",
    "RegistryDNSFailure": "image-registry-refuses",
    "WorkflowRunning": "WorkflowQueued/runners_not_seen",
    "WorkflowQueued": "WorkflowAwaitingApproval/environment",
    "WorkflowAwaitingApproval": "WorkflowQueued/behind_another_run",
    "WorkflowCancelled": "WorkflowTimedOut/hung_push",
    "WorkflowTimedOut": "WorkflowCancelled/replaced",
    "WorkflowStartupFailure": "WorkflowFailed/nothing_precise",
    "WorkflowFailed": "BuildTestsFailed/pytest",
    "BuildLoginFailed": "CICredentialRejected/wrong_password",
    "BuildPushDenied": "CIPermissionMissing/packages",
    "BuildDockerfileFailed": "BuildTestsFailed/pytest",
    "BuildTestsFailed": "BuildDockerfileFailed/pip",
    "BuildDiskFull": "BuildOutOfMemory/node_heap",
    "BuildOutOfMemory": "BuildDiskFull/layers",
    "BuildRateLimited": "BuildNetworkFailed/lookup",
    "BuildNetworkFailed": "BuildRateLimited/base_image",
    "BuildReferenceInvalid": "BuildTargetMissing/ecr",
    "BuildTargetMissing": "BuildTagImmutable/ecr",
    "BuildTagImmutable": "BuildTargetMissing/ecr",
    "WorkflowFiltered": "WorkflowEventNotListed/tag_push",
    "WorkflowEventNotListed": "WorkflowFiltered/paths",
    "WorkflowSkippedByMessage": "WorkflowNotTriggered/no_reason_found",
    "WorkflowTokenPush": "WorkflowSkippedByMessage/skip_ci",
    "WorkflowDisabled": "ActionsDisabled/switched_off",
    "ActionsDisabled": "WorkflowDisabled/inactivity",
    "WorkflowFileMissing": "WorkflowPushedOtherTag/other_registry",
    "WorkflowNotTriggered": "WorkflowFiltered/paths",
    "WorkflowPushedOtherTag": "WorkflowPushSkipped/push_is_false",
    "WorkflowPushSkipped": "WorkflowPushedOtherTag/log_names_it",
    "CISecretMissing": "CICredentialRejected/wrong_password",
    "CICredentialRejected": "CISecretMissing/log_says_empty",
    "CIPermissionMissing": "BuildPushDenied/no_push_right",
    "CITrustRejected": "CICredentialRejected/wrong_password",
    "ActionsBillingBlocked": "WorkflowStartupFailure/action_not_allowed",
    "RunnerLost": "WorkflowCancelled/replaced",
    "RunnerToolMissing": "BuildDockerfileFailed/pip",
    "RunnerNoneOnline": "RunnerLabelMismatch/slip_of_the_pen",
    "RunnerLabelMismatch": "RunnerNoneOnline/offline",
    "RunnerScaleSetDown": "RunnerPodFailing/runner_image_missing",
    "RunnerPodFailing": "RunnerScaleSetDown/no_listener",
    "RunnerCapacityReached": "RunnerNoneOnline/offline",
    "InsufficientCPU": "scheduling-memory",
    "InsufficientResource": "scheduling-cpu",
    "NodeSelectorMismatch": "scheduling-node-affinity",
    "NodeAffinityMismatch": "scheduling-node-selector",
    "TaintNotTolerated": "scheduling-node-selector",
    "NodeCordoned": "node-dedicated",
    "VolumeNodeAffinity": "scheduling-claim-absent",
    "VolumeUnbound": "storage-class-missing",
    "SchedulingGated": "scheduling-cpu",
    "StorageClassMissing": "storage-provisioner-missing",
    "ProvisionerMissing": "storage-class-missing",
    "ProvisioningFailed": "storage-provisioner-missing",
    "PersistentVolumeLost": "storage-no-volume",
    "PVAccessModeMismatch": "storage-node-affinity",
    "PVReleased": "storage-access-mode",
    "VolumeMountFailed": "config-secret-volume-absent",
    "VolumeMountTimeout": "config-secret-volume-absent",
    "VolumeHidesFiles": "start-file-absent",
    "SecretNotFound": "config-secret-key-absent",
    "ConfigMapNotFound": "config-map-key-absent",
    "ServiceAccountMissing": "start-rbac-forbidden",
    "MissingEnvVar": "config-secret-key-absent",
    "AppConfigInvalid": "start-variable-absent",
    "CommandPermissionDenied": "start-command-absent",
    "ExecFormatError": "start-command-not-executable",
    "RuntimeError": "start-command-absent",
    "OOMKilled": "probe-liveness",
    "LivenessKilled": "start-out-of-memory",
    "Segfault": "start-out-of-memory",
    "CompletedExit": "probe-liveness",
    "AppError": "start-panic",
    "CrashBackOffOnly": "start-error",
    "PostStartHookFailed": "start-command-absent",
    "InitContainerFailed": "start-init-fails",
    "InitContainerWaiting": "start-init-fails",
    "ReadinessFailing": "probe-startup",
    "LivenessFailing": "probe-readiness",
    "ProbePortMismatch": "probe-readiness",
    "ReadinessGateNotSet": "probe-readiness",
    "NodeNotReady": "node-lost",
    "NodeLost": "node-rejects",
    "NodeAdmissionRejected": "node-storage-exceeded",
    "ScaledToZero": "workload-paused",
    "RolloutPaused": "workload-scaled-to-zero",
    "ProgressDeadlineExceeded": "start-error",
    "JobBackoffLimitExceeded": "job-deadline",
    "DeadlineExceeded": "job-fails",
    "JobSuspended": "cron-suspended",
    "JobSidecarKeepsRunning": "job-deadline",
    "PodCreationFailed": "quota-exceeded",
    "CronJobSuspended": "job-suspended",
    "CronScheduleInvalid": "cron-suspended",
    "DaemonSetSelectsNoNode": "scheduling-node-selector",
    "FinalizerStuck": "node-lost",
    "HPATargetMissing": "workload-scaled-to-zero",
    "PDBBlocksDisruption": "finalizer-stuck",
    "ServiceNotFound": "service-selects-nothing",
    "ServiceSelectorMismatch": "service-wrong-port",
    "ServiceTargetPortMismatch": "service-selects-nothing",
    "ServiceNoEndpoints": "service-wrong-port",
    "ServiceEndpointNotReady": "service-selects-nothing",
    "IngressClassMissing": "ingress-backend-absent",
    "IngressBackendMissing": "ingress-class-absent",
    "IngressTLSSecretMissing": "ingress-class-absent",
    "NetworkPolicyBlocking": "start-dependency-refuses",
    "NetworkPolicySelectsNothing": "start-dependency-refuses",
    "APIServiceUnavailable": "webhook-unavailable",
    "Healthy": "probe-readiness",
    "RolloutInProgress": "scheduling-cpu",
}
"""By code: the name of a recording, or of a written case."""
_RECORDED = {failure.name: failure for failure in FAILURES}


def _evidence(name: str) -> Evidence:
    if name in CASES:
        return CASES[name]()
    return msgspec.json.decode(_RECORDED[name].recording.read_bytes(), type=Evidence)


def _truth(name: str) -> str:
    return name.partition("/")[0] if name in CASES else _RECORDED[name].code


@pytest.mark.parametrize(("code", "name"), NEAR.items(), ids=NEAR.keys())
def test_what_only_looks_like_a_cause_is_called_what_it_is(code: str, name: str) -> None:
    report = diagnose(_evidence(name))
    found = [root.code for root in report.root_causes]
    assert found == [_truth(name)]
    assert code not in found
    assert report.verdict is not Verdict.HEALTHY


def test_every_code_has_a_near_miss() -> None:
    of_texts = {code for code, pair in PAIRS.items() if pair.near is not None}
    assert {cause.code for cause in CAUSES} - of_texts - set(NEAR) == set()
    assert set(NEAR) & of_texts == set()

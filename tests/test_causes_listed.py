"""The closed list of causes, written down a second time: a code is a contract with users."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.cause import Cause
from bot.causes import CAUSES
from tools.causes_doc import LABELS, PAGE, lines_of, page

FAMILIES: dict[str, str] = {
    "Image and registry": """
        ImageRepositoryMissing ImageTagMissing ImageMissing ImageMissingOrPrivate
        ImageAccessDenied ImageCredentialRejected ImagePullSecretMissing ImagePullSecretMismatch
        ImageRateLimited ImagePlatformMismatch ImageNameInvalid ImageNeverPull
        ImageManifestUnsupported ImageCorrupt ImagePolicyRejected ImagePullCanceled
        ImagePullThrottledByKubelet ImageDiskFull ImageBackOffOnly RegistryDNSFailure
        RegistryTimeout RegistryConnectionRefused RegistryConnectionReset RegistryUnreachable
        RegistryTLSUntrusted RegistryTLSExpired RegistryTLSHostname RegistryTLSHandshakeFailure
        RegistryPlainHTTP RegistryServerError RegistryProxyError RegistryMirrorBadRequest
    """,
    "Build": """
        WorkflowRunning WorkflowQueued WorkflowAwaitingApproval WorkflowFailed WorkflowCancelled
        WorkflowTimedOut WorkflowStartupFailure WorkflowNotTriggered WorkflowFiltered
        WorkflowEventNotListed WorkflowSkippedByMessage WorkflowTokenPush WorkflowDisabled
        ActionsDisabled WorkflowFileMissing WorkflowPushedOtherTag WorkflowPushSkipped
        BuildReferenceInvalid BuildTargetMissing BuildTagImmutable BuildLoginFailed
        BuildPushDenied BuildDockerfileFailed BuildTestsFailed BuildDiskFull BuildOutOfMemory
        BuildRateLimited BuildNetworkFailed
    """,
    "Prerequisites of the build": """
        CISecretMissing CICredentialRejected CIPermissionMissing CITrustRejected
        ActionsBillingBlocked RunnerNoneOnline RunnerLabelMismatch RunnerScaleSetDown
        RunnerPodFailing RunnerLost RunnerToolMissing RunnerCapacityReached
    """,
    "Scheduling": """
        InsufficientCPU InsufficientMemory InsufficientResource NodeSelectorMismatch
        NodeAffinityMismatch TaintNotTolerated NodeCordoned PodAffinity PodAntiAffinity
        TopologySpread HostPortConflict VolumeNodeAffinity VolumeUnbound PVCNotFound
        SchedulingGated NoNodes PriorityClassMissing ResourceClaimMissing AutoscalerNotTriggered
    """,
    "Storage": """
        StorageClassMissing ProvisionerMissing CSIDriverMissing ProvisioningFailed
        PersistentVolumeLost PVAccessModeMismatch PVReleased VolumeAttachFailed VolumeMultiAttach
        VolumeMountFailed VolumeMountTimeout HostPathTypeMismatch SubPathError VolumeHidesFiles
    """,
    "Configuration": """
        SecretNotFound SecretKeyMissing ConfigMapNotFound ConfigMapKeyMissing
        ServiceAccountMissing RunAsNonRootViolation ContainerNameConflict InvalidArguments
    """,
    "Start-up and crashes": """
        CommandNotFound CommandPermissionDenied ExecFormatError OOMKilled MemoryLimitTooLow
        Segfault ReadOnlyFilesystem CompletedExit LivenessKilled PostStartHookFailed
        PreStartHookFailed RuntimeError CrashBackOffOnly AppError MissingEnvVar AppConfigInvalid
        FileMissing DependencyUnreachable NameResolutionFailed PermissionDenied RBACForbidden
        PortConflict DiskFull CertificateExpired CommandSyntaxError UnhandledException
        InitContainerFailed InitContainerWaiting
    """,
    "Sandbox and network set-up": """
        CNIFailure IPExhausted SandboxImagePull SandboxRuntimeError
    """,
    "Probes and readiness": """
        ReadinessFailing LivenessFailing StartupFailing ProbePortMismatch ReadinessGateNotSet
    """,
    "Admission and quota": """
        QuotaExceeded QuotaMustSpecifyResources LimitRangeViolation PodSecurityViolation
        WebhookDenied WebhookUnavailable
    """,
    "Node": """
        NodeNotReady NodeLost NodeShutdown NodeAdmissionRejected Evicted EphemeralStorageExceeded
        DiskPressure MemoryPressure Preempted
    """,
    "Workload": """
        ScaledToZero RolloutPaused ProgressDeadlineExceeded JobBackoffLimitExceeded
        DeadlineExceeded JobSuspended CronJobSuspended CronScheduleInvalid JobSidecarKeepsRunning
        DaemonSetSelectsNoNode FinalizerStuck HPATargetMissing PDBBlocksDisruption
        PodCreationFailed
    """,
    "Exposure": """
        ServiceNotFound ServiceSelectorMismatch ServiceTargetPortMismatch ServiceNoEndpoints
        IngressClassMissing IngressBackendMissing IngressTLSSecretMissing NetworkPolicyBlocking
        NetworkPolicySelectsNothing APIServiceUnavailable ServiceEndpointNotReady
    """,
    "Not a cause": """
        Healthy RolloutInProgress
    """,
}
LISTED = [code for codes in FAMILIES.values() for code in codes.split()]


def test_every_code_of_the_list_is_a_cause_and_no_other() -> None:
    assert Counter(cause.code for cause in CAUSES) == Counter(LISTED)


@pytest.mark.parametrize("cause", CAUSES, ids=[cause.code for cause in CAUSES])
def test_a_cause_says_how_it_is_seen_proved_excluded_and_checked(cause: Cause) -> None:
    lines = lines_of(cause.doc)
    assert tuple(lines) == LABELS
    assert all(lines.values())


def test_no_two_causes_share_their_documentation() -> None:
    assert [doc for doc, times in Counter(cause.doc for cause in CAUSES).items() if times > 1] == []


def test_the_page_is_what_the_causes_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"

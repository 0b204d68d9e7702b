"""What the texts of a cluster say: one frozen class for each thing that is said.

A fact repeats its text and no more. Which cause it proves is the causes' business, and whether
it is still true is the view's.
"""

from __future__ import annotations

from bot.cluster.readers.facts.admission import (
    CreationRefused,
    LimitRangeViolated,
    PodSecurityViolated,
    PriorityClassMissing,
    QuotaExceeded,
    QuotaWantsResources,
    SpecificationRefused,
    WebhookDenied,
    WebhookFailed,
)
from bot.cluster.readers.facts.containers import (
    ContainerEnded,
    Hook,
    HookFailed,
    KeyMissing,
    ObjectMissing,
    Probe,
    ProbeFailed,
    ProbeKilled,
    RestartBackOff,
    SandboxFailed,
    SandboxProblem,
    StartFailed,
    StartProblem,
)
from bot.cluster.readers.facts.network import ConnectionFailed, NetworkFault
from bot.cluster.readers.facts.nodes import (
    NodeFailed,
    NodeProblem,
    PodEvicted,
    PodPreempted,
    PodRejected,
    WorkloadFailed,
    WorkloadProblem,
)
from bot.cluster.readers.facts.pulls import PullFailed, PullProblem, PullSecretsUnavailable
from bot.cluster.readers.facts.scheduling import (
    NodesRefused,
    NoNodesAtAll,
    NotScaledUp,
    Predicate,
    SchedulingGated,
    Unschedulable,
)
from bot.cluster.readers.facts.volumes import (
    ProvisioningFailed,
    ProvisionProblem,
    VolumeFailed,
    VolumeProblem,
)

Fact = (
    PullFailed
    | PullSecretsUnavailable
    | Unschedulable
    | NoNodesAtAll
    | SchedulingGated
    | NotScaledUp
    | VolumeFailed
    | ProvisioningFailed
    | ObjectMissing
    | KeyMissing
    | StartFailed
    | SandboxFailed
    | HookFailed
    | ContainerEnded
    | RestartBackOff
    | ProbeFailed
    | ProbeKilled
    | QuotaExceeded
    | QuotaWantsResources
    | LimitRangeViolated
    | PodSecurityViolated
    | WebhookDenied
    | WebhookFailed
    | PriorityClassMissing
    | SpecificationRefused
    | CreationRefused
    | NodeFailed
    | PodEvicted
    | PodRejected
    | PodPreempted
    | WorkloadFailed
)

__all__ = [
    "ConnectionFailed",
    "ContainerEnded",
    "CreationRefused",
    "Fact",
    "Hook",
    "HookFailed",
    "KeyMissing",
    "LimitRangeViolated",
    "NetworkFault",
    "NoNodesAtAll",
    "NodeFailed",
    "NodeProblem",
    "NodesRefused",
    "NotScaledUp",
    "ObjectMissing",
    "PodEvicted",
    "PodPreempted",
    "PodRejected",
    "PodSecurityViolated",
    "Predicate",
    "PriorityClassMissing",
    "Probe",
    "ProbeFailed",
    "ProbeKilled",
    "ProvisionProblem",
    "ProvisioningFailed",
    "PullFailed",
    "PullProblem",
    "PullSecretsUnavailable",
    "QuotaExceeded",
    "QuotaWantsResources",
    "RestartBackOff",
    "SandboxFailed",
    "SandboxProblem",
    "SchedulingGated",
    "SpecificationRefused",
    "StartFailed",
    "StartProblem",
    "Unschedulable",
    "VolumeFailed",
    "VolumeProblem",
    "WebhookDenied",
    "WebhookFailed",
    "WorkloadFailed",
    "WorkloadProblem",
]

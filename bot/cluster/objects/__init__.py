"""Kubernetes objects as types: only the fields that some cause reads, named as in the API.

Field names are the API's in snake case. A list that the API leaves out is an empty tuple, an object
that it leaves out is None or, for `metadata`, `spec` and `status`, an empty one. Secrets keep their
type and their key names; their values have no field here and so cannot leak.
"""

from __future__ import annotations

from bot.cluster.objects.admission import (
    APIService,
    APIServiceStatus,
    MutatingWebhookConfiguration,
    ValidatingWebhookConfiguration,
)
from bot.cluster.objects.base import (
    Condition,
    LabelSelector,
    LabelSelectorRequirement,
    LocalReference,
    Metadata,
    ObjectReference,
    OwnerReference,
    Quantities,
)
from bot.cluster.objects.configuration import (
    ConfigMap,
    Secret,
    ServiceAccount,
)
from bot.cluster.objects.containers import (
    Container,
    ContainerPort,
    ContainerState,
    ContainerStatus,
    EnvVar,
    EnvVarSource,
    ExecAction,
    HTTPGetAction,
    KeySelector,
    Probe,
    Resources,
    Running,
    TCPSocketAction,
    Terminated,
    VolumeMount,
    Waiting,
)
from bot.cluster.objects.events import (
    Event,
)
from bot.cluster.objects.networking import (
    EndpointAddress,
    Endpoints,
    EndpointSlice,
    EndpointSubset,
    Ingress,
    IngressBackend,
    IngressClass,
    IngressHTTP,
    IngressPath,
    IngressRule,
    IngressService,
    IngressSpec,
    IngressTLS,
    NetworkPolicy,
    NetworkPolicyPeer,
    NetworkPolicyPort,
    NetworkPolicyRule,
    NetworkPolicySpec,
    Service,
    ServiceBackendPort,
    ServicePort,
    ServiceSpec,
)
from bot.cluster.objects.nodes import (
    Lease,
    Namespace,
    NamespaceSpec,
    NamespaceStatus,
    Node,
    NodeInfo,
    NodeSpec,
    NodeStatus,
    Taint,
)
from bot.cluster.objects.pods import (
    Pod,
    PodSpec,
    PodStatus,
    PodTemplate,
    ReadinessGate,
    SchedulingGate,
    Toleration,
)
from bot.cluster.objects.policies import (
    ControllerRevision,
    HorizontalPodAutoscaler,
    HorizontalPodAutoscalerSpec,
    HorizontalPodAutoscalerStatus,
    LimitRange,
    LimitRangeItem,
    PodDisruptionBudget,
    PodDisruptionBudgetSpec,
    PodDisruptionBudgetStatus,
    PriorityClass,
    ResourceClaim,
    ResourceClaimTemplate,
    ResourceQuota,
    RuntimeClass,
)
from bot.cluster.objects.runners import (
    AutoscalerSpec,
    AutoscalingListener,
    AutoscalingListenerSpec,
    AutoscalingRunnerSet,
    AutoscalingRunnerSetSpec,
    AutoscalingRunnerSetStatus,
    EphemeralRunner,
    EphemeralRunnerSet,
    HorizontalRunnerAutoscaler,
    Runner,
    RunnerDeployment,
    RunnerDeploymentSpec,
    RunnerDeploymentStatus,
    RunnerTemplate,
    RunnerTemplateSpec,
)
from bot.cluster.objects.storage import (
    AttachmentSource,
    ClaimSpec,
    ClaimStatus,
    CSIDriver,
    CSINode,
    PersistentVolume,
    PersistentVolumeClaim,
    PersistentVolumeSpec,
    PersistentVolumeStatus,
    StorageClass,
    VolumeAttachment,
    VolumeAttachmentSpec,
    VolumeAttachmentStatus,
    VolumeError,
)
from bot.cluster.objects.volumes import (
    ClaimVolume,
    KeyToPath,
    ObjectVolume,
    Volume,
)
from bot.cluster.objects.workloads import (
    CronJob,
    CronJobSpec,
    CronJobStatus,
    DaemonSet,
    Deployment,
    Job,
    JobSpec,
    JobStatus,
    ReplicaSet,
    ReplicationController,
    StatefulSet,
    WorkloadSpec,
    WorkloadStatus,
)

KubeObject = (
    Pod
    | Event
    | Deployment
    | ReplicaSet
    | StatefulSet
    | DaemonSet
    | ReplicationController
    | Job
    | CronJob
    | Node
    | Namespace
    | ConfigMap
    | Secret
    | ServiceAccount
    | PersistentVolumeClaim
    | Service
    | Endpoints
    | Ingress
    | PersistentVolume
    | StorageClass
    | CSIDriver
    | CSINode
    | VolumeAttachment
    | PriorityClass
    | RuntimeClass
    | ResourceClaim
    | ResourceClaimTemplate
    | ResourceQuota
    | LimitRange
    | HorizontalPodAutoscaler
    | PodDisruptionBudget
    | NetworkPolicy
    | IngressClass
    | EndpointSlice
    | ValidatingWebhookConfiguration
    | MutatingWebhookConfiguration
    | APIService
    | ControllerRevision
    | Lease
    | RunnerDeployment
    | Runner
    | HorizontalRunnerAutoscaler
    | AutoscalingRunnerSet
    | AutoscalingListener
    | EphemeralRunnerSet
    | EphemeralRunner
)

Workload = Deployment | ReplicaSet | StatefulSet | DaemonSet | ReplicationController


__all__ = [
    "APIService", "APIServiceStatus", "AttachmentSource", "AutoscalerSpec", "AutoscalingListener",
    "AutoscalingListenerSpec", "AutoscalingRunnerSet", "AutoscalingRunnerSetSpec",
    "AutoscalingRunnerSetStatus", "CSIDriver", "CSINode", "ClaimSpec", "ClaimStatus",
    "ClaimVolume", "Condition", "ConfigMap", "Container", "ContainerPort", "ContainerState",
    "ContainerStatus", "ControllerRevision", "CronJob", "CronJobSpec", "CronJobStatus",
    "DaemonSet", "Deployment", "EndpointAddress", "EndpointSlice", "EndpointSubset", "Endpoints",
    "EnvVar", "EnvVarSource", "EphemeralRunner", "EphemeralRunnerSet", "Event", "ExecAction",
    "HTTPGetAction", "HorizontalPodAutoscaler", "HorizontalPodAutoscalerSpec",
    "HorizontalPodAutoscalerStatus", "HorizontalRunnerAutoscaler", "Ingress", "IngressBackend",
    "IngressClass", "IngressHTTP", "IngressPath", "IngressRule", "IngressService", "IngressSpec",
    "IngressTLS", "Job", "JobSpec", "JobStatus", "KeySelector", "KeyToPath", "KubeObject",
    "LabelSelector", "LabelSelectorRequirement", "Lease", "LimitRange", "LimitRangeItem",
    "LocalReference", "Metadata", "MutatingWebhookConfiguration", "Namespace", "NamespaceSpec",
    "NamespaceStatus", "NetworkPolicy", "NetworkPolicyPeer", "NetworkPolicyPort",
    "NetworkPolicyRule", "NetworkPolicySpec", "Node", "NodeInfo", "NodeSpec", "NodeStatus",
    "ObjectReference", "ObjectVolume", "OwnerReference", "PersistentVolume",
    "PersistentVolumeClaim", "PersistentVolumeSpec", "PersistentVolumeStatus", "Pod",
    "PodDisruptionBudget", "PodDisruptionBudgetSpec", "PodDisruptionBudgetStatus", "PodSpec",
    "PodStatus", "PodTemplate", "PriorityClass", "Probe", "Quantities", "ReadinessGate",
    "ReplicaSet", "ReplicationController", "ResourceClaim", "ResourceClaimTemplate",
    "ResourceQuota", "Resources", "Runner", "RunnerDeployment", "RunnerDeploymentSpec",
    "RunnerDeploymentStatus", "RunnerTemplate", "RunnerTemplateSpec", "Running", "RuntimeClass",
    "SchedulingGate", "Secret", "Service", "ServiceAccount", "ServiceBackendPort", "ServicePort",
    "ServiceSpec", "StatefulSet", "StorageClass", "TCPSocketAction", "Taint", "Terminated",
    "Toleration", "ValidatingWebhookConfiguration", "Volume", "VolumeAttachment",
    "VolumeAttachmentSpec", "VolumeAttachmentStatus", "VolumeError", "VolumeMount", "Waiting",
    "Workload", "WorkloadSpec", "WorkloadStatus",
]  # fmt: skip

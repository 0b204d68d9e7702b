"""Kubernetes objects as types: only the fields that some cause reads, named as in the API.

Field names are the API's in snake case. A list that the API leaves out is an empty tuple, an object
that it leaves out is None or, for `metadata`, `spec` and `status`, an empty one. Secrets keep their
type and their key names; their values have no field here and so cannot leak.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec

Time = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time with its zone: one without cannot be compared, and is no fact."""
Labels = dict[str, str]
Quantities = dict[str, str | int | float]


class _Part(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, gc=False
):
    """A part of an object, and never of itself: the garbage collector may pass it over."""


class OwnerReference(_Part, frozen=True):
    """Who made an object."""

    kind: str
    name: str
    uid: str = ""
    controller: bool | None = None
    api_version: str = ""


class Metadata(_Part, frozen=True):
    """`metadata` of any object."""

    name: str = ""
    namespace: str = ""
    uid: str = ""
    labels: Labels = {}
    annotations: dict[str, str] = {}
    owner_references: tuple[OwnerReference, ...] = ()
    creation_timestamp: Time | None = None
    deletion_timestamp: Time | None = None
    deletion_grace_period_seconds: int | None = None
    finalizers: tuple[str, ...] = ()
    generation: int = 0
    resource_version: str = ""

    @property
    def controller(self) -> OwnerReference | None:
        """The owner that manages this object."""
        return next((owner for owner in self.owner_references if owner.controller), None)


class _Object(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    gc=False,
    tag_field="kind",
    tag=True,
):
    """What every object has."""

    metadata: Metadata = Metadata()
    api_version: str = ""

    @property
    def kind(self) -> str:
        """The kind, as the API names it."""
        return type(self).__name__

    @property
    def name(self) -> str:
        """`metadata.name`."""
        return self.metadata.name

    @property
    def namespace(self) -> str:
        """`metadata.namespace`; empty for cluster-scoped objects."""
        return self.metadata.namespace


class Condition(_Part, frozen=True):
    """A condition of a status."""

    type: str
    status: str = ""
    reason: str = ""
    message: str = ""
    last_transition_time: Time | None = None
    last_heartbeat_time: Time | None = None
    """Of a node's conditions: when the kubelet reported last."""


class LabelSelectorRequirement(_Part, frozen=True):
    """One expression of a selector."""

    key: str
    operator: str
    values: tuple[str, ...] = ()


class LabelSelector(_Part, frozen=True):
    """A selector over labels; empty selects everything."""

    match_labels: Labels = {}
    match_expressions: tuple[LabelSelectorRequirement, ...] = ()


# --- pods -------------------------------------------------------------------------------------


class Waiting(_Part, frozen=True):
    """`state.waiting`."""

    reason: str = ""
    message: str = ""


class Running(_Part, frozen=True):
    """`state.running`."""

    started_at: Time | None = None


class Terminated(_Part, frozen=True):
    """`state.terminated`."""

    exit_code: int = 0
    signal: int = 0
    reason: str = ""
    message: str = ""
    started_at: Time | None = None
    finished_at: Time | None = None


class ContainerState(_Part, frozen=True):
    """One of the three, or none of them yet."""

    waiting: Waiting | None = None
    running: Running | None = None
    terminated: Terminated | None = None


class ContainerStatus(_Part, frozen=True):
    """What the kubelet says of one container."""

    name: str
    state: ContainerState = ContainerState()
    last_state: ContainerState = ContainerState()
    ready: bool = False
    started: bool | None = None
    restart_count: int = 0
    image: str = ""
    image_id: str = msgspec.field(default="", name="imageID")


class KeySelector(_Part, frozen=True):
    """A key of a ConfigMap or Secret."""

    name: str = ""
    key: str = ""
    optional: bool | None = None


class EnvVarSource(_Part, frozen=True):
    """Where an environment variable comes from."""

    config_map_key_ref: KeySelector | None = None
    secret_key_ref: KeySelector | None = None


class EnvVar(_Part, frozen=True):
    """An environment variable. A literal value may be a secret: it passes redaction before use."""

    name: str
    value: str = ""
    value_from: EnvVarSource | None = None


class EnvFrom(_Part, frozen=True):
    """All keys of a ConfigMap or Secret as variables."""

    config_map_ref: KeySelector | None = None
    secret_ref: KeySelector | None = None
    prefix: str = ""


class ContainerPort(_Part, frozen=True):
    """A declared port."""

    container_port: int
    name: str = ""
    host_port: int = 0
    protocol: str = "TCP"


class HTTPGetAction(_Part, frozen=True):
    """An HTTP probe."""

    port: int | str
    path: str = "/"
    host: str = ""
    scheme: str = "HTTP"


class TCPSocketAction(_Part, frozen=True):
    """A TCP probe."""

    port: int | str
    host: str = ""


class GRPCAction(_Part, frozen=True):
    """A gRPC probe."""

    port: int
    service: str | None = None


class ExecAction(_Part, frozen=True):
    """A command run in the container."""

    command: tuple[str, ...] = ()


class Probe(_Part, frozen=True):
    """A liveness, readiness or startup probe."""

    http_get: HTTPGetAction | None = None
    tcp_socket: TCPSocketAction | None = None
    grpc: GRPCAction | None = None
    exec: ExecAction | None = None
    initial_delay_seconds: int = 0
    period_seconds: int = 10
    timeout_seconds: int = 1
    failure_threshold: int = 3
    success_threshold: int = 1


class Resources(_Part, frozen=True):
    """Requests and limits, as quantities."""

    requests: Quantities = {}
    limits: Quantities = {}


class VolumeMount(_Part, frozen=True):
    """Where a volume is mounted."""

    name: str
    mount_path: str = ""
    sub_path: str = ""
    sub_path_expr: str = ""
    read_only: bool | None = None


class SecurityContext(_Part, frozen=True):
    """Of a pod or a container."""

    run_as_user: int | None = None
    run_as_non_root: bool | None = None
    read_only_root_filesystem: bool | None = None
    fs_group: int | None = None
    privileged: bool | None = None


class Container(_Part, frozen=True):
    """A container, init container or ephemeral container of a pod template."""

    name: str
    image: str = ""
    image_pull_policy: str = ""
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    working_dir: str = ""
    env: tuple[EnvVar, ...] = ()
    env_from: tuple[EnvFrom, ...] = ()
    ports: tuple[ContainerPort, ...] = ()
    resources: Resources = Resources()
    volume_mounts: tuple[VolumeMount, ...] = ()
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    startup_probe: Probe | None = None
    restart_policy: str = ""
    """`Always` on an init container makes it a native sidecar."""
    security_context: SecurityContext | None = None


class KeyToPath(_Part, frozen=True):
    """A key of a volume and its file."""

    key: str
    path: str = ""


class ObjectVolume(_Part, frozen=True):
    """A ConfigMap or Secret as a volume; the API calls the name `name` or `secretName`."""

    name: str = ""
    secret_name: str = ""
    optional: bool | None = None
    items: tuple[KeyToPath, ...] = ()


class ProjectedSource(_Part, frozen=True):
    """A source of a projected volume."""

    config_map: ObjectVolume | None = None
    secret: ObjectVolume | None = None


class ProjectedVolume(_Part, frozen=True):
    """A projected volume."""

    sources: tuple[ProjectedSource, ...] = ()


class ClaimVolume(_Part, frozen=True):
    """A volume that is a PersistentVolumeClaim."""

    claim_name: str


class HostPathVolume(_Part, frozen=True):
    """A path of the node."""

    path: str
    type: str | None = None


class CSIVolume(_Part, frozen=True):
    """An inline CSI volume."""

    driver: str


class Volume(_Part, frozen=True):
    """A volume of a pod."""

    name: str
    config_map: ObjectVolume | None = None
    secret: ObjectVolume | None = None
    projected: ProjectedVolume | None = None
    persistent_volume_claim: ClaimVolume | None = None
    host_path: HostPathVolume | None = None
    csi: CSIVolume | None = None
    empty_dir: dict[str, Any] | None = None
    ephemeral: dict[str, Any] | None = None


class Toleration(_Part, frozen=True):
    """A toleration of a pod."""

    key: str = ""
    operator: str = "Equal"
    value: str = ""
    effect: str = ""
    toleration_seconds: int | None = None


class LocalReference(_Part, frozen=True):
    """The name of an object in the same namespace."""

    name: str = ""


class SchedulingGate(_Part, frozen=True):
    """A gate that keeps a pod from being scheduled."""

    name: str


class ReadinessGate(_Part, frozen=True):
    """A condition that something else must set."""

    condition_type: str


class PodSpec(_Part, frozen=True):
    """`spec` of a pod or a pod template."""

    containers: tuple[Container, ...] = ()
    init_containers: tuple[Container, ...] = ()
    ephemeral_containers: tuple[Container, ...] = ()
    volumes: tuple[Volume, ...] = ()
    node_name: str = ""
    node_selector: Labels = {}
    affinity: dict[str, Any] | None = None
    tolerations: tuple[Toleration, ...] = ()
    topology_spread_constraints: tuple[dict[str, Any], ...] = ()
    scheduling_gates: tuple[SchedulingGate, ...] = ()
    readiness_gates: tuple[ReadinessGate, ...] = ()
    image_pull_secrets: tuple[LocalReference, ...] = ()
    service_account_name: str = ""
    restart_policy: str = "Always"
    priority_class_name: str = ""
    runtime_class_name: str | None = None
    scheduler_name: str = ""
    security_context: SecurityContext | None = None
    active_deadline_seconds: int | None = None
    termination_grace_period_seconds: int | None = None
    host_network: bool = False
    overhead: Quantities = {}
    resource_claims: tuple[dict[str, Any], ...] = ()
    hostname: str = ""
    subdomain: str = ""


class PodStatus(_Part, frozen=True):
    """`status` of a pod."""

    phase: str = ""
    reason: str = ""
    message: str = ""
    conditions: tuple[Condition, ...] = ()
    container_statuses: tuple[ContainerStatus, ...] = ()
    init_container_statuses: tuple[ContainerStatus, ...] = ()
    ephemeral_container_statuses: tuple[ContainerStatus, ...] = ()
    start_time: Time | None = None
    nominated_node_name: str = ""
    host_ip: str = msgspec.field(default="", name="hostIP")
    pod_ip: str = msgspec.field(default="", name="podIP")
    qos_class: str = ""


class Pod(_Object, frozen=True):
    """A pod."""

    spec: PodSpec = PodSpec()
    status: PodStatus = PodStatus()


class PodTemplate(_Part, frozen=True):
    """The template of a workload."""

    metadata: Metadata = Metadata()
    spec: PodSpec = PodSpec()


class ObjectReference(_Part, frozen=True):
    """What an event is about, or what an autoscaler scales."""

    kind: str = ""
    name: str = ""
    namespace: str = ""
    uid: str = ""
    field_path: str = ""
    api_version: str = ""


class EventSeries(_Part, frozen=True):
    """How often an event was repeated."""

    count: int = 0
    last_observed_time: Time | None = None


class EventSource(_Part, frozen=True):
    """Who wrote an event (core API)."""

    component: str = ""
    host: str = ""


class Event(_Object, frozen=True):
    """An event of either API; the properties give what both mean."""

    involved_object: ObjectReference | None = None
    regarding: ObjectReference | None = None
    reason: str = ""
    type: str = ""
    message: str = ""
    note: str = ""
    count: int | None = None
    deprecated_count: int | None = None
    first_timestamp: Time | None = None
    last_timestamp: Time | None = None
    deprecated_first_timestamp: Time | None = None
    deprecated_last_timestamp: Time | None = None
    event_time: Time | None = None
    series: EventSeries | None = None
    source: EventSource | None = None
    reporting_component: str = ""
    reporting_controller: str = ""

    @property
    def about(self) -> ObjectReference:
        """The object that the event is about."""
        return self.involved_object or self.regarding or ObjectReference()

    @property
    def text(self) -> str:
        """Its message."""
        return self.message or self.note

    @property
    def times(self) -> int:
        """How often it happened, at least once."""
        series = self.series.count if self.series else 0
        return max(self.count or 0, self.deprecated_count or 0, series, 1)

    @property
    def last_seen(self) -> datetime | None:
        """When it happened last."""
        series = self.series.last_observed_time if self.series else None
        return (
            series
            or self.last_timestamp
            or self.deprecated_last_timestamp
            or self.event_time
            or self.metadata.creation_timestamp
        )

    @property
    def component(self) -> str:
        """Who wrote it."""
        source = self.source.component if self.source else ""
        return source or self.reporting_component or self.reporting_controller


# --- workloads --------------------------------------------------------------------------------


class WorkloadSpec(_Part, frozen=True):
    """`spec` of a Deployment, ReplicaSet, StatefulSet or DaemonSet."""

    replicas: int | None = None
    selector: LabelSelector | None = None
    template: PodTemplate = PodTemplate()
    paused: bool = False
    service_name: str = ""
    progress_deadline_seconds: int | None = None
    min_ready_seconds: int = 0
    volume_claim_templates: tuple[PersistentVolumeClaim, ...] = ()


class WorkloadStatus(_Part, frozen=True):
    """`status` of the same kinds."""

    replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    unavailable_replicas: int = 0
    updated_replicas: int = 0
    observed_generation: int = 0
    conditions: tuple[Condition, ...] = ()
    desired_number_scheduled: int = 0
    current_number_scheduled: int = 0
    number_ready: int = 0
    number_available: int = 0
    number_misscheduled: int = 0
    current_revision: str = ""
    update_revision: str = ""


class _Workload(_Object, frozen=True):
    spec: WorkloadSpec = WorkloadSpec()
    status: WorkloadStatus = WorkloadStatus()


class Deployment(_Workload, frozen=True):
    """A Deployment."""


class ReplicaSet(_Workload, frozen=True):
    """A ReplicaSet."""


class StatefulSet(_Workload, frozen=True):
    """A StatefulSet."""


class DaemonSet(_Workload, frozen=True):
    """A DaemonSet."""


class ReplicationControllerSpec(_Part, frozen=True):
    """`spec` of a ReplicationController, whose selector is a plain map."""

    replicas: int | None = None
    selector: Labels = {}
    template: PodTemplate = PodTemplate()


class ReplicationController(_Object, frozen=True):
    """A ReplicationController."""

    spec: ReplicationControllerSpec = ReplicationControllerSpec()
    status: WorkloadStatus = WorkloadStatus()


class JobSpec(_Part, frozen=True):
    """`spec` of a Job."""

    template: PodTemplate = PodTemplate()
    completions: int | None = None
    parallelism: int | None = None
    backoff_limit: int | None = None
    active_deadline_seconds: int | None = None
    suspend: bool | None = None
    completion_mode: str = ""
    backoff_limit_per_index: int | None = None


class JobStatus(_Part, frozen=True):
    """`status` of a Job."""

    active: int = 0
    succeeded: int = 0
    failed: int = 0
    ready: int = 0
    conditions: tuple[Condition, ...] = ()
    start_time: Time | None = None
    completion_time: Time | None = None
    failed_indexes: str = ""


class Job(_Object, frozen=True):
    """A Job."""

    spec: JobSpec = JobSpec()
    status: JobStatus = JobStatus()


class JobTemplate(_Part, frozen=True):
    """The template of a CronJob."""

    metadata: Metadata = Metadata()
    spec: JobSpec = JobSpec()


class CronJobSpec(_Part, frozen=True):
    """`spec` of a CronJob."""

    schedule: str = ""
    suspend: bool | None = None
    job_template: JobTemplate = JobTemplate()
    starting_deadline_seconds: int | None = None
    concurrency_policy: str = ""
    time_zone: str | None = None


class CronJobStatus(_Part, frozen=True):
    """`status` of a CronJob."""

    active: tuple[ObjectReference, ...] = ()
    last_schedule_time: Time | None = None
    last_successful_time: Time | None = None


class CronJob(_Object, frozen=True):
    """A CronJob."""

    spec: CronJobSpec = CronJobSpec()
    status: CronJobStatus = CronJobStatus()


# --- what pods refer to -----------------------------------------------------------------------


class Taint(_Part, frozen=True):
    """A taint of a node."""

    key: str
    effect: str = ""
    value: str = ""


class NodeSpec(_Part, frozen=True):
    """`spec` of a node."""

    taints: tuple[Taint, ...] = ()
    unschedulable: bool = False


class NodeInfo(_Part, frozen=True):
    """What a node runs."""

    operating_system: str = ""
    architecture: str = ""
    container_runtime_version: str = ""
    kubelet_version: str = ""


class NodeStatus(_Part, frozen=True):
    """`status` of a node."""

    capacity: Quantities = {}
    allocatable: Quantities = {}
    conditions: tuple[Condition, ...] = ()
    node_info: NodeInfo = NodeInfo()


class Node(_Object, frozen=True):
    """A node."""

    spec: NodeSpec = NodeSpec()
    status: NodeStatus = NodeStatus()


class NamespaceSpec(_Part, frozen=True):
    """`spec` of a Namespace: its own finalizers, beside those of its metadata."""

    finalizers: tuple[str, ...] = ()


class NamespaceStatus(_Part, frozen=True):
    """`status` of a Namespace."""

    phase: str = ""
    conditions: tuple[Condition, ...] = ()


class Namespace(_Object, frozen=True):
    """A namespace."""

    spec: NamespaceSpec = NamespaceSpec()
    status: NamespaceStatus = NamespaceStatus()


class ConfigMap(_Object, frozen=True):
    """A ConfigMap: its key names only (`keys`), filled by the reader."""

    keys: tuple[str, ...] = ()


class Secret(_Object, frozen=True):
    """A Secret: its type, key names and, for pull secrets, the hosts it has credentials for.

    `keys` and `registries` are filled by the reader from the values, which are then forgotten;
    `registries` is None when the values were not readable, and `problem` says what is wrong with a
    pull secret that does not parse.
    """

    type: str = ""
    keys: tuple[str, ...] = ()
    registries: tuple[str, ...] | None = None
    problem: str = ""


class ServiceAccount(_Object, frozen=True):
    """A ServiceAccount."""

    image_pull_secrets: tuple[LocalReference, ...] = ()


class ClaimSpec(_Part, frozen=True):
    """`spec` of a PersistentVolumeClaim."""

    access_modes: tuple[str, ...] = ()
    storage_class_name: str | None = None
    volume_name: str = ""
    volume_mode: str = ""
    resources: Resources = Resources()
    selector: LabelSelector | None = None


class ClaimStatus(_Part, frozen=True):
    """`status` of a PersistentVolumeClaim."""

    phase: str = ""
    conditions: tuple[Condition, ...] = ()
    capacity: Quantities = {}


class PersistentVolumeClaim(_Object, frozen=True):
    """A PersistentVolumeClaim."""

    spec: ClaimSpec = ClaimSpec()
    status: ClaimStatus = ClaimStatus()


class ServicePort(_Part, frozen=True):
    """A port of a Service."""

    port: int
    target_port: int | str | None = None
    name: str = ""
    protocol: str = "TCP"


class ServiceSpec(_Part, frozen=True):
    """`spec` of a Service."""

    type: str = "ClusterIP"
    selector: Labels = {}
    ports: tuple[ServicePort, ...] = ()
    external_name: str = ""
    cluster_ip: str = msgspec.field(default="", name="clusterIP")


class Service(_Object, frozen=True):
    """A Service."""

    spec: ServiceSpec = ServiceSpec()


class EndpointAddress(_Part, frozen=True):
    """An address of an Endpoints object."""

    ip: str = ""
    target_ref: ObjectReference | None = None


class EndpointSubset(_Part, frozen=True):
    """Ready and unready addresses."""

    addresses: tuple[EndpointAddress, ...] = ()
    not_ready_addresses: tuple[EndpointAddress, ...] = ()


class Endpoints(_Object, frozen=True):
    """The endpoints of a Service."""

    subsets: tuple[EndpointSubset, ...] = ()


class ServiceBackendPort(_Part, frozen=True):
    """The port of an Ingress backend."""

    name: str = ""
    number: int = 0


class IngressService(_Part, frozen=True):
    """The Service of an Ingress backend."""

    name: str
    port: ServiceBackendPort = ServiceBackendPort()


class IngressBackend(_Part, frozen=True):
    """Where an Ingress path leads."""

    service: IngressService | None = None
    service_name: str = ""
    """As `extensions/v1beta1` and `networking.k8s.io/v1beta1` write it."""
    service_port: int | str = 0

    @property
    def to(self) -> IngressService | None:
        """The Service that it leads to, in either form; None for a backend of another kind."""
        if self.service is not None or not self.service_name:
            return self.service
        match self.service_port:
            case str() as name:
                port = ServiceBackendPort(name=name)
            case number:
                port = ServiceBackendPort(number=number)
        return IngressService(name=self.service_name, port=port)


class IngressPath(_Part, frozen=True):
    """A path of an Ingress."""

    backend: IngressBackend = IngressBackend()
    path: str = ""


class IngressHTTP(_Part, frozen=True):
    """The paths of a host."""

    paths: tuple[IngressPath, ...] = ()


class IngressRule(_Part, frozen=True):
    """A rule of an Ingress."""

    host: str = ""
    http: IngressHTTP | None = None


class IngressTLS(_Part, frozen=True):
    """A certificate of an Ingress."""

    hosts: tuple[str, ...] = ()
    secret_name: str = ""


class IngressSpec(_Part, frozen=True):
    """`spec` of an Ingress."""

    ingress_class_name: str | None = None
    rules: tuple[IngressRule, ...] = ()
    default_backend: IngressBackend | None = None
    tls: tuple[IngressTLS, ...] = ()


class Ingress(_Object, frozen=True):
    """An Ingress."""

    spec: IngressSpec = IngressSpec()


# --- storage, scheduling, quota, policy, admission ---------------------------------------------


class PersistentVolumeSpec(_Part, frozen=True):
    """`spec` of a PersistentVolume."""

    capacity: Quantities = {}
    access_modes: tuple[str, ...] = ()
    storage_class_name: str = ""
    volume_mode: str = ""
    persistent_volume_reclaim_policy: str = ""
    claim_ref: ObjectReference | None = None
    node_affinity: dict[str, Any] | None = None
    csi: CSIVolume | None = None
    host_path: HostPathVolume | None = None
    local: HostPathVolume | None = None


class PersistentVolumeStatus(_Part, frozen=True):
    """`status` of a PersistentVolume."""

    phase: str = ""
    reason: str = ""
    message: str = ""


class PersistentVolume(_Object, frozen=True):
    """A PersistentVolume."""

    spec: PersistentVolumeSpec = PersistentVolumeSpec()
    status: PersistentVolumeStatus = PersistentVolumeStatus()


class StorageClass(_Object, frozen=True):
    """A StorageClass; which one is the default is an annotation."""

    provisioner: str = ""
    reclaim_policy: str = ""
    volume_binding_mode: str = ""
    allowed_topologies: tuple[dict[str, Any], ...] = ()


class CSIDriverSpec(_Part, frozen=True):
    """`spec` of a CSIDriver."""

    attach_required: bool | None = None


class CSIDriver(_Object, frozen=True):
    """A CSIDriver: the driver is known to the cluster, not necessarily to each node."""

    spec: CSIDriverSpec = CSIDriverSpec()


class CSINodeAllocatable(_Part, frozen=True):
    """How many volumes of one driver a node takes."""

    count: int | None = None


class CSINodeDriver(_Part, frozen=True):
    """A driver that has registered on a node."""

    name: str
    allocatable: CSINodeAllocatable | None = None


class CSINodeSpec(_Part, frozen=True):
    """`spec` of a CSINode."""

    drivers: tuple[CSINodeDriver, ...] = ()


class CSINode(_Object, frozen=True):
    """The CSI drivers of one node; it has the node's name."""

    spec: CSINodeSpec = CSINodeSpec()


class AttachmentSource(_Part, frozen=True):
    """What is attached."""

    persistent_volume_name: str = ""


class VolumeAttachmentSpec(_Part, frozen=True):
    """`spec` of a VolumeAttachment."""

    attacher: str = ""
    node_name: str = ""
    source: AttachmentSource = AttachmentSource()


class VolumeError(_Part, frozen=True):
    """Why an attach or detach failed."""

    message: str = ""
    time: Time | None = None


class VolumeAttachmentStatus(_Part, frozen=True):
    """`status` of a VolumeAttachment."""

    attached: bool = False
    attach_error: VolumeError | None = None
    detach_error: VolumeError | None = None


class VolumeAttachment(_Object, frozen=True):
    """A VolumeAttachment: one volume on one node."""

    spec: VolumeAttachmentSpec = VolumeAttachmentSpec()
    status: VolumeAttachmentStatus = VolumeAttachmentStatus()


class PriorityClass(_Object, frozen=True):
    """A PriorityClass."""

    value: int = 0
    global_default: bool = False
    preemption_policy: str = ""


class RuntimeClass(_Object, frozen=True):
    """A RuntimeClass: which handler of the container runtime runs a pod."""

    handler: str = ""
    scheduling: dict[str, Any] | None = None


class ResourceClaimStatus(_Part, frozen=True):
    """`status` of a ResourceClaim."""

    allocation: dict[str, Any] | None = None
    reserved_for: tuple[dict[str, Any], ...] = ()


class ResourceClaim(_Object, frozen=True):
    """A ResourceClaim (dynamic resource allocation)."""

    status: ResourceClaimStatus = ResourceClaimStatus()


class ResourceClaimTemplate(_Object, frozen=True):
    """A ResourceClaimTemplate."""


class ResourceQuotaSpec(_Part, frozen=True):
    """`spec` of a ResourceQuota."""

    hard: Quantities = {}
    scopes: tuple[str, ...] = ()
    scope_selector: dict[str, Any] | None = None


class ResourceQuotaStatus(_Part, frozen=True):
    """`status` of a ResourceQuota."""

    hard: Quantities = {}
    used: Quantities = {}


class ResourceQuota(_Object, frozen=True):
    """A ResourceQuota."""

    spec: ResourceQuotaSpec = ResourceQuotaSpec()
    status: ResourceQuotaStatus = ResourceQuotaStatus()


class LimitRangeItem(_Part, frozen=True):
    """Limits for one type: Container, Pod or PersistentVolumeClaim."""

    type: str = ""
    max: Quantities = {}
    min: Quantities = {}
    default: Quantities = {}
    default_request: Quantities = {}
    max_limit_request_ratio: Quantities = {}


class LimitRangeSpec(_Part, frozen=True):
    """`spec` of a LimitRange."""

    limits: tuple[LimitRangeItem, ...] = ()


class LimitRange(_Object, frozen=True):
    """A LimitRange."""

    spec: LimitRangeSpec = LimitRangeSpec()


class HorizontalPodAutoscalerSpec(_Part, frozen=True):
    """`spec` of a HorizontalPodAutoscaler."""

    scale_target_ref: ObjectReference = ObjectReference()
    min_replicas: int | None = None
    max_replicas: int | None = None


class HorizontalPodAutoscalerStatus(_Part, frozen=True):
    """`status` of a HorizontalPodAutoscaler."""

    current_replicas: int = 0
    desired_replicas: int = 0
    conditions: tuple[Condition, ...] = ()


class HorizontalPodAutoscaler(_Object, frozen=True):
    """A HorizontalPodAutoscaler."""

    spec: HorizontalPodAutoscalerSpec = HorizontalPodAutoscalerSpec()
    status: HorizontalPodAutoscalerStatus = HorizontalPodAutoscalerStatus()


class PodDisruptionBudgetSpec(_Part, frozen=True):
    """`spec` of a PodDisruptionBudget."""

    min_available: int | str | None = None
    max_unavailable: int | str | None = None
    selector: LabelSelector | None = None


class PodDisruptionBudgetStatus(_Part, frozen=True):
    """`status` of a PodDisruptionBudget."""

    disruptions_allowed: int = 0
    current_healthy: int = 0
    desired_healthy: int = 0
    expected_pods: int = 0
    observed_generation: int = 0
    conditions: tuple[Condition, ...] = ()


class PodDisruptionBudget(_Object, frozen=True):
    """A PodDisruptionBudget."""

    spec: PodDisruptionBudgetSpec = PodDisruptionBudgetSpec()
    status: PodDisruptionBudgetStatus = PodDisruptionBudgetStatus()


class IPBlock(_Part, frozen=True):
    """A network of a NetworkPolicy peer."""

    cidr: str
    except_: tuple[str, ...] = msgspec.field(default=(), name="except")


class NetworkPolicyPeer(_Part, frozen=True):
    """Who may talk, or be talked to."""

    pod_selector: LabelSelector | None = None
    namespace_selector: LabelSelector | None = None
    ip_block: IPBlock | None = None


class NetworkPolicyPort(_Part, frozen=True):
    """A port of a NetworkPolicy rule."""

    port: int | str | None = None
    end_port: int | None = None
    protocol: str = "TCP"


class NetworkPolicyRule(_Part, frozen=True):
    """A rule: `from_` of an ingress rule, `to` of an egress rule; empty means anyone."""

    from_: tuple[NetworkPolicyPeer, ...] = msgspec.field(default=(), name="from")
    to: tuple[NetworkPolicyPeer, ...] = ()
    ports: tuple[NetworkPolicyPort, ...] = ()


class NetworkPolicySpec(_Part, frozen=True):
    """`spec` of a NetworkPolicy."""

    pod_selector: LabelSelector = LabelSelector()
    policy_types: tuple[str, ...] = ()
    ingress: tuple[NetworkPolicyRule, ...] = ()
    egress: tuple[NetworkPolicyRule, ...] = ()


class NetworkPolicy(_Object, frozen=True):
    """A NetworkPolicy."""

    spec: NetworkPolicySpec = NetworkPolicySpec()


class IngressClassSpec(_Part, frozen=True):
    """`spec` of an IngressClass."""

    controller: str = ""


class IngressClass(_Object, frozen=True):
    """An IngressClass; which one is the default is an annotation."""

    spec: IngressClassSpec = IngressClassSpec()


class EndpointConditions(_Part, frozen=True):
    """Whether an endpoint takes traffic; None means unknown, which counts as ready."""

    ready: bool | None = None
    serving: bool | None = None
    terminating: bool | None = None


class SliceEndpoint(_Part, frozen=True):
    """An endpoint of an EndpointSlice."""

    addresses: tuple[str, ...] = ()
    conditions: EndpointConditions = EndpointConditions()
    target_ref: ObjectReference | None = None
    node_name: str = ""


class SlicePort(_Part, frozen=True):
    """A port of an EndpointSlice."""

    name: str = ""
    port: int | None = None
    protocol: str = "TCP"


class EndpointSlice(_Object, frozen=True):
    """A part of a Service's endpoints; label `kubernetes.io/service-name` names the Service."""

    address_type: str = ""
    endpoints: tuple[SliceEndpoint, ...] = ()
    ports: tuple[SlicePort, ...] = ()


class ServiceReference(_Part, frozen=True):
    """The Service behind a webhook or an aggregated API."""

    name: str = ""
    namespace: str = ""
    port: int | None = None
    path: str = ""


class WebhookClientConfig(_Part, frozen=True):
    """Where a webhook is called."""

    service: ServiceReference | None = None
    url: str = ""


class WebhookRule(_Part, frozen=True):
    """What a webhook is called for."""

    api_groups: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()


class Webhook(_Part, frozen=True):
    """One admission webhook."""

    name: str = ""
    client_config: WebhookClientConfig = WebhookClientConfig()
    failure_policy: str = ""
    timeout_seconds: int | None = None
    rules: tuple[WebhookRule, ...] = ()
    namespace_selector: LabelSelector | None = None
    object_selector: LabelSelector | None = None


class ValidatingWebhookConfiguration(_Object, frozen=True):
    """A ValidatingWebhookConfiguration."""

    webhooks: tuple[Webhook, ...] = ()


class MutatingWebhookConfiguration(_Object, frozen=True):
    """A MutatingWebhookConfiguration."""

    webhooks: tuple[Webhook, ...] = ()


class APIServiceSpec(_Part, frozen=True):
    """`spec` of an APIService."""

    group: str = ""
    version: str = ""
    service: ServiceReference | None = None


class APIServiceStatus(_Part, frozen=True):
    """`status` of an APIService."""

    conditions: tuple[Condition, ...] = ()


class APIService(_Object, frozen=True):
    """An APIService: an API group, perhaps served by a Service of the cluster."""

    spec: APIServiceSpec = APIServiceSpec()
    status: APIServiceStatus = APIServiceStatus()


class ControllerRevision(_Object, frozen=True):
    """A past template of a StatefulSet or DaemonSet: its number, not the template."""

    revision: int = 0


class LeaseSpec(_Part, frozen=True):
    """`spec` of a Lease."""

    holder_identity: str = ""
    lease_duration_seconds: int | None = None
    renew_time: Time | None = None


class Lease(_Object, frozen=True):
    """A Lease; those of namespace `kube-node-lease` are the nodes' signs of life."""

    spec: LeaseSpec = LeaseSpec()


# --- Actions Runner Controller ----------------------------------------------------------------
# Fields as in the CRDs of github.com/actions/actions-runner-controller (config/crd/bases). Fields
# that hold credentials (`status.registration.token`, `status.runnerJITConfig`) have none here.


class RunnerTemplateSpec(_Part, frozen=True):
    """What a legacy runner registers for."""

    enterprise: str = ""
    organization: str = ""
    repository: str = ""
    group: str = ""
    labels: tuple[str, ...] = ()
    image: str = ""
    ephemeral: bool | None = None
    docker_enabled: bool | None = None


class RunnerTemplate(_Part, frozen=True):
    """The template of a RunnerDeployment."""

    spec: RunnerTemplateSpec = RunnerTemplateSpec()


class RunnerDeploymentSpec(_Part, frozen=True):
    """`spec` of a RunnerDeployment."""

    replicas: int | None = None
    template: RunnerTemplate = RunnerTemplate()


class RunnerDeploymentStatus(_Part, frozen=True):
    """`status` of a RunnerDeployment."""

    desired_replicas: int | None = None
    replicas: int | None = None
    ready_replicas: int | None = None
    available_replicas: int | None = None


class RunnerDeployment(_Object, frozen=True):
    """A RunnerDeployment (`actions.summerwind.dev`)."""

    spec: RunnerDeploymentSpec = RunnerDeploymentSpec()
    status: RunnerDeploymentStatus = RunnerDeploymentStatus()


class RunnerStatus(_Part, frozen=True):
    """`status` of a Runner."""

    phase: str = ""
    ready: bool = False
    reason: str = ""
    message: str = ""


class Runner(_Object, frozen=True):
    """A Runner (`actions.summerwind.dev`)."""

    spec: RunnerTemplateSpec = RunnerTemplateSpec()
    status: RunnerStatus = RunnerStatus()


class AutoscalerSpec(_Part, frozen=True):
    """`spec` of a HorizontalRunnerAutoscaler."""

    scale_target_ref: ObjectReference = ObjectReference()
    min_replicas: int | None = None
    max_replicas: int | None = None


class HorizontalRunnerAutoscaler(_Object, frozen=True):
    """A HorizontalRunnerAutoscaler (`actions.summerwind.dev`)."""

    spec: AutoscalerSpec = AutoscalerSpec()


class AutoscalingRunnerSetSpec(_Part, frozen=True):
    """`spec` of an AutoscalingRunnerSet."""

    github_config_url: str = ""
    github_config_secret: str = ""
    runner_group: str = ""
    runner_scale_set_name: str = ""
    runner_scale_set_labels: tuple[str, ...] = ()
    min_runners: int | None = None
    max_runners: int | None = None
    template: PodTemplate = PodTemplate()


class AutoscalingRunnerSetStatus(_Part, frozen=True):
    """`status` of an AutoscalingRunnerSet."""

    current_runners: int = 0
    pending_ephemeral_runners: int = 0
    running_ephemeral_runners: int = 0
    failed_ephemeral_runners: int = 0
    phase: str = ""
    state: str = ""


class AutoscalingRunnerSet(_Object, frozen=True):
    """An AutoscalingRunnerSet (`actions.github.com`)."""

    spec: AutoscalingRunnerSetSpec = AutoscalingRunnerSetSpec()
    status: AutoscalingRunnerSetStatus = AutoscalingRunnerSetStatus()


class AutoscalingListenerSpec(_Part, frozen=True):
    """`spec` of an AutoscalingListener."""

    autoscaling_runner_set_namespace: str = ""
    autoscaling_runner_set_name: str = ""


class AutoscalingListener(_Object, frozen=True):
    """An AutoscalingListener; its pod has the same name and namespace."""

    spec: AutoscalingListenerSpec = AutoscalingListenerSpec()


class EphemeralRunnerSetSpec(_Part, frozen=True):
    """`spec` of an EphemeralRunnerSet."""

    replicas: int = 0


class EphemeralRunnerSet(_Object, frozen=True):
    """An EphemeralRunnerSet (`actions.github.com`)."""

    spec: EphemeralRunnerSetSpec = EphemeralRunnerSetSpec()
    status: AutoscalingRunnerSetStatus = AutoscalingRunnerSetStatus()


class EphemeralRunnerStatus(_Part, frozen=True):
    """`status` of an EphemeralRunner."""

    ready: bool = False
    phase: str = ""
    reason: str = ""
    message: str = ""
    runner_name: str = ""
    runner_id: int = 0
    job_repository_name: str = ""
    job_display_name: str = ""
    workflow_run_id: int = 0


class EphemeralRunner(_Object, frozen=True):
    """An EphemeralRunner (`actions.github.com`); its pod has the same name and namespace."""

    status: EphemeralRunnerStatus = EphemeralRunnerStatus()


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

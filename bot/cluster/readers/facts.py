"""What the texts of a cluster say: one frozen class for each thing that is said.

A fact repeats its text and no more. Which cause it proves is the causes' business, and whether
it is still true is the view's.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class _Fact(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """A fact read from a text; `words` are the words that say it, from the inside of the text."""

    words: str = ""


class NetworkFault(StrEnum):
    """How a connection failed, by the errors of Go's net, net/http and crypto packages."""

    DNS = "name resolution failed"
    TIMEOUT = "timed out"
    REFUSED = "connection refused"
    RESET = "connection broken"
    UNREACHABLE = "no route"
    TLS_UNTRUSTED = "certificate of an unknown authority"
    TLS_EXPIRED = "certificate expired"
    TLS_HOSTNAME = "certificate for another host"
    TLS_HANDSHAKE = "TLS handshake failed"
    TLS_TIMEOUT = "TLS handshake timed out"
    PLAIN_HTTP = "plain HTTP answered to HTTPS"
    PROXY = "proxy failed"


class ConnectionFailed(_Fact, frozen=True):
    """A connection to `host` or `address` (`ip:port`) failed; both may be empty."""

    fault: NetworkFault
    host: str = ""
    address: str = ""


class PullProblem(StrEnum):
    """Why a pull failed, as far as its text tells."""

    REPOSITORY_UNKNOWN = "no such repository"
    TAG_UNKNOWN = "no such tag or digest"
    NOT_FOUND = "not found"
    CONTENT_GONE = "a part of the image is not there"
    MISSING_OR_PRIVATE = "missing, or no access"
    UNAUTHORIZED = "authentication required"
    FORBIDDEN = "access denied"
    FORBIDDEN_OR_MISSING = "access denied, or missing"
    NO_CREDENTIALS = "no credentials for this registry"
    CREDENTIALS_REFUSED = "credentials refused"
    RATE_LIMITED = "rate limit reached"
    NO_PLATFORM = "no image for this platform"
    NAME_INVALID = "not a valid reference"
    NEVER_PULL = "not on the node, and never pulled"
    MEDIA_TYPE = "not a supported image"
    NOT_AN_IMAGE = "something else than an image"
    CORRUPT = "content does not match its digest"
    POLICY = "refused by a policy"
    CANCELED = "canceled"
    DEADLINE = "deadline exceeded"
    KUBELET_QPS = "throttled by the kubelet"
    DISK_FULL = "no space on the node"
    SERVER_ERROR = "the registry failed"
    UNAVAILABLE = "the registry is unavailable"
    ODD_STATUS = "an odd answer of the registry or a mirror"
    NETWORK = "no connection"
    BACK_OFF = "waiting for the next attempt"


class PullFailed(_Fact, frozen=True):
    """An image was not pulled. `status` is the HTTP status; 0 where none is named."""

    problem: PullProblem
    image: str = ""
    host: str = ""
    status: int = 0
    connection: ConnectionFailed | None = None
    platform: str = ""
    sandbox: bool = False
    """Whether it is the sandbox (pause) image of the node, and not one of the pod's."""
    credentials_sent: bool | None = None


class PullSecretsUnavailable(_Fact, frozen=True):
    """Pull secrets that the kubelet could not read."""

    names: tuple[str, ...]


# --- scheduling -------------------------------------------------------------------------------


class Predicate(StrEnum):
    """What a node failed to offer."""

    CPU = "cpu"
    MEMORY = "memory"
    RESOURCE = "resource"
    SELECTOR = "node selector"
    AFFINITY = "node affinity"
    SELECTOR_OR_AFFINITY = "node selector or affinity"
    TAINT = "taint"
    CORDONED = "cordoned"
    NOT_READY = "not ready"
    DISK_PRESSURE = "disk pressure"
    MEMORY_PRESSURE = "memory pressure"
    POD_AFFINITY = "pod affinity"
    POD_ANTI_AFFINITY = "pod anti-affinity"
    ANY_POD_AFFINITY = "pod affinity or anti-affinity"
    TOPOLOGY_SPREAD = "topology spread"
    HOST_PORT = "host port"
    VOLUME_NODE_AFFINITY = "volume node affinity"
    VOLUME_UNBOUND = "unbound volume claim"
    VOLUME_IN_USE = "volume in use"
    VOLUME_LOST = "volume lost"
    CLAIM_MISSING = "no such volume claim"
    RESOURCE_CLAIM = "resource claim"
    QUOTA = "quota of the scheduler"
    OTHER = "other"


class NodesRefused(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the scheduler's table: this many nodes failed on this predicate."""

    nodes: int
    predicate: Predicate
    detail: str = ""
    """The resource, taint or claim that is named; else empty."""


class Unschedulable(_Fact, frozen=True):
    """No node takes the pod. `nodes` is how many there are; None where the text does not say."""

    nodes: int | None = None
    rows: tuple[NodesRefused, ...] = ()


class NoNodesAtAll(_Fact, frozen=True):
    """There is no node to look at."""


class SchedulingGated(_Fact, frozen=True):
    """Scheduling gates hold the pod back."""


class NotScaledUp(_Fact, frozen=True):
    """The cluster autoscaler found no node group that would help."""

    rows: tuple[NodesRefused, ...] = ()


# --- volumes ----------------------------------------------------------------------------------


class VolumeProblem(StrEnum):
    """Why a volume is not there."""

    MOUNT = "mount failed"
    MOUNT_TIMEOUT = "mount timed out"
    ATTACH = "attach failed"
    MULTI_ATTACH = "attached elsewhere"
    HOST_PATH_TYPE = "hostPath of another type"
    SUB_PATH = "subPath failed"
    DRIVER_MISSING = "CSI driver not registered"
    CLAIM_MISSING = "no such claim"
    UNBOUND = "claim not bound"
    LOST = "volume lost"
    NODE_AFFINITY = "volume belongs to other nodes"


class VolumeFailed(_Fact, frozen=True):
    """A volume of a pod could not be used."""

    problem: VolumeProblem
    volume: str = ""
    claim: str = ""
    driver: str = ""
    path: str = ""
    expected: str = ""
    """What kind of file a hostPath asked for."""


class ProvisionProblem(StrEnum):
    """Why no volume was made for a claim."""

    CLASS_MISSING = "no such storage class"
    PROVISIONER_MISSING = "nothing provisions this class"
    WAITING_FOR_PROVISIONER = "waits for an external provisioner"
    WAITING_FOR_CONSUMER = "waits for the first pod"
    NO_MATCHING_VOLUME = "no volume matches and no class is set"
    ACCESS_MODE = "access mode not offered"
    FAILED = "provisioning failed"
    LOST = "bound volume is gone"
    BOUND_ELSEWHERE = "volume is bound to another claim"


class ProvisioningFailed(_Fact, frozen=True):
    """A claim got no volume."""

    problem: ProvisionProblem
    storage_class: str = ""
    provisioner: str = ""
    volume: str = ""


# --- references -------------------------------------------------------------------------------


class ObjectMissing(_Fact, frozen=True):
    """An object that is referred to does not exist. `kind` as in the API; `volume` if it is one."""

    kind: str
    name: str
    namespace: str = ""
    volume: str = ""


class KeyMissing(_Fact, frozen=True):
    """A key of a ConfigMap or Secret does not exist; `name` may be empty."""

    kind: str
    key: str
    name: str = ""
    namespace: str = ""


# --- containers -------------------------------------------------------------------------------


class StartProblem(StrEnum):
    """Why a container did not start."""

    COMMAND_NOT_FOUND = "command not found"
    COMMAND_NOT_EXECUTABLE = "command not executable"
    EXEC_FORMAT = "program of another format or architecture"
    MEMORY_TOO_LOW = "memory limit too low to start"
    NAME_RESERVED = "container name in use"
    RUNS_AS_ROOT = "image runs as root"
    IMAGE_LOST = "image is damaged on the node"
    READ_ONLY = "file system is read-only"
    ARGUMENTS = "specification refused"
    NO_COMMAND = "no command"
    PRE_START_HOOK = "pre-start hook failed"
    RUNTIME = "runtime error"


class StartFailed(_Fact, frozen=True):
    """A container was not started. `command` is what it should run, where named."""

    problem: StartProblem
    command: str = ""
    container: str = ""


class SandboxProblem(StrEnum):
    """Why the sandbox of a pod was not made."""

    NETWORK = "network set-up failed"
    NO_ADDRESS = "no free IP address"
    RUNTIME = "runtime error"
    NAME_RESERVED = "sandbox name in use"


class SandboxFailed(_Fact, frozen=True):
    """The sandbox of a pod was not made; `plugin` is the network plugin that is named."""

    problem: SandboxProblem
    plugin: str = ""
    connection: ConnectionFailed | None = None


class Hook(StrEnum):
    """A lifecycle hook."""

    POST_START = "postStart"
    PRE_STOP = "preStop"


class HookFailed(_Fact, frozen=True):
    """A lifecycle hook failed."""

    hook: Hook
    exit_code: int | None = None


class ContainerEnded(_Fact, frozen=True):
    """A container ended. `out_of_memory`: the kernel or the kubelet says so."""

    exit_code: int | None = None
    signal: int = 0
    out_of_memory: bool = False
    init: bool = False


class RestartBackOff(_Fact, frozen=True):
    """The kubelet waits before it restarts a container that ended."""

    container: str = ""


class Probe(StrEnum):
    """The three probes."""

    LIVENESS = "liveness"
    READINESS = "readiness"
    STARTUP = "startup"


class ProbeFailed(_Fact, frozen=True):
    """A probe failed, by connection, HTTP status or command; what is not named is empty."""

    probe: Probe
    status: int = 0
    port: int = 0
    path: str = ""
    connection: ConnectionFailed | None = None
    exit_code: int | None = None


class ProbeKilled(_Fact, frozen=True):
    """The kubelet kills a container for its probe."""

    probe: Probe
    container: str = ""


# --- admission --------------------------------------------------------------------------------


class QuotaExceeded(_Fact, frozen=True):
    """A quota is used up: `requested`, `used` and `limited` as the API server lists them."""

    quota: str = ""
    requested: tuple[tuple[str, str], ...] = ()
    used: tuple[tuple[str, str], ...] = ()
    limited: tuple[tuple[str, str], ...] = ()


class QuotaWantsResources(_Fact, frozen=True):
    """A quota accepts only pods that say these resources."""

    quota: str = ""
    fields: tuple[str, ...] = ()


class LimitRangeViolated(_Fact, frozen=True):
    """A container asks for more or less than a LimitRange allows."""


class PodSecurityViolated(_Fact, frozen=True):
    """Pod Security admission, or an older kind of it, refused the pod."""

    standard: str = ""
    violations: tuple[str, ...] = ()


class WebhookDenied(_Fact, frozen=True):
    """An admission webhook or policy said no; `about_images` when it speaks of signatures."""

    webhook: str = ""
    reply: str = ""
    about_images: bool = False


class WebhookFailed(_Fact, frozen=True):
    """An admission webhook could not be asked."""

    webhook: str = ""
    connection: ConnectionFailed | None = None


class PriorityClassMissing(_Fact, frozen=True):
    """The pod names a PriorityClass that does not exist."""

    name: str = ""


class SpecificationRefused(_Fact, frozen=True):
    """The API server does not accept the object: a field is invalid."""

    field: str = ""


class CreationRefused(_Fact, frozen=True):
    """A controller could not create a pod, and the text says no more precise reason."""


# --- nodes ------------------------------------------------------------------------------------


class NodeProblem(StrEnum):
    """What is wrong with a node."""

    NOT_READY = "not ready"
    LOST = "stopped reporting"
    SHUTDOWN = "shut down"
    MEMORY_PRESSURE = "memory pressure"
    DISK_PRESSURE = "disk pressure"
    PID_PRESSURE = "process table pressure"
    CORDONED = "cordoned"


class NodeFailed(_Fact, frozen=True):
    """A node does not run pods as it should."""

    problem: NodeProblem
    node: str = ""


class PodEvicted(_Fact, frozen=True):
    """The kubelet or a controller evicted the pod; `resource` is what the node was low on."""

    resource: str = ""
    usage: str = ""
    over_limit: bool = False
    """The pod itself used more ephemeral storage than it may."""
    by_taint: bool = False


class PodRejected(_Fact, frozen=True):
    """The kubelet did not admit the pod. Quantities are the kubelet's, empty where not named."""

    reason: str = ""
    resource: str = ""
    requested: str = ""
    used: str = ""
    capacity: str = ""


class PodPreempted(_Fact, frozen=True):
    """The pod had to make room for another one; `by` is what is named."""

    by: str = ""


# --- controllers ------------------------------------------------------------------------------


class WorkloadProblem(StrEnum):
    """What a controller says of its workload."""

    DEADLINE = "active deadline passed"
    BACKOFF_LIMIT = "too many failures"
    PROGRESS = "no progress within the deadline"


class WorkloadFailed(_Fact, frozen=True):
    """A controller gave up, or waits."""

    problem: WorkloadProblem


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

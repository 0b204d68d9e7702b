"""Containers: what they should be, and what the kubelet says of them."""

from __future__ import annotations

import msgspec

from bot.cluster.objects.base import Part, Quantities, Time


class Waiting(Part, frozen=True):
    """`state.waiting`."""

    reason: str = ""
    message: str = ""


class Running(Part, frozen=True):
    """`state.running`."""

    started_at: Time | None = None


class Terminated(Part, frozen=True):
    """`state.terminated`."""

    exit_code: int = 0
    signal: int = 0
    reason: str = ""
    message: str = ""
    started_at: Time | None = None
    finished_at: Time | None = None


class ContainerState(Part, frozen=True):
    """One of the three, or none of them yet."""

    waiting: Waiting | None = None
    running: Running | None = None
    terminated: Terminated | None = None


class ContainerStatus(Part, frozen=True):
    """What the kubelet says of one container."""

    name: str
    state: ContainerState = ContainerState()
    last_state: ContainerState = ContainerState()
    ready: bool = False
    started: bool | None = None
    restart_count: int = 0
    image: str = ""
    image_id: str = msgspec.field(default="", name="imageID")


class KeySelector(Part, frozen=True):
    """A key of a ConfigMap or Secret."""

    name: str = ""
    key: str = ""
    optional: bool | None = None


class EnvVarSource(Part, frozen=True):
    """Where an environment variable comes from."""

    config_map_key_ref: KeySelector | None = None
    secret_key_ref: KeySelector | None = None


class EnvVar(Part, frozen=True):
    """An environment variable. A literal value may be a secret: it passes redaction before use."""

    name: str
    value: str = ""
    value_from: EnvVarSource | None = None


class EnvFrom(Part, frozen=True):
    """All keys of a ConfigMap or Secret as variables."""

    config_map_ref: KeySelector | None = None
    secret_ref: KeySelector | None = None
    prefix: str = ""


class ContainerPort(Part, frozen=True):
    """A declared port."""

    container_port: int
    name: str = ""
    host_port: int = 0
    protocol: str = "TCP"


class HTTPGetAction(Part, frozen=True):
    """An HTTP probe."""

    port: int | str
    path: str = "/"
    host: str = ""
    scheme: str = "HTTP"


class TCPSocketAction(Part, frozen=True):
    """A TCP probe."""

    port: int | str
    host: str = ""


class GRPCAction(Part, frozen=True):
    """A gRPC probe."""

    port: int
    service: str | None = None


class ExecAction(Part, frozen=True):
    """A command run in the container."""

    command: tuple[str, ...] = ()


class Probe(Part, frozen=True):
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


class Resources(Part, frozen=True):
    """Requests and limits, as quantities."""

    requests: Quantities = {}
    limits: Quantities = {}


class VolumeMount(Part, frozen=True):
    """Where a volume is mounted."""

    name: str
    mount_path: str = ""
    sub_path: str = ""
    sub_path_expr: str = ""
    read_only: bool | None = None


class SecurityContext(Part, frozen=True):
    """Of a pod or a container."""

    run_as_user: int | None = None
    run_as_non_root: bool | None = None
    read_only_root_filesystem: bool | None = None
    fs_group: int | None = None
    privileged: bool | None = None


class Container(Part, frozen=True):
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

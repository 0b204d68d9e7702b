"""References that are missing, containers, sandboxes, probes."""

from __future__ import annotations

from enum import StrEnum

from bot.cluster.readers.facts.network import ConnectionFailed
from bot.cluster.readers.facts.stated import Stated


class ObjectMissing(Stated, frozen=True):
    """An object that is referred to does not exist. `kind` as in the API; `volume` if it is one."""

    kind: str
    name: str
    namespace: str = ""
    volume: str = ""


class KeyMissing(Stated, frozen=True):
    """A key of a ConfigMap or Secret does not exist; `name` may be empty."""

    kind: str
    key: str
    name: str = ""
    namespace: str = ""


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


class StartFailed(Stated, frozen=True):
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


class SandboxFailed(Stated, frozen=True):
    """The sandbox of a pod was not made; `plugin` is the network plugin that is named."""

    problem: SandboxProblem
    plugin: str = ""
    connection: ConnectionFailed | None = None


class Hook(StrEnum):
    """A lifecycle hook."""

    POST_START = "postStart"
    PRE_STOP = "preStop"


class HookFailed(Stated, frozen=True):
    """A lifecycle hook failed."""

    hook: Hook
    exit_code: int | None = None


class ContainerEnded(Stated, frozen=True):
    """A container ended. `out_of_memory`: the kernel or the kubelet says so."""

    exit_code: int | None = None
    signal: int = 0
    out_of_memory: bool = False
    init: bool = False


class RestartBackOff(Stated, frozen=True):
    """The kubelet waits before it restarts a container that ended."""

    container: str = ""


class Probe(StrEnum):
    """The three probes."""

    LIVENESS = "liveness"
    READINESS = "readiness"
    STARTUP = "startup"


class ProbeFailed(Stated, frozen=True):
    """A probe failed, by connection, HTTP status or command; what is not named is empty."""

    probe: Probe
    status: int = 0
    port: int = 0
    path: str = ""
    connection: ConnectionFailed | None = None
    exit_code: int | None = None


class ProbeKilled(Stated, frozen=True):
    """The kubelet kills a container for its probe."""

    probe: Probe
    container: str = ""

"""Containers that are not created or not started.

Sources: runc `libcontainer/{standard_init_linux,init_linux,process_linux,container_linux}.go`,
crun `src/libcrun`, containerd `internal/cri/server/container_{create,start}.go`, moby
`daemon/{start,names}.go`, CRI-O `server/container_create.go`, kubernetes `pkg/kubelet/kuberuntime`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.cluster.readers.facts import (
    Fact,
    StartFailed,
    StartProblem,
    VolumeFailed,
    VolumeProblem,
)
from bot.cluster.readers.message import Message, Phrase, around, phrase

_S = StartProblem
_EXEC = re.compile(
    r"exec:? [\"']([^\"']{1,400})[\"']|exec (?:user process|container process)"
    r" [\"'`(]?([^\"'`):]{1,400})"
    r"|unable to start container process: ([^\s:\"]{1,400}): "
)
# What runc and crun say of the program itself, not of the mounts and cgroups around it.
_PROGRAM = (
    r"(?:(?<!fork/)exec:? [\"'`]?[^\"'`\s]{1,400}[\"'`]?|exec user process caused|open executable"
    r"|executable(?: file)? [\"'`]?[^\"'`\s]{1,400}[\"'`]?(?: not found in \$path)?)"
    r"[:,]? [\"']?(?:stat \S{1,400}: |open \S{1,400}: )?"
)

_TABLE: tuple[tuple[Phrase, StartProblem], ...] = (
    (
        phrase(
            r"runasnonroot",
            r"image will run as root",
            r"image has non-numeric user",
            r"breaks non-root policy",
        ),
        _S.RUNS_AS_ROOT,
    ),
    (
        phrase(
            r"name is reserved",
            r"\" is reserved for",
            r"failed to reserve container name",
            r"container name \S{1,300} is already in use",
            r"is already in use by container",
            r"ctr name .{0,300} is reserved|reserving ctr name",
            r"container with name .{0,300} already exists",
        ),
        _S.NAME_RESERVED,
    ),
    (
        phrase(
            r"exec format error",
            r"bad cpu type",
            r"not a valid win32 application",
            r"wrong elf class",
            r"cannot execute binary file",
        ),
        _S.EXEC_FORMAT,
    ),
    (
        phrase(
            r"memory limit too low",
            r"container init was oom-?killed",
            r"minimum memory limit allowed",
            r"set memory limit .{0,100}device or resource busy",
            r"memory\.(?:max|limit_in_bytes).{0,200}(?:busy|invalid)",
            r"pod (?:memory )?limit .{0,60}too (?:low|small)",
            r"specified memory limit .{0,100}(?:too|lower|less)",
            r"cannot allocate memory",
        ),
        _S.MEMORY_TOO_LOW,
    ),
    (
        phrase(
            r"executable file not found",
            r"executable (?:file )?[`'\"]?[^\s`'\"]{0,300}[`'\"]? not found in \$path",
            rf"{_PROGRAM}no such file or directory",
            r"the system cannot find the (?:file|path) specified",
            r"error finding executable",
            r"attempted to invoke a command that was not found",
        ),
        _S.COMMAND_NOT_FOUND,
    ),
    (
        phrase(
            rf"{_PROGRAM}(?:is a directory|permission denied|operation not permitted|access"
            rf" is denied)",
            r"oci permission denied",
            r"crun: open [`'\"]?/[^\s`'\"]{1,300}[`'\"]?: permission denied",
        ),
        _S.COMMAND_NOT_EXECUTABLE,
    ),
    (
        phrase(r"(?:mkdir|open|create|mount|write) \S{1,600}: read-only file system"),
        _S.READ_ONLY,
    ),
    (phrase(r"no command specified", r"must specify a command"), _S.NO_COMMAND),
    (
        phrase(
            r"prestart ?hook|pre-?start hook|prestarthookerror|internal pre-start|running"
            r" prestart hook|running (?:hook|createruntime hook)"
        ),
        _S.PRE_START_HOOK,
    ),
    (
        phrase(
            r"does not resolve to an image id",
            r"with error: no such image",
            r"image not known",
            r"failed to get image .{0,400}(?:not found|corrupt)",
            r"layer not known|layer does not exist",
        ),
        _S.IMAGE_LOST,
    ),
    (
        phrase(
            r"unable to find (?:user|group) \S{1,200}: no matching entries",
            r"(?:working ?dir(?:ectory)?|cwd|mount destination|destination path) .{0,200}must be"
            r" (?:an )?absolute",
            r"mount destination \S{1,300} not absolute",
            r"invalid (?:working directory|environment variable|hostname|sysctl|capability)\b",
            r"unknown capabilit(?:y|ies)",
        ),
        _S.ARGUMENTS,
    ),
    (
        phrase(
            r"oci runtime (?:create |start )?(?:failed|error)",
            r"runc create failed",
            r"failed to create (?:containerd |shim )?task",
            r"failed to (?:create|start|generate)(?: docker)? container",
            r"services have not yet been read",
            r"failed to inspect image",
            r"cannot start container",
            r"error: failed to start",
            r"starting container process caused",
            r"failed to generate spec",
            r"to mount into container",
            r"runc did not terminate",
            r"createcontainererror|runcontainererror",
            r"container create failed",
            r"hcsshim|hcs::",
            r"shim .{0,40}(?:not found|exited)",
            r"container runtime (?:is )?(?:down|not)",
            r"cgroup",
            r"libpod|conmon",
            r"failed to (?:mount|create) .{0,80}(?:snapshot|rootfs|shm)",
            r"unable to start container process",
            r"container_linux\.go",
            r"invalid header field value",
            r"\bcdi\b|unresolvable cdi",
        ),
        _S.RUNTIME,
    ),
)
START_REASONS = (
    "StartError",
    "ContainerCannotRun",
    "RunContainerError",
    "CreateContainerError",
    "CreateContainerConfigError",
)
_SUB_PATH = phrase(r"volume-subpaths?", r"failed to (?:prepare|create) subpath", r"\bsubpath\b")


def read_start(message: Message) -> Iterator[Fact]:
    """Why a container was created or started in vain."""
    text = message.text
    if _SUB_PATH.search(text):
        yield VolumeFailed(problem=VolumeProblem.SUB_PATH, words=text[:400])
        return
    for pattern, problem in _TABLE:
        found = pattern.search(text)
        if found:
            yield StartFailed(problem=problem, command=_command(text), words=around(text, found))
            return
    if message.seen(*START_REASONS) and not message.text.startswith(message.reason):
        yield StartFailed(problem=_S.RUNTIME, words=text[:240])


def _command(text: str) -> str:
    found = _EXEC.search(text)
    return next((item.strip() for item in found.groups() if item), "") if found else ""

"""The runtime could not start the container's program, or the log says the same: one row a code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import msgspec

from bot import kubectl
from bot.cause import Cause
from bot.causes.startup.doc_lines import LINES
from bot.causes.startup.from_log import BY_CODE, ruling
from bot.cluster.readers import facts as f
from bot.facts import said
from bot.facts.crashes import crashes
from bot.report import Layer, Outcome, Rank, Ruling, Solution
from bot.view import View

_S = f.StartProblem
_QUOTED = re.compile(r'exec:? \\{0,3}"([^"\\]{1,300})')


class _Row(msgspec.Struct, frozen=True):
    code: str
    title: str
    problems: tuple[f.StartProblem, ...]
    told: str
    """`{command}` is what should run."""
    solve: str
    why: str
    rank: Rank = Rank.FAULT


_ROWS = (
    _Row(
        "CommandNotFound",
        "the command does not exist in the image",
        (_S.COMMAND_NOT_FOUND, _S.NO_COMMAND),
        "the image has no command {command}",
        "Correct the command, or use an image that has it",
        "The runtime looked for it in the image's PATH and did not find it.",
    ),
    _Row(
        "CommandPermissionDenied",
        "the command may not be executed",
        (_S.COMMAND_NOT_EXECUTABLE,),
        "{command} is not executable (permission denied)",
        "Set the execute permission: chmod +x in the image, defaultMode: 0755 for a mounted script",
        "A file without the execute bit cannot be a container's command.",
    ),
    _Row(
        "ExecFormatError",
        "the program is built for another architecture, or is no program",
        (_S.EXEC_FORMAT,),
        "the node cannot execute {command}: exec format error",
        "Build the image for the node's architecture, or give the script its #! line",
        "The kernel does not know the file's format.",
    ),
    _Row(
        "MemoryLimitTooLow",
        "the memory limit is too low to start anything",
        (_S.MEMORY_TOO_LOW,),
        "the memory limit is too low even to start the container",
        "Raise the memory limit",
        "The runtime itself needs some MiB before the program runs.",
    ),
    _Row(
        "ContainerNameConflict",
        "the runtime still has a container of the same name",
        (_S.NAME_RESERVED,),
        "the runtime holds the container's name for an earlier attempt",
        "Wait, or restart the runtime on the node if it does not clear",
        "A creation that timed out keeps its name until the runtime gives up.",
    ),
    _Row(
        "RunAsNonRootViolation",
        "the pod forbids root and the image runs as root",
        (_S.RUNS_AS_ROOT,),
        "runAsNonRoot is set and the image's user is root, or not a number",
        "Set securityContext.runAsUser to a number, or build the image with a numeric USER",
        "The kubelet can prove that a user is not root only by its number.",
    ),
    _Row(
        "ReadOnlyFilesystem",
        "the program writes to a read-only file system",
        (_S.READ_ONLY,),
        "a file system is read-only where the container has to write",
        "Mount a writable volume (emptyDir) there",
        "The root file system or the volume is mounted read-only.",
    ),
    _Row(
        "InvalidArguments",
        "program or runtime do not accept what the container is told to run",
        (_S.ARGUMENTS,),
        "the runtime does not accept the container's specification",
        "Correct the field that the message names",
        "Nothing is started from a specification that is not valid.",
    ),
    _Row(
        "PreStartHookFailed",
        "a hook before the start failed",
        (_S.PRE_START_HOOK,),
        "a hook of the runtime failed before the start",
        "Look at the hook's program on the node (often the GPU toolkit)",
        "The runtime starts nothing when a hook fails.",
    ),
    _Row(
        "RuntimeError",
        "the container runtime failed",
        (_S.RUNTIME, _S.IMAGE_LOST),
        "the container runtime could not start the container",
        "Look at the runtime's log on the node",
        "The message names no more precise reason.",
        Rank.SYMPTOM,
    ),
)


def check(view: View, row: _Row) -> Iterator[Ruling]:
    """Rule on containers that were not started, by the words of kubelet, runtime or log."""
    for fact, item in said.of(view, f.StartFailed):
        if fact.problem in row.problems:
            yield _from_words(view, fact, item, row)
    for crash in crashes(view):
        reason = crash.reason
        if reason and reason.code == row.code and not crash.out_of_memory and not crash.killed:
            yield ruling(view, crash, reason, BY_CODE[row.code])


def _command(fact: f.StartFailed, item: said.Said) -> str:
    quoted = _QUOTED.search(item.text)
    if quoted:
        return quoted[1]
    own = item.container.spec.command[:1] if item.container else ()
    return next((word for word in (*own, fact.command) if word), "that it should run")


def _from_words(view: View, fact: f.StartFailed, item: said.Said, row: _Row) -> Ruling:
    where = ""
    commands: tuple[str, ...] = ()
    if item.container is not None:
        where = ("init container " if item.container.init else "container ") + item.container.name
        where += ": "
        commands = (kubectl.edit(view, item.container.pod),)
    return Ruling(
        outcome=Outcome.CONFIRMED,
        subject=item.subject,
        summary=where + row.told.replace("{command}", _command(fact, item)),
        proof=(item.proof,),
        solutions=(Solution(title=row.solve, why=row.why, commands=commands),),
    )


CAUSES = tuple(
    Cause(
        code=row.code,
        title=row.title,
        layer=Layer.CLUSTER,
        rank=row.rank,
        doc=LINES[row.code].doc(row.title),
        check=partial(check, row=row),
    )
    for row in _ROWS
)

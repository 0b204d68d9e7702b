"""The program's own log says why it ended: one row a code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import msgspec

from bot.cause import Cause
from bot.causes.startup.doc_lines import LINES
from bot.causes.startup.remedies import remedy
from bot.facts.changes import witness
from bot.facts.crashes import Crash, crashes
from bot.facts.probes import command_ports
from bot.logs import LogFinding
from bot.redact import one_line
from bot.report import Layer, Outcome, Ruling, Solution
from bot.view import View


class _Row(msgspec.Struct, frozen=True):
    code: str
    title: str
    tell: Callable[[LogFinding], str]
    solve: str
    why: str


def _named(prefix: str, value: str, fallback: str) -> str:
    return f"{prefix} {value}" if value else fallback


def _peer(found: LogFinding) -> str:
    port = f":{found.port}" if found.port else ""
    return f"{found.host}{port}" if found.host else f"port {found.port}" if found.port else ""


def _not_there(found: LogFinding) -> str:
    """`exec`'s ENOENT is that of the file, or of the interpreter in its first line: execve(2)."""
    if found.file and found.text.startswith("exec "):
        return (
            f"{found.file} cannot be started: it does not exist, or the program that its first"
            " line names does not"
        )
    return _named("the image has no command", found.file, "the command is not found")


def _exception(found: LogFinding) -> str:
    place = f" at {found.place}" if found.place else ""
    memory = " (the program ran out of memory)" if found.memory else ""
    return f"nothing caught {found.exception or 'an error'}{place}{memory}: {found.text}"


_ROWS = (
    _Row(
        "MissingEnvVar",
        "an environment variable that the program needs is not set",
        lambda found: _named(
            "the program needs the environment variable",
            found.variable,
            "the program lacks an environment variable",
        ),
        "Set the environment variable",
        "The program refuses to run without it.",
    ),
    _Row(
        "AppConfigInvalid",
        "the program does not accept its configuration",
        lambda found: _named(
            "the program does not accept its configuration file",
            found.file,
            "the program does not accept its configuration",
        ),
        "Correct the configuration",
        "The program says which part it does not accept.",
    ),
    _Row(
        "FileMissing",
        "a file that the program needs does not exist",
        lambda found: _named(
            "the program does not find the file", found.file, "the program does not find a file"
        ),
        "Provide the file, or correct the path",
        "A file comes from the image or from a mounted volume; neither has it at this path.",
    ),
    _Row(
        "DependencyUnreachable",
        "the program cannot reach something that it depends on",
        lambda found: _named(
            "the program cannot connect to",
            _peer(found),
            "the program cannot connect to something it depends on",
        ),
        "Check that the dependency runs and that the address is right",
        "The program ends because nothing answers where it connects.",
    ),
    _Row(
        "NameResolutionFailed",
        "a host name that the program uses does not resolve",
        lambda found: _named(
            "the program cannot resolve the host name",
            found.host,
            "the program cannot resolve a host name",
        ),
        "Correct the host name, or create the Service of that name",
        "Inside the cluster a name is SERVICE, or SERVICE.NAMESPACE from other namespaces.",
    ),
    _Row(
        "PermissionDenied",
        "the operating system denies the program an operation",
        lambda found: _named(
            "permission denied:",
            found.file or _peer(found),
            "the operating system denies the program an operation",
        ),
        "Give the container's user the permission",
        "For volumes set securityContext.fsGroup; ports below 1024 need a higher port or"
        " NET_BIND_SERVICE.",
    ),
    _Row(
        "RBACForbidden",
        "the service account may not do what the program asks of the API server",
        lambda _: "the API server refuses a request of the pod's service account",
        "Bind a Role with the missing verb to the service account",
        "The API server names account, verb and resource.",
    ),
    _Row(
        "PortConflict",
        "the port is taken already",
        lambda found: (
            "the program cannot listen, the address is already in use"
            + (f": port {found.port}" if found.port else "")
            + (f", which container {found.host} asks for too" if found.host else "")
        ),
        "Give each container of the pod its own port",
        "All containers of a pod share one network: a port can be taken once.",
    ),
    _Row(
        "DiskFull",
        "there is no space left where the program writes",
        lambda found: _named("no space is left for", found.file, "no space is left on a disk"),
        "Make room, or enlarge the volume",
        "The write failed with ENOSPC.",
    ),
    _Row(
        "CertificateExpired",
        "a certificate has expired",
        lambda found: _named(
            "the certificate has expired:",
            found.file or found.host,
            "a certificate that the program uses has expired",
        ),
        "Renew the certificate",
        "Nothing accepts it after its end date.",
    ),
    _Row(
        "CommandSyntaxError",
        "the command or script has a syntax error",
        lambda _: "the command or script that the container runs has a syntax error",
        "Correct the command or arguments",
        "The interpreter stopped before it ran anything.",
    ),
    _Row(
        "InvalidArguments",
        "the program does not accept its arguments",
        lambda found: f"the program does not accept its arguments: {found.text}",
        "Correct the args of the container, or use the version that knows them",
        "The program says so itself and ends before it does any work.",
    ),
    _Row(
        "UnhandledException",
        "the program ended with an error that nothing handled",
        _exception,
        "Correct the program at the place that the trace names",
        "The trace ends in the program's own code.",
    ),
    _Row(
        "CommandNotFound",
        "the command does not exist in the image",
        _not_there,
        "Correct the command, or use an image that has it",
        "No program of that name was found. Of a script the first line counts too: a carriage"
        " return at its end, or an interpreter that the image lacks, has the same effect.",
    ),
    _Row(
        "CommandPermissionDenied",
        "the command may not be executed",
        lambda found: _named("not executable:", found.file, "the command is not executable"),
        "Set the execute permission",
        "The kernel refused to execute the file.",
    ),
    _Row(
        "ExecFormatError",
        "the program is built for another architecture, or is no program",
        lambda _: "the node cannot execute the program: exec format error",
        "Build the image for the node's architecture",
        "The kernel does not know the file's format.",
    ),
    _Row(
        "ReadOnlyFilesystem",
        "the program writes to a read-only file system",
        lambda found: _named(
            "the file system is read-only:",
            found.file,
            "the program writes to a read-only file system",
        ),
        "Mount a writable volume (emptyDir) where the program writes",
        "The root file system or the volume is mounted read-only.",
    ),
)
_BY_PLATFORM = {
    "CommandNotFound",
    "CommandPermissionDenied",
    "ExecFormatError",
    "ReadOnlyFilesystem",
    "InvalidArguments",
}


def check(view: View, row: _Row) -> Iterator[Ruling]:
    """Rule on containers whose log gives this reason; a kill from outside comes before it."""
    for crash in crashes(view):
        reason = crash.reason
        if reason is None or reason.code != row.code or crash.out_of_memory or crash.killed:
            continue
        yield ruling(view, crash, reason, row)


def ruling(view: View, crash: Crash, reason: LogFinding, row: _Row) -> Ruling:
    """The ruling on one container."""
    reason = _with_port(view, crash, reason) if row.code == "PortConflict" else reason
    which = "init container" if crash.container.init else "container"
    return Ruling(
        outcome=Outcome.CONFIRMED if reason.sure else Outcome.SUSPECTED,
        subject=crash.container.subject,
        summary=f"{which} {crash.container.name}: {row.tell(reason)}{_words(reason)}"
        f" ({crash.ending})",
        proof=(
            crash.log_proof(reason.lines),
            crash.end_proof,
            *witness(view, crash.container.name),
        ),
        solutions=(remedy(view, crash, reason, Solution(title=row.solve, why=row.why)),),
    )


# Of these the summary quotes the program by itself.
_QUOTED = ("UnhandledException", "InvalidArguments")


def _words(reason: LogFinding) -> str:
    """The program's own words, where the summary names nothing else of them."""
    named = reason.variable or reason.host or reason.port
    if named or reason.code in _QUOTED or (reason.file and reason.code != "AppConfigInvalid"):
        return ""
    return f': "{one_line(reason.text, 160)}"'.replace('"', "'")


def _with_port(view: View, crash: Crash, reason: LogFinding) -> LogFinding:
    """A server that does not say which port was taken: the one that two containers ask for."""
    if reason.port:
        return reason
    own, others = (
        crash.container,
        [
            c
            for c in view.containers
            if c.pod is crash.container.pod and c.name != crash.container.name
        ],
    )
    wanted = {*command_ports(own.spec), *(port.container_port for port in own.spec.ports)}
    for other in others:
        theirs = {*command_ports(other.spec), *(port.container_port for port in other.spec.ports)}
        if wanted & theirs:
            port = min(wanted & theirs)
            return msgspec.structs.replace(reason, port=port, host=other.name)
    return msgspec.structs.replace(reason, port=min(wanted, default=0))


CAUSES = tuple(
    Cause(
        code=row.code,
        title=row.title,
        layer=Layer.CLUSTER,
        doc=LINES[row.code].doc(row.title),
        check=partial(check, row=row),
    )
    for row in _ROWS
    if row.code not in _BY_PLATFORM
)
BY_CODE = {row.code: row for row in _ROWS}

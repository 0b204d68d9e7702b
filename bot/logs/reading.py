"""Reads a container's log: what its last lines say about why the program ended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from bot.logs import variables
from bot.logs.finding import UNHANDLED, LogFinding
from bot.logs.lines import Level, Line, clean
from bot.logs.signatures import Signature, signature_of
from bot.logs.trace import Raised, Trace
from bot.logs.traces import traces
from bot.redact import one_line

_LAST = 4
# Lines that differ in numbers alone say the same; the last of them stands for all.
_DIGITS = re.compile(r"\d+")
_RETRIES = re.compile(r"\b(?:retry|retrying|retries|attempt|try again|reconnect\w{0,3})\b", re.I)
# Exceptions that say something about the program's code rather than about what it met.
_BUGS = re.compile(
    r"(?:Type|Attribute|Index|Zero\w*|Assertion|Reference|Range|NoMethod|"
    r"NullPointer|NullReference|"
    r"ClassCast|ArrayIndex\w*|StackOverflow|Recursion|Arithmetic|UnboundLocal|"
    r"Import|ModuleNotFound|"
    r"ClassNotFound|NoClassDefFound|NoSuchMethod|Load|InvalidCast|Argument\w*|"
    r"Name)(?:Error|Exception)|panic"
)
# What wget, nc and many programs print before they try.
_CONNECTING = re.compile(
    r"connect(?:ing)? to (?:https?://)?(?P<host>[a-z0-9][a-z0-9.-]{0,200})(?::(?P<port>\d{1,5}))?",
    re.IGNORECASE,
)
_EXCEPTION = re.compile(
    r"(?P<name>(?:[A-Za-z_]\w{0,60}\.){0,8}[A-Z]\w{1,60}(?:Error|Exception)): (?P<message>.{1,400})"
)


class _Candidate(NamedTuple):
    finding: LogFinding
    weight: int
    specific: int
    position: int


def read_log(lines: Iterable[str]) -> tuple[LogFinding, ...]:
    """What the log says about why its program ended, the best reason first.

    A failing name resolution stands before what fails because of it. A reason with `ended` unset
    was survived: the program logged it and went on. An empty answer: the log gives no reason.
    """
    read = clean(lines)
    found_traces = traces(read)
    inside = {index for trace in found_traces for index in range(trace.start, trace.end)}
    candidates = [c for trace in found_traces if (c := _of_trace(read, trace)) is not None]
    candidates += _of_lines(read, inside)
    if not candidates and read:
        candidates = list(_bare_exception(read))
    ordered = sorted(candidates, key=lambda c: (-c.weight, -c.specific, -c.position))
    return _resolution_first(_distinct([c.finding for c in ordered]))


def _of_lines(lines: Sequence[Line], inside: set[int]) -> Iterator[_Candidate]:
    seen: set[str] = set()
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        shape = _DIGITS.sub("0", line.text)
        if index in inside or shape in seen:
            continue
        seen.add(shape)
        found = signature_of(line.text)
        if found is None:
            continue
        weight = _weight(line, len(lines) - 1 - index)
        finding = _finding(found, line.text, (line.raw,), ended=weight >= 2)
        finding = _with_neighbours(finding, lines, index)
        yield _Candidate(finding, weight, _specific(finding), index)


def _bare_exception(lines: Sequence[Line]) -> Iterator[_Candidate]:
    """The end of a trace whose beginning was cut off, when nothing but the usual follows."""
    index = next((i for i in _last(lines) if lines[i].level is not Level.QUIET), None)
    if index is None:
        return
    found = _EXCEPTION.fullmatch(lines[index].text.strip())
    if found:
        text = one_line(lines[index].text)
        finding = LogFinding(
            code=UNHANDLED,
            text=text,
            lines=(text,),
            exception=found["name"].rsplit(".", 1)[-1],
            message=one_line(found["message"]),
            sure=False,
        )
        yield _Candidate(finding, 2, 0, index)


def _last(lines: Sequence[Line]) -> range:
    return range(len(lines) - 1, max(len(lines) - 1 - _LAST, -1), -1)


def _weight(line: Line, from_end: int) -> int:
    """How much a line looks like the reason of an end: 0 said in passing … 3 said at the end."""
    if line.level is Level.QUIET:
        return 0
    if line.level is Level.WARNING or _RETRIES.search(line.text):
        return 2 if from_end == 0 else 1
    if line.level >= Level.ERROR or from_end < _LAST:
        return 2
    return 1


def _specific(finding: LogFinding) -> int:
    if finding.code == UNHANDLED:
        return 0
    return 2 if finding.sure and finding.code != "AppConfigInvalid" else 1


def _of_trace(lines: Sequence[Line], trace: Trace) -> _Candidate | None:
    at_end = trace.end >= len(lines) - 3
    ended = trace.fatal or at_end
    raised, found = _innermost(lines, trace)
    words = f"{raised.name}: {raised.message}" if raised.message else raised.name
    proof = _proof(lines, trace, raised)
    if found is None:
        finding = LogFinding(code=UNHANDLED, text=one_line(words), lines=proof, ended=ended)
    else:
        finding = _finding(found, words, proof, ended=ended)
    finding = msgspec.structs.replace(
        finding,
        exception=raised.name[:120],
        message=one_line(raised.message),
        place=one_line(trace.place),
        lines=proof,
    )
    finding = variables.of_trace(lines, trace, raised, finding)
    if not finding.host and finding.code in ("NameResolutionFailed", "DependencyUnreachable"):
        finding = _with_host(trace, finding)
    bug = finding.code == UNHANDLED and bool(_BUGS.search(raised.name)) and ended
    weight = 3 if bug or (ended and finding.code != UNHANDLED) else 2 if ended else 0
    return _Candidate(finding, weight, _specific(finding), trace.end - 1)


def _innermost(
    lines: Sequence[Line], trace: Trace
) -> tuple[Raised, tuple[Signature, re.Match[str]] | None]:
    """The exception nearest to the fault: the first of the chain that says something precise."""
    del lines
    for raised in trace.raised:
        words = f"{raised.name}: {raised.message}"
        found = signature_of(words.replace("\n", " "))
        if found is not None and found[0].code != UNHANDLED:
            return raised, found
    fault = next((raised for raised in trace.raised if not raised.context), trace.raised[-1])
    return fault, signature_of(f"{fault.name}: {fault.message}".replace("\n", " "))


def _with_host(trace: Trace, finding: LogFinding) -> LogFinding:
    """The outer exceptions of a chain often name the host that the inner one leaves out."""
    for raised in trace.raised:
        found = signature_of(f"{raised.name}: {raised.message}")
        host = found[1].groupdict().get("host") if found else None
        if found and host:
            told = _finding(found, raised.message, (), ended=finding.ended)
            return msgspec.structs.replace(finding, host=told.host, port=told.port)
    return finding


def _proof(lines: Sequence[Line], trace: Trace, raised: Raised) -> tuple[str, ...]:
    wanted = sorted({trace.start, *(r.line for r in trace.raised[-1:]), raised.line})
    place = next(
        (
            index
            for index in range(trace.start, trace.end)
            if trace.place and trace.place.rsplit(":", 1)[0] in lines[index].text
        ),
        None,
    )
    if place is not None:
        wanted = sorted({*wanted, place})
    return tuple(one_line(lines[index].raw) for index in wanted if index < len(lines))[:4]


def _finding(
    found: tuple[Signature, re.Match[str]], text: str, proof: Sequence[str], *, ended: bool
) -> LogFinding:
    signature, match = found
    groups = {key: value for key, value in match.groupdict().items() if value}
    port = groups.get("port", "")
    return LogFinding(
        code=signature.code,
        text=one_line(text),
        lines=tuple(one_line(line) for line in proof),
        host=one_line(groups.get("host", "")).rstrip(".:"),
        port=int(port) if port.isdigit() and int(port) < 65536 else 0,
        variable=groups.get("variable", ""),
        file=one_line(groups.get("file") or groups.get("after") or ""),
        sure=signature.sure,
        memory=signature.memory,
        ended=ended,
    )


def _with_neighbours(finding: LogFinding, lines: Sequence[Line], index: int) -> LogFinding:
    """Programs list the names of what they miss under the sentence that says so."""
    if finding.code == "MissingEnvVar" and not finding.variable:
        for line in lines[index + 1 : index + 5]:
            name = re.search(r"\b([A-Z][A-Z0-9]{1,40}(?:_[A-Z0-9]{1,40}){1,8})\b", line.text)
            if name:
                proof = (*finding.lines, one_line(line.raw))
                return msgspec.structs.replace(finding, variable=name[1], lines=proof)
    if finding.code == "DependencyUnreachable" and not finding.host:
        for line in reversed(lines[max(0, index - 4) : index]):
            named = _CONNECTING.search(line.text)
            if named:
                proof = (one_line(line.raw), *finding.lines)
                port = int(named["port"] or 0)
                return msgspec.structs.replace(finding, host=named["host"], port=port, lines=proof)
    if finding.code == "AppConfigInvalid":
        after = tuple(one_line(line.raw) for line in lines[index + 1 : index + 4])
        finding = msgspec.structs.replace(finding, lines=(*finding.lines, *after))
        return variables.of_settings(finding, lines[index + 1 :])
    return finding


def _distinct(findings: Iterable[LogFinding]) -> list[LogFinding]:
    """One finding for each fault: a program that retries says the same many times."""
    kept: list[LogFinding] = []
    for finding in findings:
        for index, known in enumerate(kept):
            if known.code == finding.code and _may_be_same(known, finding):
                kept[index] = msgspec.structs.replace(
                    known,
                    host=known.host or finding.host,
                    port=known.port or finding.port,
                    variable=known.variable or finding.variable,
                    file=known.file or finding.file,
                )
                break
        else:
            kept.append(finding)
    return kept


def _may_be_same(known: LogFinding, other: LogFinding) -> bool:
    """Whether nothing that both name differs."""
    return all(
        not one or not two or one == two
        for one, two in (
            (known.host, other.host),
            (known.variable, other.variable),
            (known.file, other.file),
        )
    ) and (known.exception == other.exception or known.code != UNHANDLED)


def _resolution_first(findings: list[LogFinding]) -> tuple[LogFinding, ...]:
    """Who cannot resolve a name cannot reach the host either: the name is the fault."""
    if not findings or findings[0].code != "DependencyUnreachable":
        return tuple(findings)
    head = findings[0]
    for finding in findings[1:]:
        same = not head.host or not finding.host or finding.host == head.host
        if finding.code == "NameResolutionFailed" and same:
            first = msgspec.structs.replace(
                finding,
                host=finding.host or head.host,
                port=finding.port or head.port,
                ended=finding.ended or head.ended,
            )
            return (first, *(other for other in findings if other is not finding))
    return tuple(findings)

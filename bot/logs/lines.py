"""Log lines as text to search: colours removed, JSON unwrapped, levels read, sizes bounded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import IntEnum

import msgspec

_MOST_LINES = 400
_LONGEST = 2000
_ANSI = re.compile(r"\x1b\[[0-9;?]{0,16}[ -/]{0,4}[@-~]")
_MESSAGE_KEYS = ("message", "msg", "@message", "log", "event", "textPayload")
# `s` and `attr`: https://www.mongodb.com/docs/manual/reference/log-messages/
_ERROR_KEYS = (
    *("error", "err", "exception", "exc_info", "stack", "stack_trace", "stacktrace"),
    "attr",
)
_LEVEL_KEYS = ("level", "severity", "lvl", "@level", "log.level", "s")
# What a record in a record tells of an error.
_PARTS = ("message", "msg", "error_str", "reason", "stack")
_LEVEL = re.compile(
    r"(?:^|[\s\[|<\"'=(:/-])(?P<level>FATAL|CRITICAL|CRIT|EMERG|EMERGENCY|PANIC|ALERT|ERROR|ERR|"
    r"SEVERE|WARN|WARNING|NOTICE|INFO|DEBUG|TRACE|VERBOSE)(?=$|[\s\]|>\"':,)/-])",
    re.IGNORECASE,
)
# glog and klog: I0102 15:04:05.000000 …
_KLOG = re.compile(r"^(?P<level>[IWEF])\d{4} \d\d:\d\d:\d\d")
_DECODER = msgspec.json.Decoder()


class Level(IntEnum):
    """How serious the program itself calls a line."""

    QUIET = 0
    WARNING = 1
    UNSAID = 2
    ERROR = 3
    FATAL = 4


_LEVELS = {
    **dict.fromkeys(("NOTICE", "INFO", "DEBUG", "TRACE", "VERBOSE", "I"), Level.QUIET),
    **dict.fromkeys(("WARN", "WARNING", "W"), Level.WARNING),
    **dict.fromkeys(("FATAL", "CRITICAL", "CRIT", "EMERG", "EMERGENCY"), Level.FATAL),
    **dict.fromkeys(("PANIC", "F"), Level.FATAL),
    **dict.fromkeys(("ALERT", "ERROR", "ERR", "SEVERE", "E"), Level.ERROR),
}


class Line(msgspec.Struct, frozen=True):
    """A line of a log: what was printed, the text in it, and its level."""

    raw: str
    text: str
    level: Level


def clean(lines: Iterable[str]) -> list[Line]:
    """The last lines of a log; a record in JSON gives its message, then its error or stack."""
    kept = [line for line in lines if line.strip()][-_MOST_LINES:]
    return [read for line in kept for read in _read(line[:_LONGEST])]


def _read(line: str) -> list[Line]:
    if "\x1b" in line:
        line = _ANSI.sub("", line)
    stripped = line.strip()
    if stripped.startswith("{") and stripped.endswith("}"):
        record = _record(stripped)
        if record is not None:
            return _from_record(line, record)
    return [Line(line, line.rstrip().replace('\\"', '"'), level_of(line))]


def _record(text: str) -> Mapping[str, object] | None:
    try:
        record = _DECODER.decode(text)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def _from_record(line: str, record: Mapping[str, object]) -> list[Line]:
    level = Level.UNSAID
    for key in _LEVEL_KEYS:
        if key in record:
            level = _named(str(record[key]).upper())
            break
    message = next((str(record[key]) for key in _MESSAGE_KEYS if record.get(key)), "")
    texts = [message] if message else []
    texts += [_flat(record[key]) for key in _ERROR_KEYS if record.get(key)]
    parts = [part for text in texts for part in text.split("\n") if part.strip()]
    return [Line(line, part[:_LONGEST], level) for part in parts[:60]] or [Line(line, line, level)]


def _flat(value: object, deep: int = 2) -> str:
    if isinstance(value, dict) and deep:
        return "\n".join(_flat(value[key], deep - 1) for key in _PARTS if value.get(key))
    return str(value)


def level_of(line: str) -> Level:
    """The level that a plain line claims, looked for where programs write it: at its start."""
    found = _KLOG.match(line) or _LEVEL.search(line[:120])
    return _named(found["level"].upper()) if found else Level.UNSAID


def _named(name: str) -> Level:
    if name in {"30", "20", "10"}:  # pino and bunyan count
        return Level.QUIET
    return _LEVELS.get({"40": "WARN", "50": "ERROR", "60": "FATAL"}.get(name, name), Level.UNSAID)

"""Runtimes that say in one line what happened: Go, Rust, PHP, Ruby.

Formats: Go's runtime/panic.go, Rust's default panic hook, PHP's error log, Ruby's
`Exception#full_message`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.logs.lines import Line
from bot.logs.trace import LIBRARY, LONGEST, NAME, Raised, Trace, short

_RUBY_FRAME = re.compile(r"^\s+(?:\d{1,4}: )?from (?P<file>.{1,200}?):(?P<line>\d{1,7})")
_GO_FRAME = re.compile(r"^\s+(?P<file>/\S{1,300}\.go):(?P<line>\d{1,7})")
_RUBY = re.compile(
    rf"^(?P<file>[^\s:]{{1,200}}):(?P<line>\d{{1,7}}):in [`'].{{1,100}}': "
    rf"(?P<message>.*?) \({NAME}\)$"
)
_RUST = re.compile(
    r"^thread '[^']{0,80}'(?: \(\d{1,9}\))? panicked at (?:'(?P<old>.*)', "
    r")?(?P<file>[^\s:]{1,200}):(?P<line>\d{1,7}):\d"
)
_PHP = re.compile(
    rf"(?:PHP )?Fatal error: {{1,3}}Uncaught {NAME}(?:: (?P<message>.*?))?(?: in "
    rf"(?P<file>/[^\s:]{{1,200}}):(?P<line>\d{{1,7}}))?$"
)


def go(lines: Sequence[Line], start: int, message: str) -> Trace:
    """A panic, with the goroutines that follow it."""
    place, end = "", start + 1
    stop = min(len(lines), start + LONGEST)
    for index in range(start + 1, stop):
        text = lines[index].text
        frame = _GO_FRAME.match(text)
        if frame and not place and not LIBRARY.search(frame["file"]):
            place = f"{frame['file']}:{frame['line']}"
        end = index + 1
    name = "fatal error" if lines[start].text.startswith("fatal") else "panic"
    raised = (Raised(name, message, start),)
    return Trace(raised=raised, place=place, start=start, end=end, fatal=True)


def rust(lines: Sequence[Line], start: int) -> Trace | None:
    """A panic of the default hook, old and new."""
    found = _RUST.match(lines[start].text)
    if found is None:
        return None
    message = found["old"] or (lines[start + 1].text if start + 1 < len(lines) else "")
    place = f"{found['file']}:{found['line']}"
    raised = (Raised("panic", message, start + (0 if found["old"] else 1)),)
    return Trace(raised=raised, place=place, start=start, end=start + 2, fatal=True)


def php(lines: Sequence[Line], start: int) -> Trace | None:
    """An uncaught exception."""
    found = _PHP.search(lines[start].text)
    if found is None:
        return None
    place = f"{found['file']}:{found['line']}" if found["file"] else ""
    end = start + 1
    while end < len(lines) and re.match(
        r"(?:PHP )?\s*(?:Stack trace:|#\d|thrown in)", lines[end].text
    ):
        end += 1
    raised = (Raised(short(found["name"]), found["message"] or "", start),)
    return Trace(raised=raised, place=place, start=start, end=end, fatal=True)


def ruby(lines: Sequence[Line], start: int) -> Trace | None:
    """An exception as `full_message` prints it."""
    found = _RUBY.match(lines[start].text)
    if found is None:
        return None
    end = start + 1
    place = f"{found['file']}:{found['line']}"
    own = "" if LIBRARY.search(place) else place
    while end < len(lines):
        frame = _RUBY_FRAME.match(lines[end].text)
        if frame is None:
            break
        where = f"{frame['file']}:{frame['line']}"
        own = own or ("" if LIBRARY.search(where) else where)
        end += 1
    raised = (Raised(short(found["name"]), found["message"], start),)
    return Trace(raised=raised, place=own or place, start=start, end=end, fatal=True)

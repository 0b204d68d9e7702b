"""A log as plain lines: no timestamps, no colour, no markers of GitHub's own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.redact import scrub

_MOST_LINES = 6000
_WIDEST = 2000
_STAMP = re.compile(r"^\ufeff?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?Z? ?")
_CLOCK = re.compile(r"^\d\d:\d\d:\d\d(?:\.\d{1,6})? {1,4}")
_MARK = re.compile(
    r"^(?:##\[(?:error|warning|section|group|endgroup|notice)\]|::error[^:]{0,200}::)"
)
_FRAME = re.compile(r"^={3,} (.{1,300}) ={3,}$")
_ANSI = re.compile(r"\x1b\[[0-9;?]{0,16}[A-Za-z]")


def clean(lines: Sequence[str]) -> tuple[str, ...]:
    """The last lines of a log, each bare and cut to a width that a pattern can walk at once."""
    bare = []
    for line in lines[-_MOST_LINES:]:
        text = _ANSI.sub("", line[: 2 * _WIDEST].rstrip("\r\n"))
        text = _CLOCK.sub("", _STAMP.sub("", text))
        bare.append(_MARK.sub("", text)[:_WIDEST])
    return tuple(bare)


def quoted(line: str) -> str:
    """A line as it may be shown: masked, without the frame that some programs draw around it."""
    return _FRAME.sub(r"\1", scrub(line).strip())

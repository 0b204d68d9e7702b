"""Lines that speak of errors, whatever the error is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.logs.lines import Level, clean
from bot.redact import one_line

_ERROR = re.compile(
    r"\b(?:errors?|exceptions?|fail(?:ed|ure|s)?|fatal|panic|traceback|denied|refused|forbidden|"
    r"unable|timed out)\b",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"\b(?:no|0|without|zero) (?:error|failure|exception)|"
    r"\b(?:error|fail(?:ed|ures?)?|errors?|exceptions?)[\"']?\s{0,2}[=:]\s{0,2}[\"']?"
    r"(?:0\b|null|nil|none|false|\"\"|$)|"
    r"\b0 (?:failed|errors?|failures?|exceptions?)\b",
    re.IGNORECASE,
)


def error_lines(lines: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """The newest such lines, redacted, each kind of line once; oldest first."""
    found: dict[str, str] = {}
    for line in reversed(clean(lines)):
        spoken = line.level >= Level.ERROR or _ERROR.search(line.text)
        if spoken and line.level is not Level.QUIET and not _NONE.search(line.text):
            found.setdefault(re.sub(r"\d+", "0", line.text)[:200], one_line(line.raw))
        if len(found) == most:
            break
    return tuple(reversed(found.values()))


def last_words(lines: Iterable[str], *, least: Level) -> str:
    """The last line that has a level, when the program calls it so bad at least; or empty."""
    last = next((line for line in reversed(clean(lines)) if line.level is not Level.UNSAID), None)
    return one_line(last.text) if last and last.level >= least else ""

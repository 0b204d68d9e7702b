"""Stack traces of the runtimes that people use, as exceptions with message and place.

Formats: https://docs.python.org/3/library/traceback.html (chained exceptions print the cause
first), `Throwable.printStackTrace` (Java prints the cause last, after "Caused by:"), V8's
https://v8.dev/docs/stack-trace-api, .NET's `Exception.ToString` (inner exceptions after "--->").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from bot.logs import panics
from bot.logs.lines import Line
from bot.logs.trace import LIBRARY, LONGEST, NAME, Raised, Trace, short

_PYTHON_FRAME = re.compile(r'^\s{2,}File "(?P<file>[^"]{1,300})", line (?P<line>\d{1,7})')
_PYTHON_END = re.compile(rf"^{NAME}(?:: (?P<message>.*))?$")
_JVM_FRAME = re.compile(
    r"^\s+at (?P<what>[\w$.<>/@-]{1,300})\((?P<file>[\w$.-]{1,120})(?::(?P<line>\d{1,7}))?\)"
)
_V8_FRAME = re.compile(
    r"^\s+at .{0,300}?\(?(?P<file>[\w./@:\\-]{1,300}):(?P<line>\d{1,7}):\d{1,7}\)?$"
)
_NET_FRAME = re.compile(
    r"^\s{3}at .{1,300}?\)(?: in (?P<file>.{1,300}):line (?P<line>\d{1,7}))?\s*$"
)
# Node names the files that wanted a module before the frames.
_ANY_FRAME = re.compile(
    r"^(?:\s+(?:at |\.\.\. \d+ (?:more|common)|--- End of|from )|Require stack:$|- /)"
)
_HEADER = re.compile(
    r"(?:^|[\s:\"'>])(?:Exception in thread \"[^\"]{0,100}\" |Unhandled exception\. |Uncaught )?"
    r"(?P<name>(?:[A-Za-z_][\w$]{0,80}\.){0,12}(?:[A-Za-z_][\w$]{0,100})?"
    r"(?:Exception|Error|Throwable|Failure|Fault))(?: \[(?P<code>\w{1,60})"
    r"\])?(?:: (?P<message>.*))?$"
)
_CAUSED = re.compile(
    rf"^\s*(?:Caused by|\[cause\]|--->|---> \(Inner Exception #\d+\))"
    rf":? ?{NAME}(?: \[\w{{1,60}}\])?(?:: (?P<message>.*))?$"
)
_FATAL = ("exception in thread", "unhandled exception", "uncaught", "unhandledpromiserejection")
_GO_SIGNS = ("panic: ", "fatal error: ", "Observed a panic")
# The others as apimachinery's util/runtime logs it, new and old, before it panics again.
_GO_PANIC = re.compile(
    r"^(?:panic|fatal error): (?P<message>.*)$"
    r"|Observed a panic\" panic=\"(?P<new>[^\"]{0,400})\""
    r"|Observed a panic: (?:.{0,600} \((?P<old>[^)]{1,300})\)$)?"
)


def traces(lines: Sequence[Line]) -> tuple[Trace, ...]:
    """All stack traces of a log, in its order."""
    found: list[Trace] = []
    index = 0
    while index < len(lines):
        trace = _at(lines, index)
        if trace is None:
            index += 1
        else:
            found.append(trace)
            index = max(trace.end, index + 1)
    return tuple(found)


def _at(lines: Sequence[Line], index: int) -> Trace | None:
    text = lines[index].text
    if text.endswith("Traceback (most recent call last):"):
        return _python(lines, index)
    go = _GO_PANIC.search(text) if any(sign in text for sign in _GO_SIGNS) else None
    if go:
        return panics.go(lines, index, next(filter(None, go.groups()), ""))
    for words, read in _BY_WORDS:
        if words in text:
            trace = read(lines, index)
            if trace is not None:
                return trace
    return None


def _python(lines: Sequence[Line], start: int) -> Trace | None:
    raised: list[Raised] = []
    place = ""
    index = start
    stop = min(len(lines), start + LONGEST)
    while index < stop:
        index, own = _python_frames(lines, index + 1, stop)
        place = own or place
        if index >= stop:
            break
        found = _PYTHON_END.match(lines[index].text.strip())
        if not found:
            break
        index, message = _continued(lines, index, found["message"] or "")
        raised.append(Raised(short(found["name"]), message, index - 1))
        follower = _python_chain(lines, index)
        if follower is None:
            break
        index, context = follower
        raised[-1] = msgspec.structs.replace(raised[-1], context=context)
    if not raised:
        return None
    fatal = not lines[start].text.startswith(" ") and index >= len(lines) - 2
    return Trace(raised=tuple(raised), place=place, start=start, end=index, fatal=fatal)


def _python_frames(lines: Sequence[Line], index: int, stop: int) -> tuple[int, str]:
    """The index after the frames, and the last frame of the program's own code."""
    own = last = ""
    while index < stop and lines[index].text[:1] in (" ", "\t", ""):
        frame = _PYTHON_FRAME.match(lines[index].text)
        if frame:
            last = f"{frame['file']}:{frame['line']}"
            own = own if LIBRARY.search(frame["file"]) else last
        index += 1
    return index, own or last


def _python_chain(lines: Sequence[Line], index: int) -> tuple[int, bool] | None:
    """Where the next traceback of a chain starts, and whether the one before was handled."""
    if index + 1 >= len(lines):
        return None
    words = lines[index].text
    handled = words.startswith("During handling of the above exception")
    if not handled and not words.startswith("The above exception was the direct cause"):
        return None
    if not lines[index + 1].text.startswith("Traceback (most recent"):
        return None
    return index + 1, handled


def _continued(lines: Sequence[Line], index: int, message: str) -> tuple[int, str]:
    """A message may have more lines, which are indented or follow a heading."""
    parts = [message]
    end = index + 1
    while end < len(lines) and end - index <= 12:
        text = lines[end].text
        indented = text.startswith(" ")
        named = parts[0].rstrip().endswith(("Settings", "Config")) or "validation error" in parts[0]
        if text.startswith(("During handling", "The above exc", "Traceback")):
            break
        if not indented and not (named and re.fullmatch(r"[\w.]{1,80}", text)):
            break
        parts.append(text.strip())
        end += 1
    return end, "\n".join(parts)


def _framed(lines: Sequence[Line], index: int) -> Trace | None:
    """Java, Node and .NET: a header, frames that begin with "at", causes after them."""
    header = _HEADER.search(lines[index].text)
    if header is None:
        return None
    first = index + 1
    while first < min(len(lines), index + 8) and not _ANY_FRAME.match(lines[first].text):
        if _HEADER.search(lines[first].text) or _CAUSED.match(lines[first].text):
            break
        first += 1
    if first >= len(lines):
        return None
    if not _ANY_FRAME.match(lines[first].text) and not _CAUSED.match(lines[first].text):
        return None
    more = " ".join(line.text.strip() for line in lines[index + 1 : first])
    message = " ".join(part for part in (header["code"], header["message"], more) if part)
    raised = [*_inner(message, index), Raised(short(header["name"]), message, index)]
    place, end, causes = _frames(lines, first)
    before = lines[index].text.lower() + (lines[index - 1].text.lower() if index else "")
    fatal = any(word in before for word in _FATAL) or _node_died(lines, end)
    return Trace(
        raised=(*reversed(causes), *raised), place=place, start=index, end=end, fatal=fatal
    )


def _inner(message: str, index: int) -> Iterator[Raised]:
    """.NET writes inner exceptions into the header's line."""
    for part in reversed(message.split(" ---> ")[1:]):
        name, _, words = part.partition(": ")
        yield Raised(short(name), words, index)


def _frames(lines: Sequence[Line], index: int) -> tuple[str, int, list[Raised]]:
    causes: list[Raised] = []
    own = first = ""
    stop = min(len(lines), index + LONGEST)
    while index < stop:
        text = lines[index].text
        cause = _CAUSED.match(text)
        if cause:
            causes.append(Raised(short(cause["name"]), cause["message"] or "", index))
            own = ""
        elif not _ANY_FRAME.match(text) and not text.startswith(("    ", "\t", "  }", "}")):
            break
        frame = _JVM_FRAME.match(text) or _V8_FRAME.match(text) or _NET_FRAME.match(text)
        if frame and frame["line"]:
            where = f"{frame['file']}:{frame['line']}"
            first = first or where
            what = frame.groupdict().get("what") or frame["file"]
            own = own or ("" if LIBRARY.search(what) else where)
        index += 1
    return own or first, index, causes


def _node_died(lines: Sequence[Line], end: int) -> bool:
    return any(line.text.startswith("Node.js v") for line in lines[end : end + 4])


_BY_WORDS = (
    (" panicked at ", panics.rust),
    ("Uncaught ", panics.php),
    (":in ", panics.ruby),
    ("xception", _framed),
    ("Error", _framed),
    ("Throwable", _framed),
)

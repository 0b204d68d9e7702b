"""What a log says about why its program ended."""

from __future__ import annotations

import msgspec

UNHANDLED = "UnhandledException"


class LogFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One reason that a log gives. Empty fields are not told by the log."""

    code: str
    """A code of the closed list of causes."""
    text: str
    """The program's own words, one line, redacted."""
    lines: tuple[str, ...]
    """The lines that prove it, at most four, redacted, in the order of the log."""
    exception: str = ""
    message: str = ""
    place: str = ""
    """`file:line` of the program's own code."""
    host: str = ""
    port: int = 0
    variable: str = ""
    file: str = ""
    sure: bool = True
    """Whether the words allow no other reading."""
    ended: bool = True
    """Whether the program ended for it, as far as its log tells; else it went on."""
    memory: bool = False
    """Whether the program ran out of memory."""

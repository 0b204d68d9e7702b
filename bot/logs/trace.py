"""What every runtime's stack trace comes to, and what their readers share."""

from __future__ import annotations

import re

import msgspec

LONGEST = 200
"""Lines that are looked at of one trace."""
NAME = r"(?P<name>(?:[A-Za-z_][\w$]{0,80}[.:]{1,2}){0,12}[A-Za-z_]\w{0,100})"
"""The name of an exception, with its packages."""
LIBRARY = re.compile(
    r"site-packages|dist-packages|/usr/lib/python|/lib/python3|<frozen|"
    r"node_modules|node:|internal/|"
    r"/usr/local/go/|/go/pkg/mod/|/gems/|/rustc/|\.cargo/|^(?:java|javax|jdk|sun|"
    r"com\.sun|org\.spring"
    r"framework|org\.apache|org\.hibernate|kotlin|scala|io\.netty|reactor|"
    r"com\.zaxxer|org\.postgresql)\."
)
"""Places of runtimes and libraries: whoever reads wants the line of their own program."""


class Raised(msgspec.Struct, frozen=True):
    """One exception. `name` is without its package; `line` is where it stands in the log."""

    name: str
    message: str
    line: int
    context: bool = False
    """Whether it was already handled when a later one of the chain was raised."""


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """A chain of exceptions, the innermost first, in lines `start` to `end` (exclusive)."""

    raised: tuple[Raised, ...]
    place: str
    start: int
    end: int
    fatal: bool
    """Whether the runtime itself says that nothing caught it."""


def short(name: str) -> str:
    """The name of an exception without its packages."""
    return re.split(r"[.:]", name.strip())[-1].strip("$")

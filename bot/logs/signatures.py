"""What programs and their client libraries write about well-known faults, one row a form.

The order within a line: a row that stands earlier is nearer to the fault than a later one ("cannot
load the configuration: open /etc/x: no such file" is a missing file).
"""

from __future__ import annotations

import re

import msgspec

from bot.logs.signatures_files import FILES
from bot.logs.signatures_logins import LOGINS
from bot.logs.signatures_network import NETWORK
from bot.logs.signatures_programs import PROGRAMS
from bot.logs.signatures_settings import SETTINGS
from bot.patterns import Pattern


class Signature(msgspec.Struct, frozen=True):
    """A form of words and the code that it proves. `hints`: one of them is in the line, lower."""

    code: str
    hints: tuple[str, ...]
    pattern: Pattern
    sure: bool
    memory: bool


def _rows() -> tuple[Signature, ...]:
    return tuple(
        Signature(
            code.removesuffix("?").removesuffix("+memory"),
            tuple(hints.split("|")),
            Pattern(pattern),
            not code.endswith("?"),
            "+memory" in code,
        )
        for code, hints, pattern in (*LOGINS, *NETWORK, *FILES, *SETTINGS, *PROGRAMS)
    )


SIGNATURES = _rows()


def signature_of(text: str) -> tuple[Signature, re.Match[str]] | None:
    """The row that the text fits first, with what it names."""
    low = text.lower()
    for signature in SIGNATURES:
        if any(hint in low for hint in signature.hints):
            found = signature.pattern.search(text)
            if found:
                return signature, found
    return None

"""A regular expression that is compiled when it is first needed.

The tables of texts hold a thousand; a command looks at a few lines, and most rows are ruled out by
a word that they must hold. Compiling them all took a tenth of a second of every start.
"""

from __future__ import annotations

import re
from functools import cached_property


class Pattern:
    """Searches without regard to case, unless other `flags` are given; equal by its text."""

    def __init__(self, pattern: str, flags: re.RegexFlag = re.IGNORECASE) -> None:
        self.pattern = pattern
        self.flags = flags

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pattern) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @cached_property
    def _key(self) -> tuple[str, int]:
        return self.pattern, int(self.flags)

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, self.flags)

    def search(self, text: str) -> re.Match[str] | None:
        """The first match."""
        return self._compiled.search(text)

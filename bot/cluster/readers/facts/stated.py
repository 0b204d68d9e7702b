"""What every fact carries."""

from __future__ import annotations

import msgspec


class Stated(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """A fact read from a text; `words` are the words that say it, from the inside of the text."""

    words: str = ""

"""A cause of the closed list: its metadata and the pure function that rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from bot.report import Layer, Rank, Ruling
from bot.view import View


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """One way to fail. `code` is a contract: users route on it, tests score it."""

    code: str
    title: str
    """Finishes the sentence "Because …"."""
    layer: Layer
    rank: Rank = Rank.FAULT
    doc: str
    """Seen as, Confirmed if, Ruled out if, By hand: a file of one cause passes its docstring."""
    check: Callable[[View], Iterable[Ruling]]

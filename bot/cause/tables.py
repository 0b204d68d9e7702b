"""Families of causes that differ by a row: one rule gives the code, the rows give the metadata."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

import msgspec

from bot.cause import Cause
from bot.report import Layer, Rank, Ruling
from bot.view import View


class DocLines(NamedTuple):
    """The lines of the documentation of one code."""

    seen_as: str
    confirmed_if: str
    ruled_out_if: str
    by_hand: str

    def doc(self, title: str) -> str:
        """The documentation in the form that a file of one cause has."""
        return (
            f"Because {title}.\n\n"
            f"Seen as:       {self.seen_as}\n"
            f"Confirmed if:  {self.confirmed_if}\n"
            f"Ruled out if:  {self.ruled_out_if}\n"
            f"By hand:       {self.by_hand}\n"
        )


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """The metadata of one code. The four last fields are the lines of its documentation."""

    code: str
    title: str
    rank: Rank = Rank.FAULT
    seen_as: str
    confirmed_if: str
    ruled_out_if: str
    by_hand: str

    @property
    def doc(self) -> str:
        """The documentation in the form that a file of one cause has."""
        lines = DocLines(self.seen_as, self.confirmed_if, self.ruled_out_if, self.by_hand)
        return lines.doc(self.title)


class Coded(msgspec.Struct, frozen=True):
    """A ruling, and the code whose ruling it is."""

    code: str
    ruling: Ruling


Rule = Callable[[View], Iterable[Coded]]


def causes_of(family: str, layer: Layer, rows: Sequence[Row], rule: Rule) -> tuple[Cause, ...]:
    """A cause for each row. The rule is asked once for each view, whatever the number of rows."""
    return tuple(
        Cause(
            code=row.code,
            title=row.title,
            layer=layer,
            rank=row.rank,
            doc=row.doc,
            check=partial(_rulings, family, rule, row.code),
        )
        for row in rows
    )


def _rulings(family: str, rule: Rule, code: str, view: View) -> Iterator[Ruling]:
    for coded in view.remember(f"the family {family}", lambda: tuple(rule(view))):
        if coded.code == code:
            yield coded.ruling

"""The patterns of `branches`, `tags` and `paths`: neither fnmatch nor regular expressions.

`*` stops at a slash, `**` does not, `?` and `+` repeat the character before them, `[]` names one
character, `!` in front excludes, and of several patterns that match the last one decides:
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet

Matching walks all states of the pattern at once, so that no pattern can make it slow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from functools import lru_cache

import msgspec

_LONGEST = 1024
_LAST_OF_ASCII = 127


class _Repeat(Enum):
    ONCE = "once"
    OPTIONAL = "optional"
    MANY = "many"
    SOME = "some"


class _Piece(msgspec.Struct, frozen=True):
    """One character of the pattern: which characters it takes, and how often."""

    takes: frozenset[str] | None
    """None takes any character."""
    repeat: _Repeat = _Repeat.ONCE
    no_slash: bool = False
    folder: bool = False
    """`**/` is a path that ends in a slash, or nothing at all."""

    def accepts(self, character: str) -> bool:
        if self.takes is not None:
            return character in self.takes
        return not (self.no_slash and character == "/")


class Pattern(msgspec.Struct, frozen=True):
    """One line of a filter: `text` as written, and whether it excludes."""

    text: str
    negative: bool

    def matches(self, value: str) -> bool:
        """Whether the whole value fits, `!` left aside."""
        if len(value) > _LONGEST or len(self.text) > _LONGEST:
            return False
        pieces = _compile(self.text.removeprefix("!") if self.negative else self.text)
        return _walk(pieces, value)


def patterns(lines: Iterable[str]) -> tuple[Pattern, ...]:
    """The lines of a filter, in order."""
    return tuple(Pattern(line, line.startswith("!")) for line in lines)


def selects(lines: Sequence[str], value: str) -> bool:
    """Whether `branches`, `tags` or `paths` with these lines take the value: last match wins."""
    deciding = deciding_pattern(lines, value)
    return deciding is not None and not deciding.negative


def deciding_pattern(lines: Sequence[str], value: str) -> Pattern | None:
    """The last pattern that matches the value, or None."""
    return next((p for p in reversed(patterns(lines)) if p.matches(value)), None)


@lru_cache(maxsize=512)
def _compile(text: str) -> tuple[_Piece, ...]:
    pieces: list[_Piece] = []
    at = 0
    while at < len(text):
        piece, width = _piece(text, at, bool(pieces))
        if piece is None:
            pieces[-1] = _repeated(pieces[-1], text[at])
        else:
            pieces.append(piece)
        at += width
    return tuple(pieces)


def _piece(text: str, at: int, may_repeat: bool) -> tuple[_Piece | None, int]:
    """The piece that starts here and its width; None stands for a repeat of the one before."""
    character = text[at]
    if character == "*":
        return _star(text, at)
    if character in "?+" and may_repeat:
        return None, 1
    if character == "\\" and at + 1 < len(text):
        return _Piece(frozenset(text[at + 1])), 2
    closing = text.find("]", at + 1)
    if character == "[" and closing > at + 1:
        return _Piece(_members(text[at + 1 : closing])), closing - at + 1
    return _Piece(frozenset(character)), 1


def _star(text: str, at: int) -> tuple[_Piece, int]:
    if text.startswith("**/", at):
        return _Piece(None, _Repeat.MANY, folder=True), 3
    if text.startswith("**", at):
        return _Piece(None, _Repeat.MANY), 2
    return _Piece(None, _Repeat.MANY, no_slash=True), 1


def _members(text: str) -> frozenset[str]:
    members: set[str] = set()
    at = 0
    while at < len(text):
        if text[at + 1 : at + 2] == "-" and at + 2 < len(text):
            last = min(ord(text[at + 2]), _LAST_OF_ASCII)
            members.update(chr(code) for code in range(ord(text[at]), last + 1))
            at += 3
        else:
            members.add(text[at])
            at += 1
    return frozenset(members)


def _repeated(piece: _Piece, sign: str) -> _Piece:
    if piece.repeat is not _Repeat.ONCE:
        return piece
    repeat = _Repeat.OPTIONAL if sign == "?" else _Repeat.SOME
    return _Piece(piece.takes, repeat, no_slash=piece.no_slash)


def _walk(pieces: tuple[_Piece, ...], value: str) -> bool:
    states = _closure({0}, pieces)
    for character in value:
        states = _closure(_step(states, pieces, character), pieces)
        if not states:
            return False
    return len(pieces) in states


def _step(states: set[int], pieces: tuple[_Piece, ...], character: str) -> set[int]:
    """The states after one character. A negative state is in the middle of a folder."""
    following: set[int] = set()
    for state in states:
        index = state if state >= 0 else -state - 1
        if index == len(pieces) or not pieces[index].accepts(character):
            continue
        piece = pieces[index]
        if piece.folder:
            following.add(-index - 1)
            if character == "/" and state < 0:
                following.add(index + 1)
        elif piece.repeat is _Repeat.MANY:
            following.add(index)
        else:
            following.add(index + 1)
            if piece.repeat is _Repeat.SOME:
                following.add(index)
    return following


def _closure(states: set[int], pieces: tuple[_Piece, ...]) -> set[int]:
    """Add what is reached without a character: optional pieces may be left out."""
    pending = list(states)
    reached = set(states)
    while pending:
        state = pending.pop()
        skippable = 0 <= state < len(pieces) and pieces[state].repeat in {
            _Repeat.OPTIONAL,
            _Repeat.MANY,
        }
        if skippable and state + 1 not in reached:
            reached.add(state + 1)
            pending.append(state + 1)
    return reached

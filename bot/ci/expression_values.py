"""Values of GitHub's expression language, among them the value that nobody knows.

`Unknown` keeps what is known of a text (`*/api` for `${{ secrets.USER }}/api`), so that a condition
may still be decided and a name may still be compared.
Coercion and comparison: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

import msgspec


class Unknown(msgspec.Struct, frozen=True):
    """A value that depends on what we have not seen; None among the parts is the unseen piece."""

    parts: tuple[str | None, ...] = (None,)
    names: tuple[str, ...] = ()
    """The references that it depends on, such as `secrets.TOKEN`."""

    @property
    def could_be_empty(self) -> bool:
        """Whether the whole text may turn out to be empty."""
        return not any(self.parts)

    def may_equal(self, text: str) -> bool:
        """Whether some value of the unseen pieces gives this text, case aside."""
        return _fits([part if part is None else part.lower() for part in self.parts], text.lower())


Value = None | bool | float | str | tuple["Value", ...] | Mapping[str, "Value"] | Unknown


def truth(value: Value) -> bool | None:
    """What a condition makes of a value; None when that is not known."""
    if isinstance(value, Unknown):
        return None if value.could_be_empty else True
    if isinstance(value, (tuple, Mapping)):
        return True
    if isinstance(value, float):
        return not (value == 0 or math.isnan(value))
    return bool(value)


def as_text(value: Value) -> str | Unknown:
    """What stands in a text in place of `${{ … }}`."""
    match value:
        case Unknown() | str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
        case tuple():
            return "Array"
        case _:
            return "Object"


def join(pieces: list[str | Unknown]) -> str | Unknown:
    """One text out of known and unknown pieces."""
    if not any(isinstance(piece, Unknown) for piece in pieces):
        return "".join(piece for piece in pieces if isinstance(piece, str))
    parts: list[str | None] = []
    names: list[str] = []
    for piece in pieces:
        if isinstance(piece, Unknown):
            names += piece.names
        for part in piece.parts if isinstance(piece, Unknown) else (piece,):
            if part and parts and parts[-1] is not None:
                parts[-1] += part
            elif part or (part is None and (not parts or parts[-1] is not None)):
                parts.append(part)
    return Unknown(tuple(parts), tuple(dict.fromkeys(names)))


def equal(left: Value, right: Value) -> bool | Unknown:
    """Loose equality: strings without regard to case, different types as numbers."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return _equal_unknown(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return left.lower() == right.lower()
    if type(left) is type(right) and not isinstance(left, float):
        return left is right or (not isinstance(left, (tuple, Mapping)) and left == right)
    first, second = as_number(left), as_number(right)
    return first == second


def less(left: Value, right: Value) -> bool | Unknown:
    """Whether the left value is smaller; texts are compared without regard to case."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return _merged(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return left.lower() < right.lower()
    return as_number(left) < as_number(right)


def as_number(value: Value) -> float:
    """The number that a comparison makes of a value of another type; NaN where it is none."""
    match value:
        case None:
            return 0.0
        case bool() | float():
            return float(value)
        case str():
            return _number_of(value.strip())
        case _:
            return math.nan


def from_json(value: object) -> Value:
    """A decoded JSON value as a value of the language."""
    match value:
        case None | bool() | str():
            return value
        case int() | float():
            return float(value)
        case list() | tuple():
            return tuple(from_json(item) for item in value)
        case dict():
            return {str(key): from_json(item) for key, item in value.items()}
        case Unknown():
            return value
        case _:
            return Unknown()


def to_json(value: Value) -> str | Unknown:
    """What toJSON prints."""
    unknown = _first_unknown(value)
    if unknown is not None:
        return Unknown(names=unknown.names)
    return json.dumps(_plain(value), indent=2)


def _plain(value: Value) -> object:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _first_unknown(value: Value) -> Unknown | None:
    if isinstance(value, Unknown):
        return value
    items = value.values() if isinstance(value, Mapping) else value
    if not isinstance(value, (Mapping, tuple)):
        return None
    return next((found for item in items if (found := _first_unknown(item))), None)  # type: ignore[union-attr]


def _number_of(text: str) -> float:
    if not text:
        return 0.0
    try:
        return float(int(text, 16)) if text.lower().startswith("0x") else float(text)
    except (ValueError, OverflowError):
        return math.nan


def _equal_unknown(left: Value, right: Value) -> bool | Unknown:
    unknown, other = (left, right) if isinstance(left, Unknown) else (right, left)
    if isinstance(unknown, Unknown) and isinstance(other, str) and not unknown.may_equal(other):
        return False
    return _merged(left, right)


def _merged(left: Value, right: Value) -> Unknown:
    names = [name for side in (left, right) if isinstance(side, Unknown) for name in side.names]
    return Unknown(names=tuple(dict.fromkeys(names)))


def _fits(parts: list[str | None], text: str) -> bool:
    """Whether the text is the known parts in order with anything in between."""
    if None not in parts:
        return "".join(part for part in parts if part) == text
    head, tail = parts[0] or "", parts[-1] or ""
    if not (text.startswith(head) and text.endswith(tail)) or len(text) < len(head) + len(tail):
        return False
    at, end = len(head), len(text) - len(tail)
    for part in parts[1:-1]:
        if part:
            at = text.find(part, at, end)
            if at < 0:
                return False
            at += len(part)
    return True

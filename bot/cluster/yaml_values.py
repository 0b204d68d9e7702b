"""YAML into plain values, as Kubernetes reads it, and from hostile hands.

Built from libyaml's events: several times as fast as a loader that resolves each scalar by regular
expressions. Times stay texts, `1:30` is no number, `0644` is octal. An alias may not unfold a small
file into a large one, nor refer to what it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import yaml

_MOST_NODES = 2_000_000
_WORDS: dict[str, bool | None] = {
    spelt: value
    for word, value in (
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("yes", True),
        ("on", True),
        ("false", False),
        ("no", False),
        ("off", False),
    )
    for spelt in (word, word.capitalize(), word.upper())
}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,30})")
_OCTAL = re.compile(r"0o?([0-7]{1,22})")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]{1,16}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,30}|[0-9]{1,30}(?:\.[0-9]{0,30})?)(?:[eE][-+]?[0-9]{1,3})?")
_TEXT_TAG = "tag:yaml.org,2002:str"


def load(text: str) -> Any:
    """Read one document; None when there is nothing in it.

    Raises yaml.YAMLError for a text that is no YAML, and ValueError for one that unfolds.
    """
    builder = _Builder()
    for event in yaml.parse(text, yaml.CSafeLoader):
        builder.take(event)
    return builder.value


class _Open:
    """A list or map that has not ended: with the key that waits for its value."""

    def __init__(self, value: dict[Any, Any] | list[Any], anchor: str | None, began: int) -> None:
        self.value = value
        self.anchor = anchor
        self.began = began
        self.key: Any = _NOTHING

    def add(self, value: Any) -> None:
        if isinstance(self.value, list):
            self.value.append(value)
        elif self.key is _NOTHING:
            self.key = value if isinstance(value, str) else _as_text(value)
        else:
            self.value[self.key] = value
            self.key = _NOTHING


_NOTHING = object()


class _Builder:
    def __init__(self) -> None:
        self.value: Any = None
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._nodes = 0

    def take(self, event: Any) -> None:
        """Take the next event."""
        match event:
            case yaml.ScalarEvent():
                value = _scalar(event)
                self._count(1)
                self._name(event.anchor, value, 1)
                self._add(value)
            case yaml.MappingStartEvent():
                self._begin({}, event.anchor)
            case yaml.SequenceStartEvent():
                self._begin([], event.anchor)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._end()
            case yaml.AliasEvent():
                value, nodes = self._anchors.get(event.anchor or "", (None, 0))
                if not nodes:
                    raise ValueError(f"the alias *{event.anchor} has nothing to stand for")
                self._count(nodes)
                self._add(value)
            case _:
                pass

    def _begin(self, value: dict[Any, Any] | list[Any], anchor: str | None) -> None:
        self._open.append(_Open(value, anchor, self._nodes))
        self._count(1)

    def _end(self) -> None:
        ended = self._open.pop()
        value = _merged(ended.value) if isinstance(ended.value, dict) else ended.value
        self._name(ended.anchor, value, self._nodes - ended.began)
        self._add(value)

    def _add(self, value: Any) -> None:
        if self._open:
            self._open[-1].add(value)
        else:
            self.value = value

    def _name(self, anchor: str | None, value: Any, nodes: int) -> None:
        if anchor:
            self._anchors[anchor] = (value, nodes)

    def _count(self, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > _MOST_NODES:
            raise ValueError("too many values; are there aliases in it?")


def _scalar(event: Any) -> Any:
    text: str = event.value
    if event.style or event.tag == _TEXT_TAG:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return _number(text) if text[0] in "-+.0123456789" else text


def _number(text: str) -> int | float | str:
    if _INTEGER.fullmatch(text):
        return int(text)
    if octal := _OCTAL.fullmatch(text):
        return int(octal[1], 8)
    if _HEXADECIMAL.fullmatch(text):
        return int(text, 16)
    return float(text) if _FLOAT.fullmatch(text) else text


def _as_text(key: Any) -> str:
    """Give a key as JSON has it: a text."""
    if isinstance(key, bool):
        return str(key).lower()
    if isinstance(key, dict | list):
        raise ValueError("a map or list cannot be a key")  # noqa: TRY004 - broken, not a bug
    return "null" if key is None else str(key)


def _merged(value: dict[str, Any]) -> dict[str, Any]:
    """Take in the maps under `<<`, which the map's own keys win over."""
    below = value.pop("<<", None)
    if below is None:
        return value
    maps: Iterable[Any] = below if isinstance(below, list) else (below,)
    merged: dict[str, Any] = {}
    for one in maps:
        if isinstance(one, dict):
            merged = {**one, **merged}
    return {**merged, **value}

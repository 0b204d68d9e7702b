"""YAML as GitHub reads it: a tree that knows its lines, and none of YAML 1.1's surprises.

`on`, `yes` and `off` are words, a repeated key is a mistake, and no file can grow by aliases or
nest until the reader falls over. Only true, false, null and numbers have a type of their own:
https://github.com/actions/languageservices/blob/main/workflow-parser/src/workflows/yaml-object-reader.ts
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import yaml

_MOST_CHARACTERS = 512 * 1024
_MOST_NODES = 50_000
_DEEPEST = 50
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(r"[-+]?(?:\d{1,40}(?:\.\d{0,40})?(?:[eE][-+]?\d{1,4})?|0x[0-9a-fA-F]{1,16})")


class InvalidWorkflow(msgspec.Struct, frozen=True, tag=True):
    """GitHub would refuse the file: the line (from 1), and why in one sentence."""

    line: int
    sentence: str


class InvalidWorkflowError(ValueError):
    """Carries an `InvalidWorkflow` out of the depths of reading; no caller outside sees it."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = InvalidWorkflow(line, sentence)


class Scalar(msgspec.Struct, frozen=True):
    """A single value. `plain` means not quoted, so that it may be null, a boolean or a number."""

    text: str
    plain: bool
    line: int

    @property
    def is_null(self) -> bool:
        """Whether nothing stands there."""
        return self.plain and self.text in {"", "~", "null", "Null", "NULL"}

    @property
    def boolean(self) -> bool | None:
        """True, False, or None for anything else."""
        if self.plain and self.text in {"true", "True", "TRUE"}:
            return True
        return False if self.plain and self.text in {"false", "False", "FALSE"} else None

    @property
    def is_number(self) -> bool:
        """Whether an unquoted number stands there."""
        return self.plain and _NUMBER.fullmatch(self.text) is not None


class Sequence(msgspec.Struct, frozen=True):
    """A list of nodes."""

    items: tuple[Node, ...]
    line: int


class Entry(msgspec.Struct, frozen=True):
    """One key of a mapping and what it holds."""

    key: str
    value: Node
    line: int


class Mapping(msgspec.Struct, frozen=True):
    """Keys in the order of the file; no two are equal, upper and lower case aside."""

    entries: tuple[Entry, ...]
    line: int

    def find(self, key: str) -> Node | None:
        """The value of a key, or None where it is not there."""
        return next((entry.value for entry in self.entries if entry.key == key), None)


Node = Scalar | Sequence | Mapping


def read(text: str) -> Node:
    """Read one document. Raises InvalidWorkflowError with the line and the reason."""
    if len(text) > _MOST_CHARACTERS:
        raise InvalidWorkflowError(1, f"the file is longer than {_MOST_CHARACTERS // 1024} KiB")
    try:
        return _Reader(yaml.parse(text, Loader=_LOADER)).document()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it is not YAML"
        line = mark.line + 1 if mark else 1
        raise InvalidWorkflowError(line, f"the YAML cannot be read: {problem}") from error
    except (UnicodeError, ValueError) as error:
        if isinstance(error, InvalidWorkflowError):
            raise
        raise InvalidWorkflowError(1, "the file holds characters that YAML forbids") from error


class _Reader:
    """Builds the tree from the parser's events, counting nodes and depth on the way."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._nodes = 0

    def document(self) -> Node:
        root: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise InvalidWorkflowError(_line(event), "the file holds several documents")
                root = self._node(next(self._events), 0)
        if root is None:
            raise InvalidWorkflowError(1, "the file is empty")
        return root

    def _node(self, event: Any, depth: int) -> Node:
        line, before = _line(event), self._nodes
        self._count(1, line)
        if depth > _DEEPEST:
            raise InvalidWorkflowError(line, f"the file nests deeper than {_DEEPEST} levels")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(str(event.anchor), line)
        node: Node
        if event.tag is not None and not event.tag.startswith("tag:yaml.org,2002:"):
            raise InvalidWorkflowError(line, f"unexpected tag {event.tag[:60]!r}: quote the text")
        if isinstance(event, yaml.ScalarEvent):
            node = Scalar(event.value, bool(event.implicit[0]), line)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = Sequence(tuple(self._items(depth)), line)
        else:
            node = Mapping(tuple(self._entries(depth)), line)
        if event.anchor:
            self._anchors[event.anchor] = (node, self._nodes - before)
        return node

    def _alias(self, name: str, line: int) -> Node:
        if name not in self._anchors:
            raise InvalidWorkflowError(line, f"the alias *{name} stands for nothing")
        node, size = self._anchors[name]
        self._count(size, line)
        return node

    def _count(self, nodes: int, line: int) -> None:
        self._nodes += nodes
        if self._nodes > _MOST_NODES:
            raise InvalidWorkflowError(line, f"the file has more than {_MOST_NODES} values")

    def _items(self, depth: int) -> Iterator[Node]:
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self._node(event, depth + 1)

    def _entries(self, depth: int) -> Iterator[Entry]:
        seen: set[str] = set()
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                return
            key = self._node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise InvalidWorkflowError(key.line, "a key must be a single word")
            if key.text.lower() in seen:
                raise InvalidWorkflowError(key.line, f"the key {key.text!r} is given twice")
            seen.add(key.text.lower())
            yield Entry(key.text, self._node(next(self._events), depth + 1), key.line)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1

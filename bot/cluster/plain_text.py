"""JSON and YAML texts into plain values, document by document, with the line where each begins."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import yaml

from bot.cluster import yaml_values

_SEPARATOR = re.compile(r"^---(?=[ \t\r]*(?:$|#|[^-\s]))[^\n]*$", re.M)
_BETWEEN = re.compile(r"[\s,]*")
_ITEMS = re.compile(r"\"items\"\s{0,20}:\s{0,20}\[")
_BARE = re.compile(r"^---[ \t]*(?:#[^\n]*)?$")


class Value(msgspec.Struct, frozen=True):
    """A document. `whole` is False for a list that ends in the middle."""

    value: Any
    line: int
    whole: bool = True


class Broken(msgspec.Struct, frozen=True):
    """A document that could not be read: the line, a sentence, and its text."""

    line: int
    why: str
    text: str


Found = Value | Broken


# --- YAML -------------------------------------------------------------------------------------


def yaml_documents(text: str) -> Iterator[Found]:
    """Read each document of a YAML text; a broken one does not hide the others."""
    for line, part in _documents(text):
        try:
            value = yaml_values.load(part)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            at = line + (mark.line if mark else 0)
            if mark and (partial := _items_before(part, mark.index)) is not None:
                yield Value(partial, line, whole=False)
            yield Broken(at, f"broken YAML ({error.problem or error.context})", part)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            yield Broken(line, f"broken YAML ({' '.join(str(error).split())[:200]})", part)
        else:
            if value is not None:
                yield Value(value, line)


def _documents(text: str) -> Iterator[tuple[int, str]]:
    """Cut at the lines that begin a document; `---` in the first column cannot be anything else."""
    line, start = 1, 0
    for separator in _SEPARATOR.finditer(text):
        part = text[start : separator.start()]
        if part.strip():
            yield line, part
        line += part.count("\n")
        start = separator.end() if _BARE.match(separator.group()) else separator.start() + 3
    if text[start:].strip():
        yield line, text[start:]


def _items_before(part: str, broken_at: int) -> Any:
    """Read the items of a list that stand before the break; None when it is no list."""
    if "\nitems:" not in f"\n{part}":
        return None
    last = max(part.rfind("\n- ", 0, broken_at), part.rfind("\n  - apiVersion:", 0, broken_at))
    try:
        value = yaml_values.load(part[: last + 1])
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return {"kind": "List", **value} if isinstance(value, dict) else None


# --- JSON -------------------------------------------------------------------------------------


def json_values(text: str) -> Iterator[Found]:
    """Read JSON values one after another, as `kubectl cluster-info dump` prints them.

    Of a list that breaks off, the items before the break are read.
    """
    decoder = json.JSONDecoder()
    at = _skip(text, 0)
    while at < len(text):
        line = text.count("\n", 0, at) + 1
        try:
            value, end = decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError) as error:
            broken_at = getattr(error, "pos", at)
            if partial := _partial_list(text, at, decoder):
                yield Value(partial, line, whole=False)
            why = f"broken JSON ({getattr(error, 'msg', 'nested too deeply')})"
            if broken_at >= len(text.rstrip()) - 1 or why.startswith("broken JSON (Unterminated"):
                why = "the file ends in the middle of a JSON document"
            yield Broken(text.count("\n", 0, broken_at) + 1, why, text[at : at + 4000])
            at = _next_document(text, broken_at)
        else:
            yield Value(value, line)
            at = _skip(text, end)


def _skip(text: str, at: int) -> int:
    """Go on to the next value, over white space and over lines that are no JSON."""
    at = _over_white_space(text, at)
    return at if text[at : at + 1] in ("{", "[", "") else _next_document(text, at)


def _over_white_space(text: str, at: int) -> int:
    match = _BETWEEN.match(text, at)
    return match.end() if match else at


def _next_document(text: str, at: int) -> int:
    """Find the next line that begins with a brace: where the next document must begin."""
    found = text.find("\n{", at)
    return len(text) if found < 0 else found + 1


def _partial_list(text: str, at: int, decoder: json.JSONDecoder) -> dict[str, Any] | None:
    """Read the items of a list that breaks off, as far as they are whole."""
    begin = _ITEMS.search(text, at)
    if begin is None:
        return None
    head = text[at : begin.start()] + text[begin.start() : begin.start() + 400]
    kind = re.search(r"\"kind\"\s{0,9}:\s{0,9}\"([A-Za-z]{0,63}List)\"", head)
    version = re.search(
        r"\"apiVersion\"\s{0,9}:\s{0,9}\"([^\"]{0,100})\"", text[at : begin.start()]
    )
    items: list[Any] = []
    position = begin.end()
    while True:
        position = _over_white_space(text, position)
        try:
            item, position = decoder.raw_decode(text, position)
        except (json.JSONDecodeError, RecursionError):
            break
        items.append(item)
    return {
        "kind": kind.group(1) if kind else "List",
        "apiVersion": version.group(1) if version else "",
        "items": items,
    }

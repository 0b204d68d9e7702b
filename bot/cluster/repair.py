"""Mend values that do not fit our types: at the one place that the decoder points at. Pure."""

from __future__ import annotations

import re
from typing import Any

_PART = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|(\[\.\.\.\])")


def repair(value: Any, path: str) -> str:
    """Mend the part that a path of msgspec points at, or take it out; say which, or nothing."""
    steps: list[str | int] = []
    in_map = False
    for name, index, any_key in _PART.findall(path):
        in_map = bool(any_key)
        if in_map:
            break
        steps.append(int(index) if index else name)
    if not steps:
        return ""
    *parents, last = steps
    for step in parents:
        value = value[step]
    kept = _texts(value[last]) if in_map else None
    if kept is None or kept == value[last]:
        del value[last]
        return "was left out"
    value[last] = kept
    return "was read as text"


def _texts(entries: dict[str, Any]) -> dict[str, str]:
    """Keep the entries of a map that can be texts: an unquoted `1` in YAML was meant as one."""
    return {
        key: str(value).lower() if isinstance(value, bool) else str(value)
        for key, value in entries.items()
        if isinstance(value, str | int | float)
    }


def without_nulls(value: Any) -> Any:
    """Copy a value without its nulls, which Go writes for empty lists and maps."""
    match value:
        case dict():
            return {str(key): without_nulls(v) for key, v in value.items() if v is not None}
        case list():
            return [without_nulls(item) for item in value if item is not None]
        case _:
            return value

"""Fill the tables of docs/configuration.md from the settings themselves; the prose is its own.

python -m tools.configuration
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from config.fields import FIELDS, REGISTRY_FIELDS, Field
from config.settings import Secret, Settings

PAGE = Path(__file__).parent.parent / "docs" / "configuration.md"
_TABLE = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(text: str) -> str:
    """The page with every table as it should be."""
    return _TABLE.sub(lambda match: f"{match[1]}\n{_table(match[2])}\n\n{match[3]}", text)


def _table(name: str) -> str:
    if name == "registry":
        rows = [f"| `{key}` | {meaning} |" for key, meaning in REGISTRY_FIELDS.items()]
        return "\n".join(("| of one registry | meaning |", "|---|---|", *rows))
    section = "" if name == "others" else name
    rows = [
        f"| `{field.variable}` | `{field.path}` | {field.meaning} | {_default(field)} |"
        for field in FIELDS
        if field.section == section
    ]
    head = ("| variable | in the file | meaning | default |", "|---|---|---|---|")
    return "\n".join((*head, *rows))


def _default(field: Field) -> str:
    of = get_type_hints(Settings)[field.section] if field.section else Settings
    value: Any = {each.name: each.default for each in msgspec.structs.fields(of)}[field.name]
    match value:
        case bool():
            return "yes" if value else "no"
        case StrEnum() | int() | str() if str(value):
            return f"`{value}`"
        case float():
            return f"`{value:g}` s"
        case Secret() | str() | tuple():
            return ""
        case _:
            raise TypeError(f"{field.path}: a default of {type(value).__name__} has no words yet")


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

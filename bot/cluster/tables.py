"""Lists as kubectl prints them: the server's own columns, a thirtieth of the bytes of the objects.

https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
"""

from __future__ import annotations

from typing import Any

import msgspec

ACCEPT = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
QUERY = {"includeObject": "None"}
Row = dict[str, str]
"""Cells by lower-case column name."""
_WELL = frozenset({"Running", "Completed", "Succeeded"})


class _Column(msgspec.Struct, frozen=True):
    name: str = ""


class _Row(msgspec.Struct, frozen=True):
    cells: tuple[Any, ...] = ()


class _Table(msgspec.Struct, frozen=True, rename="camel"):
    kind: str = ""
    column_definitions: tuple[_Column, ...] = ()
    rows: tuple[_Row, ...] | None = None


def rows_from_json(body: bytes) -> tuple[Row, ...]:
    """Rows by lower-case column name. Raises msgspec.MsgspecError when it is no table."""
    table = msgspec.json.decode(body, type=_Table)
    if table.kind != "Table":
        raise msgspec.ValidationError(f"a Table was asked for, {table.kind or 'nothing'} came")
    names = [column.name.lower() for column in table.column_definitions]
    return tuple(
        {name: str(cell) for name, cell in zip(names, row.cells, strict=False)}
        for row in table.rows or ()
    )


def row_fails(row: Row) -> bool:
    """Whether a row of the table of pods tells of trouble."""
    ready, _, wanted = row.get("ready", "").partition("/")
    status = row.get("status", "")
    return status not in _WELL or (status == "Running" and ready != wanted)

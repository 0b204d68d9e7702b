"""How all pods and nodes of a live cluster are, from the tables that the server prints.

A table for all namespaces does not say which namespace a row is of, so each is asked by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Protocol, TypeVar

from bot.cluster.decode import Page
from bot.cluster.kinds import Kind, kind_of
from bot.cluster.tables import Row, row_fails
from bot.evidence import Gap
from bot.sources import Overview, PodRow, SourceError

T = TypeVar("T")
_AT_ONCE = 24


class Tabled(Protocol):
    """What an overview asks of a cluster."""

    default_namespace: str

    async def table(self, kind: str, namespace: str) -> tuple[Row, ...]:
        """The rows that kubectl would print."""
        ...

    async def listing(self, kind: Kind, namespace: str = "", *, names_only: bool = False) -> Page:
        """All objects of a kind."""
        ...


async def take(cluster: Tabled) -> Overview:
    """Ask for nodes and pods; what may not be read is a gap, and the rest goes on."""
    turn = asyncio.Semaphore(_AT_ONCE)
    gaps: list[Gap] = []

    async def ask(question: Awaitable[T], subject: str) -> T | None:
        try:
            async with turn:
                return await question
        except SourceError as error:
            gaps.append(error.as_gap("cluster", subject))
            return None

    page, nodes = await asyncio.gather(
        ask(cluster.listing(kind_of("Namespace"), names_only=True), "namespaces"),
        ask(cluster.table("Node", ""), "nodes"),
    )
    spaces = [item.name for item in page.items] if page else [cluster.default_namespace]
    tables = await asyncio.gather(
        *(ask(cluster.table("Pod", space), f"pods in {space}") for space in spaces)
    )
    return Overview(
        pods=tuple(
            _pod(space, row)
            for space, rows in zip(spaces, tables, strict=True)
            for row in rows or ()
        ),
        nodes=len(nodes or ()),
        nodes_ready=_ready(nodes or ()),
        gaps=tuple(gaps),
    )


def _pod(space: str, row: Row) -> PodRow:
    return PodRow(space, row.get("name", ""), row.get("status", ""), well=not row_fails(row))


def _ready(nodes: Sequence[Row]) -> int:
    """Count the nodes that are Ready; `Ready,SchedulingDisabled` is one too."""
    return sum(row.get("status", "").split(",")[0] == "Ready" for row in nodes)

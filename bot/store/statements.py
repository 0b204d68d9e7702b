"""Statements, each executed to its end.

A statement that is cancelled half-way can leave a connection that nobody closes, with a thread
that outlives the event loop. So whoever waits for one may be cancelled; the statement is not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from contextvars import Context
from typing import Any, TypeVar

from sqlalchemy import Executable, RowMapping
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

T = TypeVar("T")


class Statements:
    """Executes statements, each on a connection of its own, which commits by itself."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._running: set[asyncio.Task[Any]] = set()

    async def rows(self, query: Executable) -> Sequence[RowMapping]:
        """What a query finds."""
        return await self._to_the_end(self._rows(query))

    async def change(self, statement: Executable) -> int:
        """How many rows an update or a deletion changed."""
        return await self._to_the_end(self._change(statement))

    async def insert(self, statement: Executable) -> bool:
        """Whether a row was added; False when one with its key is there."""
        try:
            await self.change(statement)
        except IntegrityError:
            return False
        return True

    async def drain(self) -> None:
        """Wait for what is being executed."""
        while self._running:
            await asyncio.wait(self._running)

    async def _to_the_end(self, work: Coroutine[Any, Any, T]) -> T:
        # In an empty context it belongs to no task scope, which would cancel it.
        task = Context().run(asyncio.create_task, work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _rows(self, query: Executable) -> Sequence[RowMapping]:
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).mappings().all()

    async def _change(self, statement: Executable) -> int:
        async with self._engine.connect() as connection:
            return (await connection.execute(statement)).rowcount

"""A block that no task outlives, whoever began it.

Bolt and the Socket Mode client begin tasks that nobody holds, so nobody can wait for them. One
that is left when the database closes opens a connection of its own, which nothing closes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Generator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

log = logging.getLogger(__name__)
_BEGUN: ContextVar[set[asyncio.Task[Any]] | None] = ContextVar("_BEGUN", default=None)
"""The tasks of the block around us: a task inherits the context of whoever begins it."""
_PATIENCE = 5.0
"""Seconds between two requests to end, to a task that did not heed the first."""
_REQUESTS = 2


@asynccontextmanager
async def task_scope() -> AsyncIterator[None]:
    """Cancel, at the end, every task that was begun inside, and wait for it."""
    asyncio.get_running_loop().set_task_factory(_begin)
    begun: set[asyncio.Task[Any]] = set()
    token = _BEGUN.set(begun)
    try:
        yield
    finally:
        _BEGUN.reset(token)
        await _end(begun)


def _begin(
    loop: asyncio.AbstractEventLoop,
    work: Coroutine[Any, Any, Any] | Generator[Any, None, Any],
    **options: Any,
) -> asyncio.Task[Any]:
    task = asyncio.Task(work, loop=loop, **options)
    begun = _BEGUN.get()
    if begun is not None:
        begun.add(task)
        task.add_done_callback(begun.discard)
    return task


async def _end(begun: set[asyncio.Task[Any]]) -> None:
    requests = 0
    while begun and requests < _REQUESTS:
        asked = set(begun)
        for task in asked:
            task.cancel()
        _, deaf = await asyncio.wait(asked, timeout=_PATIENCE)
        requests += bool(deaf)
    for task in begun:
        log.warning("still at work when everything closes: %s", task)

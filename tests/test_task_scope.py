"""No task outlives the block that it was begun in, whoever began it."""

from __future__ import annotations

import asyncio
import inspect
import logging

import pytest

from bot import task_scope as scope
from bot.task_scope import task_scope
from handlers.failures import Tasks


async def _for_ever() -> None:
    await asyncio.Event().wait()


async def test_task_of_a_task_that_nobody_holds_ends_with_the_block() -> None:
    begun: list[asyncio.Task[None]] = []

    async def library() -> None:
        begun.append(asyncio.create_task(_for_ever()))

    async with task_scope():
        await asyncio.create_task(library())
    assert [task.cancelled() for task in begun] == [True]


async def test_task_that_is_begun_while_the_block_ends_does_not_outlive_it() -> None:
    begun: list[asyncio.Task[None]] = []

    async def obstinate() -> None:
        try:
            await _for_ever()
        finally:
            begun.append(asyncio.create_task(_for_ever()))

    async with task_scope():
        asyncio.create_task(obstinate())  # noqa: RUF006  (nobody holds it: that is the point)
        await asyncio.sleep(0)
    assert [task.cancelled() for task in begun] == [True]


async def test_task_of_somebody_else_goes_on() -> None:
    other = asyncio.create_task(_for_ever())
    async with task_scope():
        pass
    await asyncio.sleep(0)
    assert not other.done()
    other.cancel()


async def test_task_that_heeds_nothing_is_named_and_given_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(scope, "_PATIENCE", 0.01)
    free = asyncio.Event()

    async def deaf() -> None:
        while not free.is_set():
            try:
                await free.wait()
            except asyncio.CancelledError:
                continue

    with caplog.at_level(logging.WARNING):
        async with task_scope():
            task = asyncio.create_task(deaf())
            await asyncio.sleep(0)
    assert "deaf" in caplog.text
    free.set()
    await task


async def test_work_that_is_cancelled_before_it_began_is_closed() -> None:
    """A coroutine that nobody awaits warns when it is collected, in whatever test that is."""

    async def work() -> None:
        await _for_ever()

    waiting = work()
    async with task_scope():
        Tasks().spawn(waiting)
    assert inspect.getcoroutinestate(waiting) == inspect.CORO_CLOSED

"""What the scheduler tells the operator's log."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from bot.followup import Scheduling


class Steps:
    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.count = 0
        self.lifted: list[str] = []

    async def step(self, follow_up_id: str) -> None:
        self.count += 1
        self.begun.set()
        await asyncio.Event().wait()

    async def lift(self, mute_id: str) -> None:
        self.lifted.append(mute_id)


async def test_mute_ends_at_its_moment(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/jobs.db")
    scheduling, steps = Scheduling(engine), Steps()
    scheduling.start(steps)
    scheduling.at("mute-1", datetime.now(UTC) - timedelta(hours=1))
    for _ in range(200):
        if steps.lifted:
            break
        await asyncio.sleep(0.01)
    scheduling.stop()
    engine.dispose()
    assert steps.lifted == ["mute-1"]


async def test_long_step_and_end_of_the_process_are_not_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    engine = create_engine(f"sqlite:///{tmp_path}/jobs.db")
    scheduling, steps = Scheduling(engine), Steps()
    scheduling.start(steps)
    scheduling.add("follow-up-1", 0.01)
    await asyncio.wait_for(steps.begun.wait(), 5)
    await asyncio.sleep(0.05)
    scheduling.stop()
    await asyncio.sleep(0.01)
    engine.dispose()
    assert (steps.count, caplog.messages) == (1, [])

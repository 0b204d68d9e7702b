"""The bot is killed between any two steps, and the message goes on to its end, nothing twice."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.payloads import TS, alert, click, find_button
from tests.world import Process, World, pod, world

PARTS = 20
"""Each test takes every twentieth step, so that none of them is slow."""


async def live(place: World, process: Process) -> None:
    """What the world does, and people do, until the story is told; each life tries all of it."""
    await process.resume()
    if not place.slack.messages:
        await process.send(alert())
    message = next(iter(place.slack.messages.values()), None)
    if message is None or process.fuse.blown.is_set():
        return
    if not place.ci.reruns and await still_offered(process):
        action_id, value = find_button(message, "Re-run failed jobs")
        await process.send(
            click(action_id, value, message["ts"], response_url=f"{place.base}/respond")
        )
    await process.tick()
    if place.ci.reruns:
        place.ci.a_run = place.ci.made(2, "completed", "success")
        await process.tick()
        place.registry.present = True
        place.cluster.objects = [pod(ready=True)]
        await process.tick()
        place.later(61)
        await process.tick()


async def still_offered(process: Process) -> bool:
    if process.fuse.blown.is_set():
        return False
    thread = await process.store.threads.of_alert("T1", "C1", TS)
    if thread is None or thread.report is None or thread.message_ts is None:
        return False
    offered = [a for a in await process.store.actions.of_thread(thread.id) if a.state == "offered"]
    return any(type(a.action).__name__ == "RerunFailedJobs" for a in offered)


async def tell(folder: Path, kill_at: int) -> tuple[World, int]:
    async with world(folder) as place:
        async with place.process(kill_at) as process:
            await asyncio.gather(live(place, process), return_exceptions=True)
            steps = process.fuse.steps
        async with place.process() as process:
            await live(place, process)
            await live(place, process)
        return place, steps


async def steps_of_the_story(folder: Path) -> int:
    async with world(folder) as place, place.process() as process:
        await live(place, process)
        assert first_line(place).startswith(":large_green_circle: *Recovered*")
        return process.fuse.steps


def first_line(place: World) -> str:
    (message,) = place.slack.messages.values()
    text: Any = message["blocks"][0]["text"]["text"]
    return str(text)


@pytest.mark.parametrize("part", range(PARTS))
async def test_story_ends_well_when_killed_at_any_step(tmp_path: Path, part: int) -> None:
    (tmp_path / "whole").mkdir()
    steps = await steps_of_the_story(tmp_path / "whole")
    assert steps > 40
    for kill_at in range(1 + part, steps + 1, PARTS):
        folder = tmp_path / str(kill_at)
        folder.mkdir()
        place, _ = await tell(folder, kill_at)
        assert place.ci.reruns == [4711], kill_at
        assert len(place.slack.named("chat.postMessage")) == 1, kill_at
        assert first_line(place).startswith(":large_green_circle: *Recovered*"), kill_at

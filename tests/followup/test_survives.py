"""The bot is killed between any two steps, and the message goes on to its end, nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.report import RetryPull, RunWorkflow, Solution
from bot.store.records import ActionState
from tests.payloads import TS, alert, click, find_button
from tests.reports import report
from tests.world import FakeCI, Process, World, pod, world

PARTS = 10
"""Each test takes every tenth step, so that none of them is slow."""
AT_THE_CLICK = 25


class Story(msgspec.Struct, frozen=True):
    """Which button is pressed, and what the world does afterwards."""

    label: str
    done: Callable[[World], bool]
    before: Callable[[World], None]
    after: Callable[[World], None]
    deeds: Callable[[World], Any]


def _rerun_ends(place: World) -> None:
    place.ci.a_run = FakeCI.made(2, "completed", "success")


def _dispatched_run_ends(place: World) -> None:
    (run,) = place.ci.listed
    place.ci.a_run = msgspec.structs.replace(run, status="completed", conclusion="success")
    place.ci.listed = (place.ci.a_run,)


def _dispatch_is_offered(place: World) -> None:
    action = RunWorkflow(repository="acme/api", workflow_id=7, workflow="release",
                         ref="refs/heads/main", image="ghcr.io/acme/api:1.8.2")  # fmt: skip
    place.report = report(solutions=(Solution(title="Run", why="w", action=action),))


def _retry_is_offered(place: World) -> None:
    action = RetryPull(cluster="prod", namespace="shop", pod="api-7d9f8c-x2x4z", uid="pod-uid-1")
    place.report = report(solutions=(Solution(title="Retry", why="w", action=action),))


def _is_well(place: World) -> None:
    place.cluster.objects = [pod(ready=True)]


def _nothing(place: World) -> None:
    del place


STORIES = {
    "re-run": Story("Re-run failed jobs", lambda place: bool(place.ci.reruns), _nothing,
                    _rerun_ends, lambda place: place.ci.reruns == [4711]),
    "dispatch": Story("Run workflow", lambda place: bool(place.ci.dispatches),
                      _dispatch_is_offered, _dispatched_run_ends,
                      lambda place: place.ci.dispatches == [(7, "refs/heads/main")]),
    "retry": Story("Retry pull now", lambda place: bool(place.cluster.deleted), _retry_is_offered,
                   _nothing, lambda place: [uid for _, _, uid in place.cluster.deleted]
                   == ["pod-uid-1"]),
    "recheck": Story("Recheck", lambda place: len(place.investigations) > 1, _nothing, _is_well,
                     lambda place: len(place.slack.named("chat.postMessage")) == 1),
}  # fmt: skip


async def live(place: World, process: Process, story: Story) -> None:
    """What the world does, and people do, until the story is told; each life tries all of it."""
    await process.resume()
    if not place.slack.messages:
        await process.send(alert())
    message = next(iter(place.slack.messages.values()), None)
    if message is None or process.fuse.blown.is_set():
        return
    if not story.done(place) and not await still_offered(process):
        place.later(121)  # a dispatch that left no trace is given up, and its button comes back
        await process.tick()
        message = next(iter(place.slack.messages.values()))
    if not story.done(place) and await still_offered(process):
        action_id, value = find_button(message, story.label)
        url = f"{place.base}/respond"
        await process.send(click(action_id, value, message["ts"], response_url=url))
    await process.tick()
    if not story.done(place):
        return
    story.after(place)
    await process.tick()
    place.registry.present = True
    if not place.cluster.deleted:
        place.cluster.objects = [pod(ready=True)]
    await process.tick()
    place.later(61)
    await process.tick()


async def still_offered(process: Process) -> bool:
    """Whether the message shows a button that may be pressed."""
    thread = await process.store.threads.of_alert("T1", "C1", TS)
    if thread is None or thread.report is None or thread.message_ts is None:
        return False
    kind = type(thread.report.solutions[0].action)
    return any(
        isinstance(offered.action, kind) and offered.state is ActionState.OFFERED
        for offered in await process.store.actions.of_thread(thread.id)
    )


async def tell(folder: Path, story: Story, kill_at: int) -> tuple[World, int]:
    """Tell a story with one kill, and give the number of steps that the first life took."""
    async with world(folder) as place:
        story.before(place)
        place.registry.present = story.label == "Retry pull now"
        async with place.process(kill_at) as process:
            await asyncio.gather(live(place, process, story), return_exceptions=True)
            steps = process.fuse.steps
        for _ in range(2):
            if not ended_well(place):
                async with place.process() as process:
                    await live(place, process, story)
        return place, steps


def ended_well(place: World) -> bool:
    message = next(iter(place.slack.messages.values()), {"text": ""})
    return str(message["text"]).startswith("Recovered: ")


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("part", range(PARTS))
async def test_story_ends_well_when_killed_at_any_step(
    tmp_path: Path, name: str, part: int
) -> None:
    story = STORIES[name]
    place, steps = await tell(tmp_path, story, 0)
    assert ended_well(place)
    assert steps > 30
    first = 1 if name == "re-run" else AT_THE_CLICK  # until the click all stories are one
    for kill_at in range(first + part, steps + 1, PARTS):
        folder = tmp_path / str(kill_at)
        folder.mkdir()
        place, _ = await tell(folder, story, kill_at)
        assert story.deeds(place), kill_at
        assert len(place.slack.named("chat.postMessage")) == 1, kill_at
        assert ended_well(place), kill_at

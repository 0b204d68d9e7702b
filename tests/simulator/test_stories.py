"""Each story of the demo, through the real bot: what it finds, what it offers, how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.app import build
from bot.connect import connect
from bot.evidence import Target
from bot.investigate import investigate
from bot.messages import Pace
from bot.report import Outcome, Report
from simulator.slack.lint import elements_of
from simulator.slack.workspace import Message
from simulator.stories import STORIES, Story
from simulator.world import ADA, ALERTS, GUEST, LIN, World, open_world

FAST = Pace(between=0.0, per_minute=10_000)
BY_NAME = {story.name: story for story in STORIES}


class Told(msgspec.Struct, frozen=True):
    """What a report must say: its root cause, words of its chain, and the actions it offers."""

    code: str
    words: tuple[str, ...]
    actions: frozenset[str]


def told(code: str, *words: str, actions: tuple[str, ...] = ()) -> Told:
    return Told(code, words, frozenset(actions))


RERUN = ("RerunFailedJobs",)
RUN = ("RunWorkflow",)
EXPECTED = {
    "secret-missing": told("CISecretMissing", "Secret DOCKERHUB_TOKEN", "run #1", actions=RERUN),
    "network-failed": told("BuildNetworkFailed", "TLS handshake timeout", actions=RERUN),
    "tests-failed": told("BuildTestsFailed", "Run the tests"),
    "login-refused": told("CICredentialRejected", "incorrect username", actions=RERUN),
    "push-denied": told("BuildPushDenied", "push access denied", actions=RERUN),
    "running": told("WorkflowRunning", "Run #5", "acme/search:v1.4.0",
                    actions=("Recheck",)),
    "approval": told("WorkflowAwaitingApproval", "lin", "production"),
    "path-filter": told("WorkflowFiltered", "thumbnails/**", "docs/ci.md", actions=RUN),
    "skip-ci": told("WorkflowSkippedByMessage", "[skip ci]", actions=RUN),
    "disabled": told("WorkflowDisabled", "60 days of inactivity"),
    "runner-pod": told("RunnerPodFailing", "tiles-runners-4kq7z-m8d2p", "pool=builders"),
    "runner-label": told("RunnerLabelMismatch", "arm-64"),
    "scale-set": told("RunnerScaleSetDown", "places-runners", "no listener"),
    "other-tag": told("WorkflowPushedOtherTag", "acme/encoder:2.4.0", "acme/encoder:v2.4.0"),
    "tag-typo": told("ImageTagMissing", "1.8.O", "1.8.0"),
    "pull-secret": told("ImagePullSecretMismatch", "Secret dockerhub", "hub.docker.com",
                        "https://index.docker.io/v1/", actions=("RetryPull",)),
}  # fmt: skip


async def until(happened: Callable[[], Any], seconds: float = 8.0) -> None:
    for _ in range(int(seconds * 100)):
        if happened():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


def waits_for_image(world: World, story: Story) -> bool:
    pod = world.cluster.get("Pod", story.workload.namespace, story.workload.pod)
    statuses = (pod or {}).get("status", {}).get("containerStatuses", [])
    return any("waiting" in status["state"] for status in statuses)


async def report_of(world: World, story: Story) -> Report:
    story.prepare(world)
    await until(lambda: waits_for_image(world, story))
    target = Target("demo", story.workload.namespace, "Pod", story.workload.pod)
    async with connect(world.settings()) as sources:
        return (await investigate(target, sources)).report


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_story_is_told_by_its_deepest_cause(tmp_path: Path, story: Story) -> None:
    expected = EXPECTED[story.name]
    async with open_world(tmp_path, speed=10) as world:
        report = await report_of(world, story)
    (root,) = report.root_causes
    offered = {type(each.action).__name__ for each in report.solutions if each.action}
    assert (root.code, root.ruling.outcome) == (expected.code, Outcome.CONFIRMED)
    assert [word for word in expected.words if word not in root.chain] == []
    assert offered == expected.actions
    assert report.gaps == ()


def test_every_story_has_an_expectation() -> None:
    assert set(EXPECTED) == set(BY_NAME)


# --- end to end, in Slack ------------------------------------------------------------------------


@asynccontextmanager
async def demo(folder: Path, *, speed: float = 60.0) -> AsyncIterator[World]:
    """The bot in a world where a minute lasts a second."""
    async with open_world(folder, speed=speed) as world:
        settings = world.settings(poll_seconds=0.05, ready_seconds=0.05, timeout_seconds=60.0)
        async with build(settings, pace=FAST) as bot:
            running = asyncio.create_task(bot.run())
            await until(world.slack.sockets.connected.is_set)
            try:
                yield world
            finally:
                bot.stop()
                await running


async def asked(world: World, story: Story, user: str = ADA) -> Message:
    """The bot's one message about a story, once it shows the report."""
    story.prepare(world)
    await until(lambda: waits_for_image(world, story))
    await world.slack.people.command(user, ALERTS, story.command)
    await until(lambda: [m for m in world.workspace.by_bot(ALERTS) if "fails because" in m.text])
    (message,) = world.workspace.by_bot(ALERTS)
    return message


def button(message: Message, kind: str) -> str:
    """The action id of the button of this kind."""
    ids = [element["action_id"] for element in elements_of(message.blocks)]
    return str(next(each for each in ids if each.startswith(f"whyfailing.act.{kind}.")))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("secret-missing", "rerun_failed_jobs"),
        ("network-failed", "rerun_failed_jobs"),
        ("login-refused", "rerun_failed_jobs"),
        ("push-denied", "rerun_failed_jobs"),
        ("path-filter", "run_workflow"),
        ("skip-ci", "run_workflow"),
    ],
)
async def test_message_goes_on_to_recovered_when_its_button_is_pressed(
    tmp_path: Path, name: str, kind: str
) -> None:
    story = BY_NAME[name]
    async with demo(tmp_path) as world:
        message = await asked(world, story)
        if story.mend:
            story.mend(world)
        await world.slack.people.press(ADA, message, button(message, kind))
        await until(lambda: message.text.startswith("Recovered"))
        assert [m.ts for m in world.workspace.by_bot(ALERTS)] == [message.ts]
        (plan,) = [block for block in message.blocks if block["type"] == "plan"]
    states = [(task["task_id"], task["status"]) for task in plan["tasks"]]
    assert states == [(step, "complete") for step in ("run", "image", "pod", "ready")]
    assert "Ada Lovelace started this" in str(message.blocks)


@pytest.mark.parametrize(
    "name",
    ["tests-failed", "running", "approval", "runner-pod", "runner-label", "scale-set",
     "pull-secret"],
)  # fmt: skip
async def test_message_turns_green_by_itself_when_the_cause_is_mended(
    tmp_path: Path, name: str
) -> None:
    story = BY_NAME[name]
    async with demo(tmp_path) as world:
        message = await asked(world, story)
        if story.mend:
            story.mend(world)
        await until(lambda: message.text.startswith("Recovered"))
        assert [m.ts for m in world.workspace.by_bot(ALERTS)] == [message.ts]


@pytest.mark.parametrize("name", ["other-tag", "tag-typo"])
async def test_message_is_superseded_when_another_image_is_deployed(
    tmp_path: Path, name: str
) -> None:
    story = BY_NAME[name]
    async with demo(tmp_path) as world:
        message = await asked(world, story)
        assert story.mend
        await asyncio.sleep(0.1)  # it is followed from its first poll on
        story.mend(world)
        await until(lambda: message.text.startswith("Superseded"))


async def test_disabled_workflow_is_run_by_button_once_it_is_enabled(tmp_path: Path) -> None:
    story = BY_NAME["disabled"]
    async with demo(tmp_path) as world:
        message = await asked(world, story)
        assert "gh workflow enable" in str(message.blocks)
        assert "gh workflow run" in str(message.blocks)
        assert story.mend
        story.mend(world)
        await world.slack.people.press(ADA, message, button(message, "recheck"))
        await until(lambda: "act.run_workflow" in str(message.blocks))
        await world.slack.people.press(ADA, message, button(message, "run_workflow"))
        await until(lambda: message.text.startswith("Recovered"))


async def test_rerun_says_how_it_failed_again_when_nothing_was_mended(tmp_path: Path) -> None:
    async with demo(tmp_path) as world:
        message = await asked(world, BY_NAME["secret-missing"])
        await world.slack.people.press(ADA, message, button(message, "rerun_failed_jobs"))
        await until(lambda: "attempt 2" in str(message.blocks) and "fails because" in message.text)
    assert "DOCKERHUB_TOKEN" in str(message.blocks)


@pytest.mark.parametrize(
    ("user", "sentence"),
    [(GUEST, "Guests may not use me"), (LIN, "You are not among the people")],
    ids=["guest", "not named in the settings"],
)
async def test_press_is_refused_privately_and_nothing_happens(
    tmp_path: Path, user: str, sentence: str
) -> None:
    story = BY_NAME["network-failed"]
    async with demo(tmp_path) as world:
        message = await asked(world, story)
        edits = message.edits
        await world.slack.people.press(user, message, button(message, "rerun_failed_jobs"))
        await until(lambda: [m for m in world.workspace.messages if m.seen_by == user])
        (refusal,) = [m for m in world.workspace.messages if m.seen_by == user]
        (run,) = world.github.repositories["acme/cart"].runs.values()
    assert sentence in refusal.text
    assert (message.edits, run.attempt) == (edits, 1)


async def test_alert_is_answered_in_its_thread(tmp_path: Path) -> None:
    story = STORIES[0]
    async with demo(tmp_path) as world:
        story.prepare(world)
        await until(lambda: waits_for_image(world, story))
        alert = world.alert(story.workload)
        await until(lambda: [m for m in world.workspace.by_bot() if "fails because" in m.text])
        (answer,) = world.workspace.by_bot()
    assert answer.thread_ts == alert.ts

"""Updates are coalesced and paced, each answer of Slack has its consequence, no post doubles."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.messages import Pace, Undelivered
from bot.messages.pacing import Pacing
from bot.render.states import Failed, Investigating, State, Task
from bot.store.records import Asked, Source, Thread, Work
from simulator.faults import Fault
from tests.reports import NOON, TARGET
from tests.world import Process, World, world


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as made:
        yield made


@pytest.fixture
async def bot(place: World) -> AsyncIterator[Process]:
    async with place.process() as process:
        thread = Thread(id="t1", team="T1", channel="C1", root_ts="1.1", alert_ts="1.1",
                        asked=Asked(source=Source.ALERT), work=Work.DONE,
                        created_at=NOON, updated_at=NOON)  # fmt: skip
        await process.store.threads.open(thread)
        yield process


def looking(step: int) -> State:
    tasks = (Task(key="k", title=f"step {step}"),)
    return Investigating(target=TARGET, tasks=tasks, started_at=NOON)


def failed() -> State:
    return Failed(
        target=TARGET, cause="c", sentence="s", started_at=NOON, ended_at=NOON, thread_id="t1"
    )


def updates(place: World) -> list[str]:
    return [
        task["title"]
        for update in place.slack.named("chat.update")
        for block in update["blocks"]
        if block["type"] == "plan"
        for task in block["tasks"]
    ]


async def test_sketch_on_its_way_does_not_count_as_the_state_that_came_meanwhile(
    bot: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bot.outbox.show("t1", looking(1))
    await bot.outbox.settle("t1")
    stored, sent = asyncio.Event(), asyncio.Event()
    want = bot.store.threads.want

    async def slowly(thread_id: str, state: State, now: datetime) -> None:
        await want(thread_id, state, now)
        stored.set()
        await sent.wait()

    monkeypatch.setattr(bot.store.threads, "want", slowly)
    showing = asyncio.create_task(bot.outbox.show("t1", failed()))
    await stored.wait()
    bot.outbox.sketch("t1", looking(2))
    await bot.outbox.settle("t1")
    assert [thread.id for thread in await bot.store.threads.stale()] == ["t1"]
    sent.set()
    await showing
    await bot.outbox.settle("t1")
    assert await bot.store.threads.stale() == ()


async def test_who_settles_while_a_delivery_goes_on_waits_for_the_next_one(
    place: World, bot: Process
) -> None:
    await bot.outbox.show("t1", looking(1))
    await bot.outbox.settle("t1")
    place.slack.faults.latency = 0.2
    bot.outbox.sketch("t1", looking(2))
    await asyncio.sleep(0.1)  # it is on its way
    await bot.outbox.show("t1", looking(3))
    await bot.outbox.settle("t1")
    assert updates(place) == ["step 2", "step 3"]


# --- pacing -------------------------------------------------------------------------------------


def test_final_state_goes_first_then_the_longest_wait() -> None:
    pacing = Pacing(Pace())
    pacing.want("a", 0.0, final=False)
    pacing.want("b", 1.0, final=False)
    pacing.want("c", 2.0, final=True)
    assert [pacing.next(3.0)[0] for _ in range(4)] == ["c", "a", "b", None]


def test_message_rests_three_seconds_between_updates() -> None:
    pacing = Pacing(Pace())
    pacing.sent("a", 10.0)
    pacing.want("a", 10.5, final=False)
    assert pacing.next(11.0) == (None, 2.0)
    assert pacing.next(13.0) == ("a", 0.0)


def test_final_state_waits_one_second_after_the_last_update() -> None:
    pacing = Pacing(Pace())
    pacing.sent("a", 10.0)
    pacing.want("a", 10.1, final=True)
    assert pacing.next(10.5) == (None, 0.5)
    assert pacing.next(11.0) == ("a", 0.0)


def test_forty_updates_a_minute_are_the_most() -> None:
    pacing = Pacing(Pace())
    sent = 0
    for tick in range(600):
        now = tick / 10
        for key in range(100):
            pacing.want(str(key), now, final=False)
        first, _ = pacing.next(now)
        if first:
            pacing.sent(first, now)
            sent += 1
    assert sent == 40
    assert pacing.next(59.95)[0] is None
    assert pacing.next(60.05)[0] is not None


def test_nothing_goes_out_while_slack_wants_a_pause() -> None:
    pacing = Pacing(Pace())
    pacing.pause(0.0, 30.0)
    pacing.want("a", 1.0, final=True)
    assert pacing.next(2.0) == (None, 28.0)


# --- the outbox ---------------------------------------------------------------------------------


async def test_only_newest_state_is_sent_when_many_are_wanted(place: World, bot: Process) -> None:
    await bot.outbox.show("t1", looking(0))
    await bot.outbox.settle("t1")
    for step in range(1, 20):
        bot.outbox.sketch("t1", looking(step))
    await bot.outbox.settle("t1")
    assert updates(place) == ["step 19"]


async def test_equal_render_is_not_sent_again(place: World, bot: Process) -> None:
    await bot.outbox.show("t1", looking(0))
    await bot.outbox.settle("t1")
    await bot.outbox.show("t1", looking(0))
    await bot.outbox.settle("t1")
    assert place.slack.named("chat.update") == []


@pytest.mark.parametrize(
    "error",
    ["message_not_found", "channel_not_found", "not_in_channel", "is_inactive", "is_archived",
     "cant_update_message"],
)  # fmt: skip
async def test_message_is_forgotten_when_it_is_gone(place: World, bot: Process, error: str) -> None:
    await bot.outbox.show("t1", looking(0))
    await bot.outbox.settle("t1")
    place.slack.fail("chat.update", error)
    await bot.outbox.show("t1", looking(1))
    assert await bot.outbox.settle("t1") == Undelivered(error)
    thread = await bot.store.threads.one("t1")
    assert thread is not None
    assert thread.work is Work.GONE


async def test_reply_is_posted_when_edit_window_is_closed(place: World, bot: Process) -> None:
    await bot.outbox.show("t1", looking(0))
    await bot.outbox.settle("t1")
    place.slack.fail("chat.update", "edit_window_closed")
    await bot.outbox.show("t1", failed())
    await bot.outbox.settle("t1")
    assert [p["thread_ts"] for p in place.slack.named("chat.postMessage")] == ["1.1", "1.1"]


async def test_classic_blocks_are_sent_when_modern_ones_are_refused(
    place: World, bot: Process
) -> None:
    place.slack.fail("chat.postMessage", "invalid_blocks")
    await bot.outbox.show("t1", looking(0))
    await bot.outbox.settle("t1")
    first, second = place.slack.named("chat.postMessage")
    assert (first["blocks"][0]["type"], second["blocks"][0]["type"]) == ("plan", "section")
    await bot.outbox.show("t1", looking(1))
    await bot.outbox.settle("t1")
    assert place.slack.named("chat.update")[0]["blocks"][0]["type"] == "section"


async def test_text_alone_is_sent_when_all_blocks_are_refused(place: World, bot: Process) -> None:
    place.slack.fail("chat.postMessage", "invalid_blocks", "msg_blocks_too_long")
    await bot.outbox.show("t1", looking(0))
    await bot.outbox.settle("t1")
    last = place.slack.named("chat.postMessage")[-1]
    assert last["text"] == "Looking at shop/Pod/api-7d9f8c-x2x4z"
    assert not last.get("blocks")


async def test_update_is_repeated_when_slack_is_ill(place: World, bot: Process) -> None:
    await bot.outbox.show("t1", looking(0))
    await bot.outbox.settle("t1")
    place.slack.faults.add(Fault(match="chat.update", status=500, body="oops", times=2))
    place.slack.faults.add(Fault(match="chat.update", drop=True, times=1))
    await bot.outbox.show("t1", looking(1))
    await bot.outbox.settle("t1")
    assert updates(place) == ["step 1"]


async def test_retry_after_is_honoured_when_rate_is_exceeded(place: World, bot: Process) -> None:
    await bot.outbox.show("t1", looking(0))
    await bot.outbox.settle("t1")
    place.slack.faults.add(
        Fault(match="chat.update", status=429, headers={"Retry-After": "30"}, times=1,
              body='{"ok": false, "error": "ratelimited"}')
    )  # fmt: skip
    await bot.outbox.show("t1", looking(1))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(bot.outbox.settle("t1"), 0.05)
    assert updates(place) == []


async def test_post_is_found_and_not_repeated_when_answer_was_lost(
    place: World, bot: Process
) -> None:
    place.slack.faults.add(Fault(match="chat.postMessage", drop=True, after=True, times=1))
    await bot.outbox.show("t1", looking(0))
    await bot.outbox.settle("t1")
    assert len(place.slack.named("chat.postMessage")) == 1
    thread = await bot.store.threads.one("t1")
    assert thread is not None
    assert [thread.message_ts] == list(place.slack.messages)


async def test_post_is_repeated_when_it_certainly_was_not_made(place: World, bot: Process) -> None:
    place.slack.faults.add(Fault(match="chat.postMessage", drop=True, times=1))
    await bot.outbox.show("t1", looking(0))
    await bot.outbox.settle("t1")
    assert len(place.slack.messages) == 1


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive"])
async def test_bot_learns_that_its_token_is_dead(place: World, bot: Process, error: str) -> None:
    place.slack.fail("chat.postMessage", error)
    await bot.outbox.show("t1", looking(0))
    assert await asyncio.wait_for(bot.outbox.dead, 1) == error


async def test_unknown_error_is_not_repeated(place: World, bot: Process) -> None:
    place.slack.fail("chat.postMessage", "some_new_error")
    await bot.outbox.show("t1", looking(0))
    assert await bot.outbox.settle("t1") == Undelivered("some_new_error")
    assert len(place.slack.named("chat.postMessage")) == 1


async def test_other_messages_go_on_when_one_cannot_be_rendered(place: World, bot: Process) -> None:
    real = bot.store.threads.one

    async def failing(thread_id: str) -> Thread | None:
        if thread_id == "bad":
            raise RuntimeError("a bug")
        return await real(thread_id)

    bot.store.threads.one = failing  # type: ignore[method-assign]
    assert await bot.outbox.settle("bad") == Undelivered("internal")
    await bot.outbox.show("t1", looking(0))
    await bot.outbox.settle("t1")
    assert len(place.slack.messages) == 1

"""The outbox: one worker that brings every message to the newest state that is wanted of it.

What is wanted stands in the database before anything is sent, so a kill loses nothing: at the next
start the stale messages are sent again. A post is claimed first and its timestamp stored after;
when the process dies in between, the post is looked for and never simply repeated.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import msgspec

from bot.messages.calls import Calls
from bot.messages.pacing import Pace, Pacing
from bot.messages.replies import (
    FAILURES,
    Delivered,
    Delivery,
    Remedy,
    Undelivered,
    code_of,
    outcome_unknown,
    refusal_details,
    remedy_of,
    retry_after,
)
from bot.render.lint import problems
from bot.render.slack import Message, render
from bot.render.states import State, is_final
from bot.store import Store
from bot.store.records import Thread, Work

Shield = Callable[[Coroutine[Any, Any, None]], Awaitable[bool]]
"""Runs something and says whether it came to its end; when not, the reason is in the log."""
log = logging.getLogger(__name__)
_OTHER_POSTS = timedelta(seconds=60)
"""How long another replica may be busy with a post that it claimed."""


class Outbox:
    """What goes out to Slack."""

    def __init__(
        self, store: Store, calls: Calls, now: Callable[[], datetime], pace: Pace | None = None
    ) -> None:
        self._store = store
        self._calls = calls
        self._now = now
        pace = pace or Pace()
        self._pacing = Pacing(pace)
        self._back_off = 5 * pace.between / 3
        self._wake = asyncio.Event()
        self._sketches: dict[str, tuple[State, int | None]] = {}
        """By thread; with the version of what was wanted then, once one could not be sent."""
        self._waiting: dict[str, list[asyncio.Future[Delivery]]] = {}
        self._served: list[asyncio.Future[Delivery]] = []
        """Those who wait for the delivery that is going on: who came later waits for the next."""
        self._classic = False
        self.dead: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Set to Slack's error when our token is worth nothing any more."""

    # --- what others call ---------------------------------------------------------------------

    async def show(self, thread_id: str, state: State) -> None:
        """From now on the message shows this; it survives a kill."""
        await self._store.threads.want(thread_id, state, self._now())
        self._sketches.pop(thread_id, None)
        self.refresh(thread_id, final=is_final(state))

    def sketch(self, thread_id: str, state: State) -> None:
        """Show this if there is time before the next state; it does not survive a kill."""
        self._sketches[thread_id] = (state, None)
        self.refresh(thread_id)

    def refresh(self, thread_id: str, *, final: bool = False) -> None:
        """Compare the message with what is wanted, in its turn."""
        self._pacing.want(thread_id, self._time(), final=final)
        self._wake.set()

    async def settle(self, thread_id: str) -> Delivery:
        """Wait until Slack shows what is wanted now, or will not."""
        answer: asyncio.Future[Delivery] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(thread_id, []).append(answer)
        self.refresh(thread_id)
        return await answer

    async def permalink(self, thread: Thread) -> str:
        """The address of a thread's message; empty when Slack does not tell."""
        try:
            return await self._calls.permalink(thread)
        except FAILURES:
            return ""

    async def run(self, survived: Shield) -> None:
        """Send for ever; cancel it to stop. A message that cannot even be rendered is given up."""
        for thread in await self._store.threads.stale():
            self.refresh(thread.id, final=thread.wanted is not None and is_final(thread.wanted))
        while True:
            self._wake.clear()
            thread_id, pause = self._pacing.next(self._time())
            if thread_id is not None:
                self._served = self._waiting.pop(thread_id, [])
                if not await survived(self._deliver(thread_id)):
                    self._answer(Undelivered("internal"))
                if unanswered := [one for one in self._served if not one.done()]:
                    self._waiting.setdefault(thread_id, []).extend(unanswered)
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(max(pause, 0.001)):
                    await self._wake.wait()

    # --- one message --------------------------------------------------------------------------

    async def _deliver(self, thread_id: str) -> None:
        thread = await self._store.threads.one(thread_id)
        if thread is None or thread.work is Work.GONE:
            return self._answer(Undelivered("message_not_found"))
        sketch, over = self._sketches.pop(thread_id, (None, None))
        if over not in (None, thread.wanted_version):
            sketch = None
        state = sketch or thread.wanted
        if state is None:
            return self._answer(Undelivered("nothing_wanted"))
        try:
            await self._send(thread, state)
        except FAILURES as error:
            await self._failed(thread, state, error)
        return None

    async def _send(self, thread: Thread, state: State) -> None:
        """Send the richest form that Slack takes."""
        *richer, plainest = self._forms(thread, state)
        for message in richer:
            try:
                return await self._send_form(thread, state, message)
            except FAILURES as error:
                if remedy_of(error) is not Remedy.SIMPLER:
                    raise
                log.warning(
                    "Slack refused a form of %s: %s %s",
                    thread.id, code_of(error), refusal_details(error),
                )  # fmt: skip
                self._classic = self._classic or code_of(error) == "invalid_blocks"
        return await self._send_form(thread, state, plainest)

    def _forms(self, thread: Thread, state: State) -> list[Message]:
        forms = []
        for classic in (True,) if self._classic else (False, True):
            message = render(state, thread.plan_id, classic=classic)
            if wrong := problems(message.text, message.blocks):
                log.error("message %s breaks limits: %s", thread.id, "; ".join(wrong))
            elif message not in forms:
                forms.append(message)
        return [*forms, Message(message.text, ())]

    async def _send_form(self, thread: Thread, state: State, message: Message) -> None:
        digest = hashlib.sha256(msgspec.json.encode(message)).hexdigest()
        if thread.message_ts is None:
            if not await self._store.threads.claim_post(thread.id, self._now()):
                return await self._adopt(thread)
            thread = msgspec.structs.replace(thread, message_ts=await self._post(thread, message))
        elif digest != thread.render_hash:
            await self._calls.update(thread, message)
            self._pacing.sent(thread.id, self._time())
        version = thread.wanted_version if state == thread.wanted else thread.shown_version
        await self._store.threads.shown(thread.id, version, digest)
        return self._answer(Delivered(thread.message_ts or ""))

    async def _post(self, thread: Thread, message: Message) -> str:
        try:
            message_ts = await self._calls.post(thread, message)
        except FAILURES as error:
            if not outcome_unknown(error):
                await self._store.threads.release_post(thread.id)
            raise
        await self._store.threads.posted(thread.id, message_ts)
        self._pacing.sent(thread.id, self._time())
        return message_ts

    async def _adopt(self, thread: Thread) -> None:
        """Find a post that was claimed and never told: ours before a kill, or a replica's."""
        claimed = thread.post_claimed_at
        if not self._store.alone and claimed and self._now() - claimed < _OTHER_POSTS:
            return self._pacing.postpone(thread.id, self._time(), self._back_off)
        found = await self._calls.find(thread)
        if found is None:
            await self._store.threads.release_post(thread.id)
        else:
            await self._store.threads.posted(thread.id, found)
        return self.refresh(thread.id, final=True)

    async def _failed(self, thread: Thread, state: State, error: Exception) -> None:
        code = code_of(error)
        match remedy_of(error):
            case Remedy.LATER:
                if state != thread.wanted:
                    self._sketches.setdefault(thread.id, (state, thread.wanted_version))
                self._pacing.pause(self._time(), retry_after(error, 0.0))
                self._pacing.postpone(thread.id, self._time(), self._back_off)
            case Remedy.REPLY:
                await self._store.threads.repost(
                    thread.id, thread.root_ts or thread.message_ts or ""
                )
                self.refresh(thread.id, final=True)
            case Remedy.FORGET:
                await self._store.threads.end_work(thread.id, Work.GONE)
                await self._store.follow_ups.close_thread(thread.id, self._now())
                self._answer(Undelivered(code))
            case Remedy.STOP:
                self._pacing.postpone(thread.id, self._time(), 60.0)
                if not self.dead.done():
                    self.dead.set_result(code)
            case _:
                await self._store.threads.shown(thread.id, thread.wanted_version, "")
                self._answer(Undelivered(code))
        log.warning("message %s: %s %s", thread.id, code, refusal_details(error))

    def _answer(self, delivery: Delivery) -> None:
        for waiting in self._served:
            if not waiting.done():
                waiting.set_result(delivery)

    @staticmethod
    def _time() -> float:
        return asyncio.get_running_loop().time()

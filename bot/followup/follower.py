"""The follower: one step of a follow-up at a time, each of which may be the last before a kill.

A step takes the follow-up's lease, asks, writes down how far it came, and lets the message follow.
What has a side effect is marked as begun before and as done after; when a process finds it begun
and not done, it looks for traces before it does anything.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from bot.desk import LEASE, Desk
from bot.followup import asking
from bot.followup import journey as j
from bot.followup.beginning import first
from bot.followup.pods import controller_of, look
from bot.remedies import remedy_for
from bot.remedies.remedy import NotPerformed, Performed, Refusal, Unsure
from bot.render.states import (
    Acting,
    Failed,
    Recovered,
    Reported,
    State,
    Stopped,
    Superseded,
    TaskState,
    TimedOut,
)
from bot.report import RetryPull
from bot.sources import SourceError
from bot.store.records import ActionState, FollowUp, Offered, Phase

_PHASES = 6
"""How many phases one step may pass."""


class Follower:
    """Steps follow-ups, and begins and ends them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._store = desk.store
        self._sources = desk.sources

    # --- beginning and ending -----------------------------------------------------------------

    async def begin(self, offered: Offered) -> None:
        """Follow a claimed action from its start. It may be called again after a kill."""
        thread = await self._store.threads.one(offered.thread_id)
        if thread is None or thread.report is None:
            return
        timeout = timedelta(seconds=self._desk.settings.followup.timeout_seconds)
        follow_up = first(offered, thread.report, self._desk.now(), timeout)
        await self._store.follow_ups.start(follow_up)
        await self._store.follow_ups.close_thread(thread.id, self._desk.now(), keep=offered.id)
        await self._store.actions.retire(thread.id)
        await self._show(follow_up)
        self._desk.schedule.add(follow_up.id, self._desk.settings.followup.poll_seconds)
        await self.step(follow_up.id)

    async def stop(self, thread_id: str, name: str) -> bool:
        """A person wants no more updates; False when nothing was followed."""
        thread = await self._store.threads.one(thread_id)
        followed = await self._store.follow_ups.of_thread(thread_id)
        if thread is None or not followed:
            return False
        first = followed[0]
        sentence = f"{name} stopped following it. What was started goes on by itself."
        if isinstance(thread.wanted, Reported):
            await self._show_unwatched(thread.wanted, f"{name} stopped following it.")
        else:
            await self._desk.outbox.show(
                thread_id, Stopped(**await self._end_fields(first, sentence))
            )
        for follow_up in followed:
            await self._close(follow_up, ActionState.DONE, sentence)
        return True

    async def lift(self, mute_id: str) -> None:
        """The time of a mute is over."""
        await self._desk.mutes.lift(mute_id)

    async def resume(self) -> None:
        """Take up everything that an earlier process left."""
        await self._desk.mutes.resume()
        if self._store.alone:
            await self._store.follow_ups.release_all()
        for offered in await self._store.actions.claimed():
            follow_up = await self._store.follow_ups.one(offered.id)
            if follow_up is None:
                await self.begin(offered)
            elif follow_up.closed_at is not None:
                await self._store.actions.finish(
                    offered.id, ActionState.DONE, offered.result, self._desk.now()
                )
        for follow_up in await self._store.follow_ups.open_ones():
            self._desk.schedule.add(follow_up.id, self._desk.settings.followup.poll_seconds)

    # --- one step -----------------------------------------------------------------------------

    async def step(self, follow_up_id: str) -> None:
        """Bring one follow-up as far as it can be brought now."""
        follow_up = await self._store.follow_ups.lease(follow_up_id, self._desk.now(), LEASE)
        if follow_up is None:
            kept = await self._store.follow_ups.one(follow_up_id)
            if kept is None or kept.closed_at is not None:
                self._desk.schedule.remove(follow_up_id)
            return
        try:
            await self._advance(follow_up)
        finally:
            await self._store.follow_ups.release(follow_up_id)

    async def _advance(self, follow_up: FollowUp) -> None:
        if self._desk.now() >= follow_up.deadline:
            return await self._time_out(follow_up)
        follow_up = await self._prepare(follow_up)
        for _ in range(_PHASES):
            phase = follow_up.phase
            try:
                following = await self._next(follow_up)
            except SourceError as error:
                following = j.could_not_ask(follow_up, error)
            if following is None:
                return None
            if isinstance(following, j.End):
                return await self._end(follow_up, following)
            if following != follow_up and not await self._store.follow_ups.save(following):
                return None
            follow_up = following
            if follow_up.phase is phase:
                break
        return await self._show(follow_up)

    async def _next(self, follow_up: FollowUp) -> j.Next | None:
        now = self._desk.now()
        match follow_up.phase:
            case Phase.STARTING:
                return await self._start(follow_up)
            case Phase.DIAGNOSING:
                await self._diagnose(follow_up)
                return None
            case Phase.RUN:
                run, jobs = await asking.run(self._sources, follow_up.journey)
                return j.with_run(follow_up, run, jobs, now)
            case Phase.IMAGE:
                pods = await look(self._sources.cluster, follow_up.journey)
                answer = await asking.image(self._sources, follow_up.journey)
                return j.with_image(follow_up, answer, pods, now)
            case Phase.POD | Phase.READY:
                ready_for = timedelta(seconds=self._desk.settings.followup.ready_seconds)
                pods = await look(self._sources.cluster, follow_up.journey)
                return j.with_pods(follow_up, pods, now, ready_for)

    async def _prepare(self, follow_up: FollowUp) -> FollowUp:
        """Learn which pods fail and who makes them, before one of them may be gone."""
        journey = follow_up.journey
        if journey.pod_uids or follow_up.phase is Phase.DIAGNOSING:
            return follow_up
        try:
            controller = await controller_of(self._sources.cluster, journey)
            seen = await look(self._sources.cluster, journey)
        except SourceError:
            return follow_up
        known = j.change(follow_up, controller=controller, pod_uids=seen.uids)
        await self._store.follow_ups.save(known)
        return known

    async def _start(self, follow_up: FollowUp) -> j.Next | None:
        action = follow_up.journey.action
        if action is None:
            return j.enter(follow_up, Phase.POD, self._desk.now())
        remedy = remedy_for(action)
        if await self._store.actions.begin(follow_up.id):
            done = await asking.perform(remedy, action, self._sources)
        else:
            trace = await remedy.trace(action, follow_up.journey.started_at, self._sources)
            match trace:
                case Performed():
                    done = trace
                case NotPerformed():
                    done = await asking.perform(remedy, action, self._sources)
                case Unsure():
                    if self._desk.now() - follow_up.journey.started_at < j.RUN_APPEARS:
                        looking = "looking whether it was started"
                        return j.mark(follow_up, "run", TaskState.RUNNING, looking)
                    done = Refusal(trace.sentence)
        if isinstance(done, Refusal):
            await self._refused(follow_up, done.sentence)
            return None
        return self._started(follow_up, done)

    def _started(self, follow_up: FollowUp, done: Performed) -> FollowUp:
        now = self._desk.now()
        if isinstance(follow_up.journey.action, RetryPull):
            deleted = j.mark(follow_up, "delete", TaskState.DONE, done.sentence)
            return j.enter(deleted, Phase.POD, now)
        known = j.change(follow_up, run_id=done.run_id, attempt=done.attempt)
        asked = j.mark(known, "run", TaskState.RUNNING, "asked for", done.run_url)
        return j.enter(asked, Phase.RUN, now)

    # --- ends ---------------------------------------------------------------------------------

    async def _diagnose(self, follow_up: FollowUp) -> None:
        thread_id, journey = follow_up.thread_id, follow_up.journey
        found = await self._desk.diagnose(thread_id, journey.target)
        await self._desk.show_report(thread_id, found.report, journey.note, found.pod)
        await self._close(follow_up, ActionState.DONE, journey.note)

    async def _refused(self, follow_up: FollowUp, sentence: str) -> None:
        thread = await self._store.threads.one(follow_up.thread_id)
        if thread is not None and thread.report is not None:
            note = f"{follow_up.journey.started_by} pressed a button, but: {sentence}"
            await self._desk.show_report(thread.id, thread.report, note)
        await self._close(follow_up, ActionState.FAILED, sentence)

    async def _end(self, follow_up: FollowUp, end: j.End) -> None:
        fields = await self._end_fields(follow_up, end.sentence)
        match end.kind:
            case j.Kind.RECOVERED:
                state: State = Recovered(**fields | {"tasks": tuple(map(j.done, fields["tasks"]))})
            case j.Kind.SUPERSEDED:
                state = Superseded(**fields)
            case j.Kind.LOST:
                acted = follow_up.journey.action is not None
                state = Failed(**fields) if acted else Stopped(**fields)
        await self._desk.outbox.show(follow_up.thread_id, state)
        await self._close(follow_up, ActionState.DONE, end.sentence)

    async def _time_out(self, follow_up: FollowUp) -> None:
        thread = await self._store.threads.one(follow_up.thread_id)
        journey = follow_up.journey
        if journey.action is None:  # whatever else it shows stays true
            if thread and isinstance(thread.wanted, Reported):
                await self._show_unwatched(thread.wanted, "I watched it for hours and stopped now.")
        else:
            going = [task for task in journey.tasks if task.state is TaskState.RUNNING]
            last = f" {going[0].title}: {going[0].summary}." if going else ""
            minutes = int(self._desk.settings.followup.timeout_seconds / 60)
            sentence = f"I followed it for {minutes} min and stop now.{last} Press Recheck."
            await self._desk.outbox.show(
                follow_up.thread_id, TimedOut(**await self._end_fields(follow_up, sentence))
            )
        await self._close(follow_up, ActionState.DONE, "timed out")

    async def _close(self, follow_up: FollowUp, state: ActionState, sentence: str) -> None:
        now = self._desk.now()
        await self._store.follow_ups.close(follow_up.id, now)
        if follow_up.journey.action is not None:
            await self._store.actions.finish(follow_up.id, state, sentence, now)
        self._desk.schedule.remove(follow_up.id)

    async def _end_fields(self, follow_up: FollowUp, sentence: str) -> dict[str, Any]:
        journey = follow_up.journey
        return {
            "target": journey.target,
            "cause": journey.cause,
            "sentence": sentence,
            "tasks": journey.tasks,
            "started_by": journey.started_by,
            "started_at": journey.started_at,
            "ended_at": self._desk.now(),
            "thread_id": follow_up.thread_id,
            "recheck": await self._desk.offers.recheck(follow_up.thread_id, journey.target),
        }

    async def _show(self, follow_up: FollowUp) -> None:
        journey, thread_id, offers = follow_up.journey, follow_up.thread_id, self._desk.offers
        if not journey.tasks or journey.action is None:
            return
        state = Acting(
            target=journey.target,
            cause=journey.cause,
            doing=remedy_for(journey.action).doing(journey.action),
            tasks=journey.tasks,
            started_by=journey.started_by,
            started_at=journey.started_at,
            thread_id=thread_id,
            retry=await offers.retry(thread_id, journey.retry) if journey.retry else None,
        )
        await self._desk.outbox.show(thread_id, state)

    async def _show_unwatched(self, state: Reported, note: str) -> None:
        # Nobody would notice the recovery that a mute without an end waits for.
        muted = state.muted if state.muted and state.muted.until else None
        unwatched = msgspec.structs.replace(state, watched=False, note=note, muted=muted)
        await self._desk.outbox.show(state.thread_id, unwatched)

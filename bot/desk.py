"""One thread's work: find the target, show progress, report, offer buttons, begin to watch.

Everything that must survive a kill is in the store before the next thing is done, and every piece
of work may begin again: it ends in the same message.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from bot.cluster.objects import Pod
from bot.evidence import Target
from bot.finder import FOLLOWED, Finder
from bot.investigate import Investigation, investigate, silent
from bot.messages import Outbox, Undelivered
from bot.mutes import Alarm, Mutes, covers
from bot.offers import Offers, new_id
from bot.outcomes import Busy, Muted, NotShown, Outcome, Referred, Worked
from bot.overviews import Overviews
from bot.render import states
from bot.render.slack_report import cause_line
from bot.render.states import Broken, Investigating, Reported, Task, TaskState
from bot.repeats import Repeats
from bot.report import Report, Verdict
from bot.shared import shared_cause
from bot.sources import Sources, StepEvent
from bot.store import Store
from bot.store.records import FollowUp, Journey, Mute, Phase, Source, Thread, Work
from bot.storms import Storms
from config.settings import Settings

LEASE = timedelta(seconds=120)
WATCH = timedelta(hours=6)
"""How long a report turns green by itself."""
_STATES = {"started": TaskState.RUNNING, "answered": TaskState.DONE}


class Schedule(Alarm, Protocol):
    """What runs the follow-ups, and tells when a mute is over."""

    def add(self, follow_up_id: str, seconds: float) -> None:
        """Step this follow-up every so many seconds."""
        ...

    def remove(self, follow_up_id: str) -> None:
        """Step it no more."""
        ...


class Desk:
    """Where the threads are worked on."""

    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        sources: Sources,
        settings: Settings,
        schedule: Schedule,
        now: Callable[[], datetime],
    ) -> None:
        self.store = store
        self.outbox = outbox
        self.sources = sources
        self.settings = settings
        self.schedule = schedule
        self.now = now
        self.offers = Offers(store, now)
        self.finder = Finder(sources.cluster, settings.slack.namespaces)
        self.overviews = Overviews(sources.cluster, now)
        self.repeats = Repeats(store, sources.cluster, outbox.permalink, now)
        self.mutes = Mutes(store, outbox, self.repeats, schedule, now)
        self.storms = Storms(store, outbox, now, settings.slack.replies_per_minute)

    async def work(self, thread_id: str) -> Outcome:
        """Do all the work that is left for a thread."""
        if not await self.store.threads.claim_work(thread_id, self.now(), LEASE):
            return Busy()
        thread = await self.store.threads.one(thread_id)
        if thread is None:
            return Busy()
        found = await self.finder.target(thread)
        if not isinstance(found, Target):
            await self.store.threads.end_work(thread_id, Work.SILENT)
            return found
        asked = msgspec.structs.replace(thread.asked, target=found)
        await self.store.threads.ask(thread_id, asked)
        if asked.source is Source.ALERT:
            return await self._answer_alert(thread, found)
        return await self._investigate(thread, found)

    async def _answer_alert(self, thread: Thread, found: Target) -> Outcome:
        workload = await self.repeats.workload_of(found)
        async with self.repeats.turn(thread, workload):
            await self.store.threads.belongs(thread.id, workload)
            if mutes := await self.mutes.on(thread, found.cluster, workload):
                return await self._look_quietly(thread, found, mutes)
            told = await self.repeats.answered_by(thread, workload)
            if self.storms.rages(thread.channel):
                await self.storms.count(thread, workload)
                return Referred()
            return await (self._refer(thread, told) if told else self._investigate(thread, found))

    async def _look_quietly(
        self, thread: Thread, found: Target, mutes: tuple[Mute, ...]
    ) -> Outcome:
        """A muted workload is heard of only when it fails of something else."""
        if await self.mutes.heard(thread, mutes[0].workload, mutes):
            await self.store.threads.end_work(thread.id, Work.SILENT)
            return Muted()
        looked = await self.look(found, silent)
        report = looked.report
        if report.verdict is Verdict.HEALTHY or any(covers(mute, report) for mute in mutes):
            await self.store.threads.report(thread.id, report, shared_cause(report))
            await self.store.threads.end_work(thread.id, Work.SILENT)
            return Muted()
        await self.show_report(thread.id, looked.report, seen=looked.pod)
        await self.store.threads.end_work(thread.id, Work.DONE)
        return Worked(looked.report)

    async def _refer(self, thread: Thread, told: Thread) -> Outcome:
        if told.report is None:
            await self.store.threads.end_work(thread.id, Work.SILENT)
            return Referred()
        state = states.Referred(
            workload=told.workload,
            cause=cause_line(told.report),
            told_at=told.report.collected_at,
            url=await self.outbox.permalink(told),
        )
        await self.outbox.show(thread.id, state)
        await self.store.threads.end_work(thread.id, Work.DONE)
        return Referred()

    async def _investigate(self, thread: Thread, found: Target) -> Outcome:
        await self.outbox.show(thread.id, Investigating(target=found, started_at=self.now()))
        if isinstance(delivery := await self.outbox.settle(thread.id), Undelivered):
            return NotShown(found, delivery.error)
        looked = await self.diagnose(thread.id, found)
        if thread.asked.source is not Source.ALERT or not await self._join(thread, looked):
            await self.show_report(thread.id, looked.report, seen=looked.pod)
        await self.store.threads.end_work(thread.id, Work.DONE)
        return Worked(looked.report)

    async def _join(self, thread: Thread, looked: Investigation) -> bool:
        """Say in one line that it is what many fail of; False when few do."""
        report, cause = looked.report, shared_cause(looked.report)
        async with self.repeats.turn(thread, cause):
            first = await self.repeats.first_of(thread, cause)
            if first is None or first.report is None:
                return False
            await self.store.threads.report(thread.id, report, cause)
            state = states.Joined(
                target=report.target,
                cause=cause_line(first.report),
                told_at=first.report.collected_at,
                url=await self.outbox.permalink(first),
            )
            await self.outbox.show(thread.id, state)
            if isinstance(first.wanted, Reported):
                also = await self.repeats.gather(first, first.wanted.also)
                grown = msgspec.structs.replace(first.wanted, also=also)
                await self.outbox.show(first.id, grown)
        if report.target.kind in FOLLOWED:
            await self._watch(thread.id, report, looked.pod)
        return True

    async def diagnose(self, thread_id: str, target: Target) -> Investigation:
        """Investigate, with the progress in the message."""
        return await self.look(target, self._tracker(thread_id, target))

    async def look(self, target: Target, progress: Callable[[StepEvent], None]) -> Investigation:
        """Investigate without a message."""
        return await investigate(target, self.sources, progress=progress)

    async def show_report(
        self, thread_id: str, report: Report, note: str = "", seen: Pod | None = None
    ) -> None:
        """Put a report into the message, and watch: the pod that was seen, or what replaces it."""
        await self.store.threads.report(thread_id, report, shared_cause(report))
        thread = await self.store.threads.one(thread_id)
        if thread is None:
            return
        watched = report.verdict is not Verdict.HEALTHY and report.target.kind in FOLLOWED
        earlier = thread.wanted.also if isinstance(thread.wanted, Reported) else ()
        shown = Reported(
            report=report,
            buttons=await self.offers.of_report(thread_id, report),
            note=note,
            watched=watched,
            thread_id=thread_id,
            muted=await self.mutes.shown(thread, report),
            also=await self.repeats.gather(thread, earlier) if earlier and thread.cause else (),
        )
        await self.outbox.show(thread_id, shown)
        if watched:
            await self._watch(thread_id, report, seen)

    async def apologise(self, thread_id: str, error_id: str) -> None:
        """Say in the message that the bot itself failed."""
        thread = await self.store.threads.one(thread_id)
        if thread is None or thread.message_ts is None:
            return
        await self.store.threads.end_work(thread_id, Work.DONE)
        await self.outbox.show(thread_id, Broken(target=thread.asked.target, error_id=error_id))

    async def _watch(self, thread_id: str, report: Report, seen: Pod | None) -> None:
        follow_up = FollowUp(
            id=new_id(),
            thread_id=thread_id,
            phase=Phase.POD,
            deadline=self.now() + WATCH,
            journey=Journey(
                target=report.target,
                cause=cause_line(report),
                started_at=self.now(),
                controller=seen.metadata.controller if seen else None,
                pod_uids=(seen.metadata.uid,) if seen else (),
            ),
        )
        await self.store.follow_ups.start(follow_up)
        await self.store.follow_ups.close_thread(thread_id, self.now(), keep=follow_up.id)
        self.schedule.add(follow_up.id, self.settings.followup.poll_seconds)

    def _tracker(self, thread_id: str, target: Target) -> Callable[[StepEvent], None]:
        tasks: dict[str, Task] = {}
        started_at = self.now()

        def track(step: StepEvent) -> None:
            tasks[step.key] = Task(
                key=step.key,
                title=step.title,
                state=_STATES.get(step.state, TaskState.FAILED),
                summary=step.summary,
            )
            self.outbox.sketch(
                thread_id,
                Investigating(target=target, tasks=tuple(tasks.values()), started_at=started_at),
            )

        return track

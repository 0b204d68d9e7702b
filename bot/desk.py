"""One thread's work: find the target, show progress, report, offer buttons, begin to watch.

Everything that must survive a kill is in the store before the next thing is done, and every piece
of work may begin again: it ends in the same message.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from bot.access import namespaces_of
from bot.cluster.objects import Pod
from bot.evidence import Target
from bot.investigate import Investigation, investigate
from bot.messages import Outbox, Undelivered
from bot.offers import Offers, new_id
from bot.render import states
from bot.render.slack_report import cause_line
from bot.render.states import Broken, Investigating, Reported, Task, TaskState
from bot.repeats import Repeats
from bot.report import Report, Verdict
from bot.sources import Matches, Query, SourceError, Sources, StepEvent
from bot.store import Store
from bot.store.records import FollowUp, Journey, Phase, Source, Thread, Work
from config.settings import FollowUpSettings

LEASE = timedelta(seconds=120)
WATCH = timedelta(hours=6)
"""How long a report turns green by itself."""
FOLLOWED = frozenset(
    {"Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController"}
)
"""Kinds that are Ready or not, so that a report about one can turn green."""
_STATES = {"started": TaskState.RUNNING, "answered": TaskState.DONE}


class Worked(msgspec.Struct, frozen=True):
    """The message shows the report."""

    report: Report


class Nothing(msgspec.Struct, frozen=True):
    """The cluster has nothing of these names."""

    queries: tuple[Query, ...]


class Several(msgspec.Struct, frozen=True):
    """Some things may be meant; a person has to choose."""

    targets: tuple[Target, ...]


class CouldNotLook(msgspec.Struct, frozen=True):
    """The cluster did not answer."""

    sentence: str


class NotShown(msgspec.Struct, frozen=True):
    """Slack would not take the message; `target` is what it would have been about."""

    target: Target
    error: str


class Referred(msgspec.Struct, frozen=True):
    """Another message of the channel answers for it."""


class Busy(msgspec.Struct, frozen=True):
    """Someone else has this work, or it is done."""


Outcome = Worked | Referred | Nothing | Several | CouldNotLook | NotShown | Busy


class Schedule(Protocol):
    """What runs the follow-ups."""

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
        settings: FollowUpSettings,
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
        self.repeats = Repeats(store, sources.cluster, now)
        self.scopes: tuple[str, ...] = ()
        """`CHANNEL=NAMESPACE` pairs of the settings: what a channel may hear of."""

    async def work(self, thread_id: str) -> Outcome:
        """Do all the work that is left for a thread."""
        if not await self.store.threads.claim_work(thread_id, self.now(), LEASE):
            return Busy()
        thread = await self.store.threads.one(thread_id)
        if thread is None:
            return Busy()
        found = await self._target(thread)
        if not isinstance(found, Target):
            await self.store.threads.end_work(thread_id, Work.SILENT)
            return found
        asked = msgspec.structs.replace(thread.asked, target=found)
        await self.store.threads.ask(thread_id, asked)
        if asked.source is not Source.ALERT:
            return await self._report(thread_id, found)
        workload = await self.repeats.workload_of(found)
        async with self.repeats.turn(thread, workload):
            await self.store.threads.belongs(thread_id, workload)
            told = await self.repeats.answered_by(thread, workload)
            return await (self._refer(thread, told) if told else self._report(thread_id, found))

    async def _refer(self, thread: Thread, told: Thread) -> Outcome:
        if told.report is None or self.repeats.too_many(thread.channel):
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

    async def _report(self, thread_id: str, found: Target) -> Outcome:
        await self.outbox.show(thread_id, Investigating(target=found, started_at=self.now()))
        if isinstance(delivery := await self.outbox.settle(thread_id), Undelivered):
            return NotShown(found, delivery.error)
        looked = await self.diagnose(thread_id, found)
        await self.show_report(thread_id, looked.report, seen=looked.pod)
        await self.store.threads.end_work(thread_id, Work.DONE)
        return Worked(looked.report)

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
        await self.store.threads.report(thread_id, report)
        buttons = await self.offers.of_report(thread_id, report)
        watched = report.verdict is not Verdict.HEALTHY and report.target.kind in FOLLOWED
        shown = Reported(
            report=report, buttons=buttons, note=note, watched=watched, thread_id=thread_id
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

    async def _target(self, thread: Thread) -> Target | Outcome:
        asked = thread.asked
        allowed = namespaces_of(thread.channel, self.scopes)
        if asked.target is not None:
            return asked.target if _may_hear(allowed, asked.target) else _out_of_scope(allowed)
        possible: list[Target] = []
        for query in asked.queries:
            if query.cluster not in ("", self.sources.cluster.name):
                continue
            try:
                found = _within(allowed, await self.sources.cluster.find(query))
            except SourceError as error:
                return CouldNotLook(f"I could not ask the cluster: {error}. {error.fix}".strip())
            if asked.source is Source.ALERT:
                if target := _meant(query, found):
                    return target
                continue
            if len(found.exact) == 1:
                return found.exact[0]
            possible.extend(t for t in found.exact or found.near if t not in possible)
        if possible:
            return Several(tuple(possible))
        return Nothing(asked.queries) if allowed is None else _out_of_scope(allowed)

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
        self.schedule.add(follow_up.id, self.settings.poll_seconds)

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


def _may_hear(allowed: frozenset[str] | None, target: Target) -> bool:
    return allowed is None or target.namespace in allowed


def _within(allowed: frozenset[str] | None, found: Matches) -> Matches:
    """What of it the channel may hear of; the rest is as if it were not there."""
    return Matches(
        exact=tuple(target for target in found.exact if _may_hear(allowed, target)),
        near=tuple(target for target in found.near if _may_hear(allowed, target)),
    )


def _out_of_scope(allowed: frozenset[str] | None) -> CouldNotLook:
    names = ", ".join(sorted(allowed or ()))
    return CouldNotLook(
        f"In this channel I speak of nothing but namespaces {names}, and found nothing like that "
        "there. Ask where the team of the other namespace is."
    )


def _meant(query: Query, found: Matches) -> Target | None:
    """What an alert surely means: the very name; nobody is there to be asked for another."""
    named = [target for target in found.exact if target.name == query.name]
    followed = [target for target in named if target.kind in FOLLOWED]
    return next(iter(followed or named), None) if len(followed or named) == 1 else None

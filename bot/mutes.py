"""Mutes: for a while, alerts about a workload get no answer while its cause is the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from bot.messages import Outbox
from bot.offers import new_id
from bot.render.states import Muted, Reported
from bot.repeats import Repeats
from bot.report import Report, Verdict
from bot.store import Store
from bot.store.records import Mute, Thread

_FRESH = timedelta(minutes=5)
"""How long one look at a muted workload answers for further alerts about it."""


class Alarm(Protocol):
    """What tells when a mute is over."""

    def at(self, mute_id: str, moment: datetime) -> None:
        """Let the mute end at this moment."""
        ...


class Mutes:
    """Puts and lifts mutes, and keeps what the messages say of them true."""

    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        repeats: Repeats,
        alarm: Alarm,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._repeats = repeats
        self._alarm = alarm
        self._now = now

    async def put(self, thread: Thread, span: timedelta | None, user: str, name: str) -> bool:
        """Mute what a thread reports; False when it reports no failure. None: till it recovers."""
        report = thread.report
        if report is None or not isinstance(thread.wanted, Reported) or not causes_of(report):
            return False
        now = self._now()
        mute = Mute(
            id=new_id(),
            team=thread.team,
            cluster=report.target.cluster,
            workload=await self._workload(thread, report),
            causes=causes_of(report),
            thread_id=thread.id,
            by_user=user,
            by_name=name,
            since=now,
            until=now + span if span else None,
        )
        await self._store.mutes.add(mute)
        await self._show(mute)
        return True

    async def resume(self) -> None:
        """Take up what an earlier process left."""
        for mute in await self._store.mutes.open_ones():
            await self._show(mute)

    async def lift(self, mute_id: str, team: str = "") -> Mute | None:
        """End a mute, of this team where one is named; None when there was none to end."""
        mute = await self._store.mutes.one(mute_id)
        if mute is None or team not in ("", mute.team):
            return None
        ended = await self._store.mutes.end(mute_id, self._now())
        await self._refresh(mute)
        return mute if ended else None

    async def active(self, team: str) -> tuple[Mute, ...]:
        """What is muted in a team now, oldest first.

        A mute until recovery is over as soon as nobody watches for the recovery, for whatever
        reason: it came, the message was deleted, or somebody stopped it.
        """
        lasting = []
        for mute in await self._store.mutes.active(team, self._now()):
            if mute.until or await self._store.follow_ups.of_thread(mute.thread_id):
                lasting.append(mute)
            else:
                await self._store.mutes.end(mute.id, self._now())
        return tuple(lasting)

    async def on(self, thread: Thread, cluster: str, workload: str) -> tuple[Mute, ...]:
        """What mutes alerts about a workload now."""
        active = await self.active(thread.team)
        return tuple(m for m in active if (m.cluster, m.workload) == (cluster, workload))

    async def heard(self, thread: Thread, workload: str, mutes: tuple[Mute, ...]) -> bool:
        """Whether a look of the last minutes found nothing but what is muted."""
        recent = await self._store.threads.about(thread, workload, self._now() - _FRESH)
        return any(covers(mute, other.report) for other in recent if other.report for mute in mutes)

    async def shown(self, thread: Thread, report: Report) -> Muted | None:
        """What a thread's message says about being muted."""
        cluster = report.target.cluster
        active = await self.active(thread.team)
        covering = [m for m in active if m.cluster == cluster and covers(m, report)]
        if not covering:
            return None
        workload = await self._workload(thread, report)
        found = next((m for m in reversed(covering) if m.workload == workload), None)
        if found is None:
            return None
        return Muted(id=found.id, workload=workload, by=found.by_name, until=found.until)

    async def _show(self, mute: Mute) -> None:
        if mute.until is not None:
            self._alarm.at(mute.id, mute.until)
        await self._refresh(mute)

    async def _workload(self, thread: Thread, report: Report) -> str:
        return thread.workload or await self._repeats.workload_of(report.target)

    async def _refresh(self, mute: Mute) -> None:
        """Let every living message that a mute is about say so, or say so no more."""
        followed = {item.thread_id for item in await self._store.follow_ups.open_ones()}
        ids = frozenset({mute.thread_id, *followed})
        for thread in await self._store.threads.followed(mute.team, ids):
            if thread.report is None or not isinstance(thread.wanted, Reported):
                continue
            if covers(mute, thread.report):
                muted = await self.shown(thread, thread.report)
                if muted != thread.wanted.muted:
                    state = msgspec.structs.replace(thread.wanted, muted=muted)
                    await self._outbox.show(thread.id, state)


def causes_of(report: Report) -> tuple[str, ...]:
    """What a mute of this report is for: its root causes, or that none is known."""
    if report.verdict is Verdict.HEALTHY:
        return ()
    codes = sorted({finding.code for finding in report.root_causes})
    return tuple(codes) or (report.verdict.value,)


def covers(mute: Mute, report: Report) -> bool:
    """Whether a report says nothing but what was muted."""
    causes = causes_of(report)
    return bool(causes) and set(causes) <= set(mute.causes)

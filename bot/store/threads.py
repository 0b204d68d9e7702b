"""Threads: one message each, what it should show and what it shows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Executable, or_, select, update

from bot.render.states import State
from bot.report import Report
from bot.store.records import Asked, Thread, Work
from bot.store.statements import Statements
from bot.store.tables import threads as t

_FIELDS = tuple(t.c[name] for name in Thread.__struct_fields__)


class Threads:
    """The table of threads."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def open(self, thread: Thread) -> bool:
        """Store a new thread; False when the alert that it answers has one already."""
        return await self._statements.insert(t.insert().values(**msgspec.structs.asdict(thread)))

    async def one(self, thread_id: str) -> Thread | None:
        """The thread with this id."""
        return next(iter(await self._select(t.c.id == thread_id)), None)

    async def of_alert(self, team: str, channel: str, alert_ts: str) -> Thread | None:
        """The thread that answers an alert."""
        where = (t.c.team == team) & (t.c.channel == channel) & (t.c.alert_ts == alert_ts)
        return next(iter(await self._select(where)), None)

    async def unfinished(self) -> tuple[Thread, ...]:
        """Threads whose work was begun and not ended."""
        return await self._select(t.c.work == Work.WANTED)

    async def stale(self) -> tuple[Thread, ...]:
        """Threads whose message does not show what it should."""
        return await self._select(
            (t.c.wanted_version > t.c.shown_version) & (t.c.work != Work.GONE)
        )

    async def claim_work(self, thread_id: str, now: datetime, lease: timedelta) -> bool:
        """Take the work on a thread for a while; False when it is done or someone has it."""
        free = or_(t.c.work_leased_until.is_(None), t.c.work_leased_until < now)
        return await self._change(
            (t.c.id == thread_id) & (t.c.work == Work.WANTED) & free,
            work_leased_until=now + lease,
        )

    async def release_all(self) -> None:
        """Forget all leases: only where no other process can hold one."""
        await self._change(t.c.work_leased_until.is_not(None), work_leased_until=None)

    async def end_work(self, thread_id: str, work: Work) -> None:
        """The work on a thread has come to its end."""
        await self._change((t.c.id == thread_id) & (t.c.work != Work.GONE), work=work)

    async def ask(self, thread_id: str, asked: Asked) -> None:
        """Change what the thread is about, once its target is known."""
        await self._change(t.c.id == thread_id, asked=asked)

    async def belongs(self, thread_id: str, workload: str) -> None:
        """Keep which workload the target of a thread belongs to."""
        await self._change(t.c.id == thread_id, workload=workload)

    async def about(self, thread: Thread, workload: str, since: datetime) -> tuple[Thread, ...]:
        """The other threads of its channel about a workload that began after a moment."""
        return await self._others(thread, t.c.workload == workload, since)

    async def sharing(self, thread: Thread, cause: str, since: datetime) -> tuple[Thread, ...]:
        """The other threads of its channel with a cause that began after a moment."""
        return await self._others(thread, t.c.cause == cause, since)

    async def report(self, thread_id: str, report: Report, cause: str) -> None:
        """Keep the newest report, and what its cause shares with others."""
        await self._change(t.c.id == thread_id, report=report, cause=cause)

    async def want(self, thread_id: str, state: State, now: datetime) -> None:
        """Say what the message should show from now on."""
        await self._change(
            t.c.id == thread_id,
            wanted=state,
            wanted_version=t.c.wanted_version + 1,
            updated_at=now,
        )

    async def shown(self, thread_id: str, version: int, render_hash: str) -> None:
        """Slack has accepted this version."""
        await self._change(
            (t.c.id == thread_id) & (t.c.shown_version <= version),
            shown_version=version,
            render_hash=render_hash,
        )

    async def claim_post(self, thread_id: str, now: datetime) -> bool:
        """Take the right to post the message: it is given once, since a post cannot be undone."""
        return await self._change(
            (t.c.id == thread_id) & t.c.post_claimed_at.is_(None) & t.c.message_ts.is_(None),
            post_claimed_at=now,
        )

    async def release_post(self, thread_id: str) -> None:
        """Give the right back: it is known that nothing was posted."""
        await self._change((t.c.id == thread_id) & t.c.message_ts.is_(None), post_claimed_at=None)

    async def posted(self, thread_id: str, message_ts: str) -> None:
        """Keep where the message is."""
        await self._change(t.c.id == thread_id, message_ts=message_ts)

    async def repost(self, thread_id: str, root_ts: str) -> None:
        """The message cannot be edited any more: the next state goes into a reply."""
        await self._change(
            t.c.id == thread_id,
            root_ts=root_ts,
            message_ts=None,
            post_claimed_at=None,
            render_hash="",
        )

    async def followed(self, team: str, ids: frozenset[str]) -> tuple[Thread, ...]:
        """Those of these threads that are in the team, newest first."""
        found = await self._select((t.c.team == team) & t.c.id.in_(sorted(ids)))
        return tuple(sorted(found, key=lambda thread: thread.created_at, reverse=True))

    async def reported(
        self, team: str, since: datetime, most: int, *, without: frozenset[str]
    ) -> tuple[Thread, ...]:
        """Threads of a team with a report and a message that began after a moment, newest first."""
        told = t.c.report.is_not(None) & t.c.message_ts.is_not(None) & (t.c.work != Work.GONE)
        where = (t.c.team == team) & (t.c.created_at >= since) & t.c.id.not_in(sorted(without))
        query = select(*_FIELDS).where(where & told).order_by(t.c.created_at.desc()).limit(most)
        return await self._rows(query)

    async def _others(
        self, thread: Thread, like: ColumnElement[bool], since: datetime
    ) -> tuple[Thread, ...]:
        place = (t.c.team == thread.team) & (t.c.channel == thread.channel)
        return await self._select(place & like & (t.c.id != thread.id) & (t.c.created_at >= since))

    async def _select(self, where: ColumnElement[bool]) -> tuple[Thread, ...]:
        return await self._rows(select(*_FIELDS).where(where).order_by(t.c.created_at))

    async def _rows(self, query: Executable) -> tuple[Thread, ...]:
        rows = await self._statements.rows(query)
        return tuple(Thread(**dict(row) | {"work": Work(row["work"])}) for row in rows)

    async def _change(self, where: ColumnElement[bool], **values: Any) -> bool:
        return bool(await self._statements.change(update(t).where(where).values(**values)))

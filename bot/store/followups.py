"""Follow-ups: how far each has come, and who looks after it at the moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, or_, select, update

from bot.store.records import FollowUp, Phase
from bot.store.statements import Statements
from bot.store.tables import follow_ups as t

_FIELDS = tuple(t.c[name] for name in FollowUp.__struct_fields__)


class FollowUps:
    """The table of follow-ups."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def start(self, follow_up: FollowUp) -> bool:
        """Store a new one; False when it is there already."""
        return await self._statements.insert(t.insert().values(**msgspec.structs.asdict(follow_up)))

    async def one(self, follow_up_id: str) -> FollowUp | None:
        """The follow-up with this id, open or closed."""
        return next(iter(await self._select(t.c.id == follow_up_id)), None)

    async def open_ones(self) -> tuple[FollowUp, ...]:
        """All that have not come to their end."""
        return await self._select(t.c.closed_at.is_(None))

    async def of_thread(self, thread_id: str) -> tuple[FollowUp, ...]:
        """The open ones of a thread."""
        return await self._select((t.c.thread_id == thread_id) & t.c.closed_at.is_(None))

    async def lease(self, follow_up_id: str, now: datetime, lease: timedelta) -> FollowUp | None:
        """Take one step's right for a while; None when it is closed or someone else has it."""
        free = or_(t.c.leased_until.is_(None), t.c.leased_until < now)
        taken = await self._change(
            (t.c.id == follow_up_id) & t.c.closed_at.is_(None) & free, leased_until=now + lease
        )
        return await self.one(follow_up_id) if taken else None

    async def release(self, follow_up_id: str) -> None:
        """Give the right back."""
        await self._change(t.c.id == follow_up_id, leased_until=None)

    async def release_all(self) -> None:
        """Forget all leases: only where no other process can hold one."""
        await self._change(t.c.leased_until.is_not(None), leased_until=None)

    async def save(self, follow_up: FollowUp) -> bool:
        """Keep how far it has come; False when it was closed meanwhile."""
        return await self._change(
            (t.c.id == follow_up.id) & t.c.closed_at.is_(None),
            phase=follow_up.phase,
            deadline=follow_up.deadline,
            ready_since=follow_up.ready_since,
            journey=follow_up.journey,
        )

    async def close(self, follow_up_id: str, now: datetime) -> bool:
        """End it; False when it had ended already."""
        return await self._change((t.c.id == follow_up_id) & t.c.closed_at.is_(None), closed_at=now)

    async def close_thread(self, thread_id: str, now: datetime, keep: str = "") -> bool:
        """End all of a thread, except the one to keep; False when there was none."""
        return await self._change(
            (t.c.thread_id == thread_id) & t.c.closed_at.is_(None) & (t.c.id != keep),
            closed_at=now,
        )

    async def _select(self, where: ColumnElement[bool]) -> tuple[FollowUp, ...]:
        rows = await self._statements.rows(select(*_FIELDS).where(where).order_by(t.c.id))
        return tuple(FollowUp(**dict(row) | {"phase": Phase(row["phase"])}) for row in rows)

    async def _change(self, where: ColumnElement[bool], **values: Any) -> bool:
        return bool(await self._statements.change(update(t).where(where).values(**values)))

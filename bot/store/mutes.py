"""Mutes: what nobody wants to hear of at the moment, and who said so."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, or_, select, update

from bot.store.records import Mute
from bot.store.statements import Statements
from bot.store.tables import mutes as t

_FIELDS = tuple(t.c[name] for name in Mute.__struct_fields__)


class Mutes:
    """The table of mutes."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def add(self, mute: Mute) -> None:
        """Keep a new one."""
        await self._statements.change(t.insert().values(**msgspec.structs.asdict(mute)))

    async def one(self, mute_id: str) -> Mute | None:
        """The mute with this id, over or not."""
        return next(iter(await self._select(t.c.id == mute_id)), None)

    async def active(self, team: str, now: datetime) -> tuple[Mute, ...]:
        """Those of a team that nobody ended and whose time is not over, oldest first."""
        lasts = or_(t.c.until.is_(None), t.c.until > now)
        return await self._select((t.c.team == team) & t.c.ended_at.is_(None) & lasts)

    async def open_ones(self) -> tuple[Mute, ...]:
        """All that nobody has ended, those whose time is over too."""
        return await self._select(t.c.ended_at.is_(None))

    async def end(self, mute_id: str, now: datetime) -> bool:
        """End one; False when it had been ended."""
        open_one = (t.c.id == mute_id) & t.c.ended_at.is_(None)
        return bool(await self._statements.change(update(t).where(open_one).values(ended_at=now)))

    async def _select(self, where: ColumnElement[bool]) -> tuple[Mute, ...]:
        rows = await self._statements.rows(select(*_FIELDS).where(where).order_by(t.c.since))
        return tuple(Mute(**row) for row in rows)

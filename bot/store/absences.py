"""Absences: channels of the settings that the bot is not in, from when it was seen to the end."""

from __future__ import annotations

import msgspec
from sqlalchemy import delete, select

from bot.store.records import Absence
from bot.store.statements import Statements
from bot.store.tables import absences as t

_FIELDS = tuple(t.c[name] for name in Absence.__struct_fields__)


class Absences:
    """The table of absences."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def begin(self, absence: Absence) -> bool:
        """Keep a new one; False when it is known."""
        return await self._statements.insert(t.insert().values(**msgspec.structs.asdict(absence)))

    async def end(self, team: str, channel: str) -> None:
        """Forget one: the bot is in the channel, or needs it no more."""
        own = (t.c.team == team) & (t.c.channel == channel)
        await self._statements.change(delete(t).where(own))

    async def of(self, team: str) -> tuple[Absence, ...]:
        """Those of a team, oldest first."""
        query = select(*_FIELDS).where(t.c.team == team).order_by(t.c.since, t.c.channel)
        return tuple(Absence(**row) for row in await self._statements.rows(query))

"""Channels: what the people of each chose to hear."""

from __future__ import annotations

import msgspec
from sqlalchemy import ColumnElement, select, update

from bot.store.records import Answering, Choice
from bot.store.statements import Statements
from bot.store.tables import channels as t

_FIELDS = tuple(t.c[name] for name in Choice.__struct_fields__)


class Channels:
    """The table of channels."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def one(self, team: str, channel: str) -> Choice | None:
        """What a channel chose; None when the settings decide."""
        found = await self._select((t.c.team == team) & (t.c.channel == channel))
        return next(iter(found), None)

    async def of(self, team: str) -> tuple[Choice, ...]:
        """The choices of a team's channels, newest first."""
        return await self._select(t.c.team == team)

    async def choose(self, choice: Choice) -> None:
        """Keep the newest choice of a channel."""
        own = (t.c.team == choice.team) & (t.c.channel == choice.channel)
        values = msgspec.structs.asdict(choice)
        if not await self._statements.change(update(t).where(own).values(**values)):
            await self._statements.insert(t.insert().values(**values))

    async def _select(self, where: ColumnElement[bool]) -> tuple[Choice, ...]:
        query = select(*_FIELDS).where(where).order_by(t.c.at.desc())
        rows = await self._statements.rows(query)
        return tuple(
            Choice(**dict(row) | {"answering": Answering(row["answering"])}) for row in rows
        )

"""Channels: what the people of each chose to hear."""

from __future__ import annotations

import msgspec
from sqlalchemy import select, update

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
        where = (t.c.team == team) & (t.c.channel == channel)
        rows = await self._statements.rows(select(*_FIELDS).where(where))
        found = next(iter(rows), None)
        return (
            Choice(**dict(found) | {"answering": Answering(found["answering"])}) if found else None
        )

    async def choose(self, choice: Choice) -> None:
        """Keep the newest choice of a channel."""
        own = (t.c.team == choice.team) & (t.c.channel == choice.channel)
        values = msgspec.structs.asdict(choice)
        if not await self._statements.change(update(t).where(own).values(**values)):
            await self._statements.insert(t.insert().values(**values))

"""The journal: events that were seen, and who did what."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.records import AuditEntry
from bot.store.tables import audit, events_seen


class Journal:
    """What came in, and what was decided."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def first_sight(self, key: str, now: datetime) -> bool:
        """Whether this event was never seen before; from now on it was."""
        try:
            async with self._engine.connect() as connection:
                await connection.execute(events_seen.insert().values(key=key[:160], seen_at=now))
        except IntegrityError:
            return False
        return True

    async def forget_before(self, moment: datetime) -> None:
        """Drop events so old that Slack does not deliver them again."""
        async with self._engine.connect() as connection:
            await connection.execute(delete(events_seen).where(events_seen.c.seen_at < moment))

    async def write(self, entry: AuditEntry) -> None:
        """Add one line to the audit."""
        async with self._engine.connect() as connection:
            await connection.execute(audit.insert().values(**msgspec.structs.asdict(entry)))

    async def entries(self, channel: str) -> tuple[AuditEntry, ...]:
        """The audit of a channel, oldest first."""
        fields = tuple(audit.c[name] for name in AuditEntry.__struct_fields__)
        async with self._engine.connect() as connection:
            rows = await connection.execute(
                select(*fields).where(audit.c.channel == channel).order_by(audit.c.id)
            )
            return tuple(AuditEntry(**row) for row in rows.mappings())

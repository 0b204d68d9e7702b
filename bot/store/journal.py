"""The journal: events that were seen, and who did what."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import delete, select

from bot.store.records import AuditEntry
from bot.store.statements import Statements
from bot.store.tables import audit, events_seen


class Journal:
    """What came in, and what was decided."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def first_sight(self, key: str, now: datetime) -> bool:
        """Whether this event was never seen before; from now on it was."""
        return await self._statements.insert(
            events_seen.insert().values(key=key[:160], seen_at=now)
        )

    async def forget_before(self, moment: datetime) -> None:
        """Drop events so old that Slack does not deliver them again."""
        await self._statements.change(delete(events_seen).where(events_seen.c.seen_at < moment))

    async def write(self, entry: AuditEntry) -> None:
        """Add one line to the audit."""
        await self._statements.change(audit.insert().values(**msgspec.structs.asdict(entry)))

    async def entries(self, channel: str) -> tuple[AuditEntry, ...]:
        """The audit of a channel, oldest first."""
        fields = tuple(audit.c[name] for name in AuditEntry.__struct_fields__)
        rows = await self._statements.rows(
            select(*fields).where(audit.c.channel == channel).order_by(audit.c.id)
        )
        return tuple(AuditEntry(**row) for row in rows)

"""Actions: what a button stands for, and the one person who pressed it first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, select, update

from bot.store.records import ActionState, Offered
from bot.store.statements import Statements
from bot.store.tables import actions as t

_FIELDS = tuple(t.c[name] for name in Offered.__struct_fields__)


class Actions:
    """The table of actions."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    async def offer(self, offered: Offered) -> None:
        """Store a button before it is shown."""
        await self._statements.change(t.insert().values(**msgspec.structs.asdict(offered)))

    async def one(self, action_id: str) -> Offered | None:
        """The action with this id."""
        return next(iter(await self._select(t.c.id == action_id)), None)

    async def claim(self, action_id: str, user: str, name: str, now: datetime) -> bool:
        """Press the button: True for the one click that comes first and in time."""
        return await self._change(
            (t.c.id == action_id) & (t.c.state == ActionState.OFFERED) & (t.c.expires_at > now),
            state=ActionState.CLAIMED,
            claimed_by=user,
            claimed_name=name,
            claimed_at=now,
        )

    async def begin(self, action_id: str) -> bool:
        """Go from claimed to running: True for the one caller that may perform it."""
        return await self._change(
            (t.c.id == action_id) & (t.c.state == ActionState.CLAIMED), state=ActionState.RUNNING
        )

    async def finish(self, action_id: str, state: ActionState, result: str, now: datetime) -> None:
        """Keep how it ended."""
        await self._change(t.c.id == action_id, state=state, result=result, finished_at=now)

    async def retire(self, thread_id: str) -> None:
        """The buttons of an earlier report of this thread count no longer."""
        await self._change(
            (t.c.thread_id == thread_id) & (t.c.state == ActionState.OFFERED),
            state=ActionState.EXPIRED,
        )

    async def claimed(self) -> tuple[Offered, ...]:
        """Actions that were claimed and have not ended."""
        return await self._select(t.c.state.in_((ActionState.CLAIMED, ActionState.RUNNING)))

    async def of_thread(self, thread_id: str) -> tuple[Offered, ...]:
        """All actions of a thread, in the order of their ids."""
        return await self._select(t.c.thread_id == thread_id)

    async def _select(self, where: ColumnElement[bool]) -> tuple[Offered, ...]:
        rows = await self._statements.rows(select(*_FIELDS).where(where).order_by(t.c.id))
        return tuple(Offered(**dict(row) | {"state": ActionState(row["state"])}) for row in rows)

    async def _change(self, where: ColumnElement[bool], **values: Any) -> bool:
        return bool(await self._statements.change(update(t).where(where).values(**values)))

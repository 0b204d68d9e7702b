"""More alerts than a channel can bear: what is over is counted in one message."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from bot.messages import Outbox
from bot.offers import new_id
from bot.render.states import Storm, Struck
from bot.store import Store
from bot.store.records import Asked, Source, Thread, Work

_MINUTE = timedelta(minutes=1)
_LASTS = timedelta(minutes=30)
"""How long after its beginning a storm's message takes further alerts."""
_EVERY = "*"
"""Stands for the workload in the row of a storm's message."""


class Storms:
    """Counts the replies to alerts, channel by channel."""

    def __init__(
        self, store: Store, outbox: Outbox, now: Callable[[], datetime], per_minute: int
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._now = now
        self._per_minute = per_minute
        self._given: dict[str, deque[datetime]] = defaultdict(deque)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def rages(self, channel: str) -> bool:
        """Whether a channel had its replies of this minute; if not, one more is counted."""
        given, now = self._given[channel], self._now()
        while given and now - given[0] > _MINUTE:
            given.popleft()
        if len(given) >= self._per_minute:
            return True
        given.append(now)
        return False

    async def count(self, thread: Thread, workload: str) -> None:
        """Count an alert about a workload in the storm's message, which is made when there is none.

        The alert's own work ends here.
        """
        async with self._turns.setdefault(f"{thread.team} {thread.channel}", asyncio.Lock()):
            found = await self._current(thread)
            message, storm = found or await self._begin(thread)
            await self._outbox.show(message.id, _with(storm, workload))
            await self._store.threads.end_work(thread.id, Work.SILENT)

    async def _current(self, thread: Thread) -> tuple[Thread, Storm] | None:
        known = await self._store.threads.about(thread, _EVERY, self._now() - _LASTS)
        for message in reversed(known):
            if isinstance(message.wanted, Storm) and message.work is not Work.GONE:
                return message, message.wanted
        return None

    async def _begin(self, thread: Thread) -> tuple[Thread, Storm]:
        now = self._now()
        message = Thread(
            id=new_id(),
            team=thread.team,
            channel=thread.channel,
            workload=_EVERY,
            asked=Asked(source=Source.ALERT),
            work=Work.DONE,
            created_at=now,
            updated_at=now,
        )
        await self._store.threads.open(message)
        return message, Storm(began_at=now, per_minute=self._per_minute)


def _with(storm: Storm, workload: str) -> Storm:
    counts = {struck.workload: struck.alerts for struck in storm.struck}
    counts[workload] = counts.get(workload, 0) + 1
    struck = tuple(Struck(workload=name, alerts=alerts) for name, alerts in counts.items())
    return Storm(began_at=storm.began_at, per_minute=storm.per_minute, struck=struck)

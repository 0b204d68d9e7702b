"""Alerts about what a message of the channel tells already: one living message for all of them."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from bot.evidence import Target
from bot.render.states import Acting, Reported
from bot.sources import Cluster, SourceError
from bot.store import Store
from bot.store.records import Thread

_FRESH = timedelta(minutes=30)
"""How long a report answers for the alerts that come after it."""
_MINUTE = timedelta(minutes=1)
_REFERENCES = 10
"""How many alerts of a channel are answered in a minute by a reference to a report."""
_MADE_BY_OTHERS = ("Pod", "ReplicaSet", "Job")


class Repeats:
    """Finds the message that answers for an alert."""

    def __init__(self, store: Store, cluster: Cluster, now: Callable[[], datetime]) -> None:
        self._store = store
        self._cluster = cluster
        self._now = now
        self._turns: WeakValueDictionary[tuple[str, str, str], asyncio.Lock] = WeakValueDictionary()
        self._references: dict[str, deque[datetime]] = defaultdict(deque)

    def turn(self, thread: Thread, workload: str) -> asyncio.Lock:
        """Held while one alert about a workload is worked on: what it finds answers the others."""
        return self._turns.setdefault((thread.team, thread.channel, workload), asyncio.Lock())

    async def workload_of(self, target: Target) -> str:
        """What a target belongs to, as `namespace/Kind/name`; itself where nobody can tell."""
        kind, name = target.kind, target.name
        while kind in _MADE_BY_OTHERS:
            try:
                item = await self._cluster.get(kind, target.namespace, name)
            except SourceError:
                break
            owner = item.metadata.controller if item else None
            if owner is None:
                break
            kind, name = owner.kind, owner.name
        return f"{target.namespace}/{kind}/{name}"

    async def answered_by(self, thread: Thread, workload: str) -> Thread | None:
        """The thread whose message is about the same workload, lives, and is fresh."""
        since = self._now() - _FRESH
        for other in reversed(await self._store.threads.about(thread, workload, since)):
            if other.message_ts is not None and isinstance(other.wanted, Reported | Acting):
                return other
        return None

    def too_many(self, channel: str) -> bool:
        """Whether so many alerts were referred in the last minute that one more is but noise."""
        given, now = self._references[channel], self._now()
        while given and now - given[0] > _MINUTE:
            given.popleft()
        if len(given) >= _REFERENCES:
            return True
        given.append(now)
        return False

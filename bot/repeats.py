"""Alerts about what a message of the channel tells already: one living message for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from bot.evidence import Target
from bot.render.states import Acting, Affected, Reported
from bot.sources import Cluster, SourceError
from bot.store import Store
from bot.store.records import Thread

_FRESH = timedelta(minutes=30)
"""How long a report answers for the alerts that come after it."""
_TOGETHER = timedelta(minutes=2)
_MANY = 5
"""So many reports of one cause within two minutes, and further ones are but a line."""
_LINKS = 10
_MADE_BY_OTHERS = ("Pod", "ReplicaSet", "Job")


class Repeats:
    """Finds the message that answers for an alert."""

    def __init__(
        self,
        store: Store,
        cluster: Cluster,
        permalink: Callable[[Thread], Awaitable[str]],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._cluster = cluster
        self._permalink = permalink
        self._now = now
        self._turns: WeakValueDictionary[tuple[str, str, str], asyncio.Lock] = WeakValueDictionary()

    def turn(self, thread: Thread, about: str) -> asyncio.Lock:
        """Held while one alert about a workload, or of a cause, is worked on in a channel."""
        return self._turns.setdefault((thread.team, thread.channel, about), asyncio.Lock())

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

    async def first_of(self, thread: Thread, cause: str) -> Thread | None:
        """The thread that answers for a cause which many share by now; None while few do."""
        now = self._now()
        if not cause or len(await self._sharing(thread, cause, now - _TOGETHER)) < _MANY:
            return None
        for other in await self._sharing(thread, cause, now - _FRESH):
            if other.message_ts is not None and isinstance(other.wanted, Reported | Acting):
                return other
        return None

    async def gather(self, first: Thread, known: tuple[Affected, ...]) -> tuple[Affected, ...]:
        """The workloads that fail of the same as this thread's, those that are `known` first."""
        names = {affected.workload for affected in known}
        found = list(known)
        for other in await self._sharing(first, first.cause, first.created_at):
            name = other.workload or str(other.asked.target)
            if name in names or name == first.workload or other.message_ts is None:
                continue
            names.add(name)
            # Each address is a call to Slack, and nobody follows more than a few.
            url = await self._permalink(other) if len(found) < _LINKS else ""
            found.append(Affected(workload=name, url=url))
        return tuple(found)

    async def _sharing(self, thread: Thread, cause: str, since: datetime) -> tuple[Thread, ...]:
        return await self._store.threads.sharing(thread, cause, since)

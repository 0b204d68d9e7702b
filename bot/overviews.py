"""How the cluster is, kept for a moment: forms and the Home tab have to answer within seconds.

Slack shows an error when the options of a select take longer than three seconds:
https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.evidence import GapReason
from bot.sources import Overview, SourceError

_FRESH = timedelta(seconds=10)
_USABLE = timedelta(minutes=5)


class Seen(Protocol):
    """What an overview is asked of."""

    async def overview(self) -> Overview:
        """How all pods and nodes are."""
        ...


class Overviews:
    """Keeps the newest overview; however many want it, the cluster is asked once at a time.

    `patience` is how many seconds somebody may be kept waiting for a newer one.
    """

    def __init__(self, cluster: Seen, now: Callable[[], datetime], patience: float = 1.5) -> None:
        self._cluster = cluster
        self._now = now
        self.patience = patience
        self._kept: tuple[datetime, Overview] | None = None
        self._reading: asyncio.Task[Overview] | None = None

    def warm(self) -> None:
        """Begin to read a newer one, unless the kept one is fresh."""
        if self._is_kept(_FRESH):
            return
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())

    async def current(self) -> Overview:
        """The newest that can be had in time; nothing but a gap when there is none."""
        self.warm()
        if self._reading is not None:
            await asyncio.wait((self._reading,), timeout=self.patience)
            if self._reading.done():
                return self._reading.result()
        if self._kept is not None and self._is_kept(_USABLE):
            return self._kept[1]
        late = f"no answer within {self.patience:g} s"
        return _nothing(SourceError(GapReason.TIMED_OUT, late, "try again"))

    def _is_kept(self, age: timedelta) -> bool:
        return self._kept is not None and self._now() - self._kept[0] < age

    async def _read(self) -> Overview:
        try:
            found = await self._cluster.overview()
        except SourceError as error:
            return _nothing(error)
        self._kept = self._now(), found
        return found


def _nothing(error: SourceError) -> Overview:
    return Overview(gaps=(error.as_gap("cluster", "pods and nodes"),))

"""The simulated service's time: real by default, faster on request."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta


class Clock:
    """A clock that starts at a time and runs `speed` times as fast as the wall's."""

    def __init__(self, start: datetime | None = None, speed: float = 1.0) -> None:
        self.speed = speed
        self._start = start or datetime.now(UTC)
        self._began = time.monotonic()
        self._skipped = timedelta()

    def now(self) -> datetime:
        """The present, aware UTC."""
        passed = (time.monotonic() - self._began) * self.speed
        return self._start + timedelta(seconds=passed) + self._skipped

    def skip(self, seconds: float) -> None:
        """Let time pass at once; sleepers do not notice."""
        self._skipped += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        """Wait for this many simulated seconds."""
        await asyncio.sleep(seconds / self.speed)

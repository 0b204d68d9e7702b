"""Which message may be updated next, and when: pure, over times that it is told.

`chat.update` is a tier 3 method, about 50 calls a minute for an app in a workspace
(https://docs.slack.dev/apis/web-api/rate-limits); we stay below.
"""

from __future__ import annotations

from collections import deque

import msgspec

_MINUTE = 60.0


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How fast updates may go out."""

    between: float = 3.0
    """Seconds between two updates of one message while something goes on."""
    before_final: float = 1.0
    """Seconds between the last update and the state that a person waits for."""
    per_minute: int = 40


class _Wanted(msgspec.Struct):
    since: float
    final: bool
    not_before: float = 0.0


class Pacing:
    """The messages that wait for an update; for each only the newest state counts."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._wanted: dict[str, _Wanted] = {}
        self._sent: deque[float] = deque()
        self._last: dict[str, float] = {}
        self._paused_until = 0.0

    def want(self, key: str, now: float, *, final: bool) -> None:
        """Let a message wait; one that waits already keeps its place."""
        waiting = self._wanted.setdefault(key, _Wanted(now, final))
        waiting.final = final or waiting.final

    def postpone(self, key: str, now: float, seconds: float) -> None:
        """Try this message again, but not at once."""
        waiting = self._wanted.setdefault(key, _Wanted(now, final=False))
        waiting.not_before = now + seconds

    def pause(self, now: float, seconds: float) -> None:
        """Send nothing at all for a while: Slack said so."""
        self._paused_until = max(self._paused_until, now + seconds)

    def sent(self, key: str, now: float) -> None:
        """Count an update that went out."""
        self._sent.append(now)
        self._last[key] = now

    def next(self, now: float) -> tuple[str | None, float]:
        """The message to update now, or None and the seconds until there may be one."""
        start = max(self._paused_until, self._budget_free(now))
        ready = {
            key: max(self._ready(key, waiting), start) for key, waiting in self._wanted.items()
        }
        due = [key for key, at in ready.items() if at <= now]
        if not due:
            return None, min((at - now for at in ready.values()), default=_MINUTE)
        first = min(due, key=lambda key: (not self._wanted[key].final, self._wanted[key].since))
        del self._wanted[first]
        return first, 0.0

    def _ready(self, key: str, waiting: _Wanted) -> float:
        last = self._last.get(key)
        between = self._pace.between
        rest = min(self._pace.before_final, between) if waiting.final else between
        rested = 0.0 if last is None else last + rest
        return max(rested, waiting.not_before)

    def _budget_free(self, now: float) -> float:
        while self._sent and self._sent[0] <= now - _MINUTE:
            self._sent.popleft()
        for key in [key for key, at in self._last.items() if at <= now - _MINUTE]:
            del self._last[key]
        return self._sent[0] + _MINUTE if len(self._sent) >= self._pace.per_minute else 0.0

"""Slack's rate limits: calls of one method in a minute, messages of one channel in a second.

https://docs.slack.dev/apis/web-api/rate-limits (the tiers' figures are minimums; bursts pass).
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable

_MINUTE = 60.0
_TIER_2, _TIER_3, _TIER_4 = 20, 50, 100
_PER_MINUTE = {
    "chat.update": _TIER_3,
    "chat.delete": _TIER_3,
    "conversations.history": _TIER_3,
    "conversations.replies": _TIER_3,
    "conversations.info": _TIER_3,
    "usergroups.users.list": _TIER_2,
    "chat.postEphemeral": _TIER_4,
    "views.open": _TIER_4,
    "users.info": _TIER_4,
}
_POST_BURST = 5


class Rates:
    """Counts calls and says how long a caller has to wait. `factor` widens every limit."""

    def __init__(self, clock: Callable[[], float], factor: float = 1.5) -> None:
        self.clock = clock
        self.factor = factor
        self._calls: dict[str, deque[float]] = defaultdict(deque)

    def wait(self, method: str, channel: str) -> int:
        """Seconds to wait; 0 when the call passes, which is then counted."""
        if method == "chat.postMessage":
            return self._check(f"{method} {channel}", _POST_BURST, _POST_BURST)
        limit = _PER_MINUTE.get(method)
        return self._check(method, limit, _MINUTE) if limit else 0

    def _check(self, key: str, limit: float, window: float) -> int:
        now = self.clock()
        calls = self._calls[key]
        while calls and calls[0] <= now - window:
            calls.popleft()
        if len(calls) >= limit * self.factor:
            return max(1, round(calls[0] + window - now))
        calls.append(now)
        return 0

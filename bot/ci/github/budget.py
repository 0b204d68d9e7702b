"""What is left of GitHub's rate limits, read from its own answers, so that we stop before the end.

Limits belong to an account (a token, an installation, an address without a token) and a resource
(`core`, `code_search`): https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from bot.evidence import GapReason
from bot.sources import SourceError

_RESERVE_SHARE = 20
"""Reads stop when less than a twentieth is left (50 requests at most): room for a button."""
_RESERVE_MOST = 50
_SECONDARY_PAUSE = 60
"""Seconds that GitHub asks for where a secondary limit comes without `retry-after`."""
_LONGEST_PAUSE = 3600


class _Left(msgspec.Struct, frozen=True):
    limit: int
    remaining: int
    reset: datetime


class Budget:
    """The rate limits of every account that this client uses. `now` gives aware UTC."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._left: dict[tuple[str, str], _Left] = {}
        self._paused: dict[tuple[str, str], datetime] = {}

    def spend(self, account: str, resource: str, *, write: bool = False) -> None:
        """Allow one more request, or raise SourceError RATE_LIMITED with the time to come back."""
        now = self._now()
        for pause in (self._paused.get((account, "")), self._paused.get((account, resource))):
            if pause is not None and pause > now:
                raise limited("GitHub asked this client to slow down", pause)
        left = self._left.get((account, resource))
        if left is None or left.reset <= now:
            return
        reserve = 0 if write else min(_RESERVE_MOST, left.limit // _RESERVE_SHARE)
        if left.remaining <= reserve:
            raise limited(
                f"{left.remaining} of {left.limit} requests are left in this window"
                f"{'' if write else ', kept for actions'}",
                left.reset,
            )

    def note(self, account: str, resource: str, headers: Mapping[str, str]) -> None:
        """Remember what an answer says about the limits."""
        limit = _number(headers.get("x-ratelimit-limit"))
        remaining = _number(headers.get("x-ratelimit-remaining"))
        reset = _number(headers.get("x-ratelimit-reset"))
        named = headers.get("x-ratelimit-resource", resource)
        if limit is not None and remaining is not None and reset is not None:
            left = _Left(limit, remaining, datetime.fromtimestamp(reset, UTC))
            self._left[account, named] = left

    def pause(self, account: str, resource: str, headers: Mapping[str, str]) -> datetime:
        """Ask nothing for a while; gives the time when the account may ask again.

        A resource that is used up stops alone; a secondary limit stops the whole account.
        """
        seconds = _number(headers.get("retry-after"))
        remaining = _number(headers.get("x-ratelimit-remaining"))
        reset = _number(headers.get("x-ratelimit-reset"))
        now = self._now()
        used_up = seconds is None and remaining == 0 and reset is not None
        if used_up and reset is not None:
            until = datetime.fromtimestamp(reset, UTC)
        else:
            until = now + timedelta(seconds=_SECONDARY_PAUSE if seconds is None else seconds)
        until = max(now, min(until, now + timedelta(seconds=_LONGEST_PAUSE)))
        self._paused[account, resource if used_up else ""] = until
        return until


def limited(why: str, until: datetime) -> SourceError:
    """Make the error for a question that has to wait."""
    clock = f"{until:%Y-%m-%d %H:%M:%S} UTC"
    return SourceError(
        GapReason.RATE_LIMITED, f"{why}; it can ask again at {clock}", f"Ask again after {clock}."
    )


def _number(text: str | None) -> int | None:
    """Read a header's number; nonsense and numbers too large for a time count as absent."""
    if text is None or not text.isdecimal() or len(text) > 10:
        return None
    return int(text)

"""One line of the doctor's answer."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from bot.sources import SourceError


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    MISSING = "missing"
    """A permission, a scope or a folder that would let the bot see or do more."""
    FAILED = "failed"
    NOT_SET = "not set"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, how it is, and what to do about it."""

    area: str
    """`settings`, `cluster`, `github`, `registries`, `slack`, `database` or `access`."""
    state: State
    says: str
    fix: str = ""
    needed: bool = True
    """Whether something that is configured does not work without it."""

    @property
    def breaks(self) -> bool:
        """Whether something that was configured will not work."""
        return self.needed and self.state in (State.MISSING, State.FAILED)


def failed(area: str, error: SourceError, *, needed: bool = True) -> Check:
    """A source that could not be asked."""
    return Check(
        area=area,
        state=State.FAILED,
        says=error.detail or str(error.reason),
        fix=error.fix,
        needed=needed,
    )

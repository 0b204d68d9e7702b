"""One line of the doctor's answer, and a question that always ends in such lines."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from enum import StrEnum

import msgspec

from bot.redact import one_line
from bot.sources import SourceError

SECONDS = 8.0
"""How long one check may take."""


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
    """`settings`, `catalog`, `cluster`, `github`, `registries`, `slack`, `database`, `access`."""
    state: State
    says: str
    fix: str = ""
    needed: bool = True
    """Whether something that is configured does not work without it."""

    @property
    def breaks(self) -> bool:
        """Whether something that was configured will not work."""
        return self.needed and self.state in (State.MISSING, State.FAILED)


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a question is about, for the line that says that it was not answered."""

    area: str
    about: str = ""
    """What was asked, where the area alone does not tell: a host, a repository."""
    by_hand: str = ""
    """A command that asks the same from a terminal."""
    needed: bool = True
    seconds: float = SECONDS


async def within(subject: Subject, question: Awaitable[tuple[Check, ...]]) -> tuple[Check, ...]:
    """The answer to a question, or one line that says why there is none; raises nothing."""
    try:
        async with asyncio.timeout(subject.seconds):
            return await question
    except SourceError as error:
        return (failed(subject, error),)
    except TimeoutError:
        says = f"no answer within {subject.seconds:.0f} s"
        return (_unanswered(subject, says),)
    except Exception as error:  # noqa: BLE001 -- a mistake in one check must not hide the others
        says = f"the check itself broke: {type(error).__name__}: {one_line(str(error), 200)}"
        return (_unanswered(subject, says),)


def failed(subject: Subject, error: SourceError) -> Check:
    """A source that could not be asked."""
    says = error.detail or str(error.reason)
    return Check(
        area=subject.area,
        state=State.FAILED,
        says=says if subject.about in says else f"{subject.about}: {says}",
        fix=error.fix or _try(subject),
        needed=subject.needed,
    )


def _unanswered(subject: Subject, says: str) -> Check:
    return Check(
        area=subject.area,
        state=State.FAILED,
        says=f"{subject.about}: {says}" if subject.about else says,
        fix=_try(subject),
        needed=subject.needed,
    )


def _try(subject: Subject) -> str:
    return f"try it by hand: {subject.by_hand}" if subject.by_hand else ""

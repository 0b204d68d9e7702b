"""What every remedy has: an offer, a last look before the deed, the deed, and a look after a kill.

A refusal has no side effect; its sentence is for the person who pressed the button.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Generic, TypeVar

import msgspec

from bot.images import InvalidReferenceError, parse
from bot.registries.answers import ImageFound
from bot.report import Action
from bot.sources import SourceError, Sources

A = TypeVar("A", bound=Action)


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What the button says, and the question before it acts: target, cluster and effect."""

    label: str
    question: str = ""
    yes: str = "Yes"
    danger: bool = False
    """Whether it deletes something."""


class Refusal(msgspec.Struct, frozen=True):
    """Nothing was done, and why."""

    sentence: str


class Performed(msgspec.Struct, frozen=True, kw_only=True):
    """It was done. What it started, where it started something."""

    sentence: str
    run_id: int | None = None
    run_url: str = ""
    attempt: int = 0


class NotPerformed(msgspec.Struct, frozen=True):
    """After a kill: it was certainly not done, so it may be done now."""


class Unsure(msgspec.Struct, frozen=True):
    """After a kill: nothing shows whether it was done, and doing it twice would do harm."""

    sentence: str


Trace = Performed | NotPerformed | Unsure


class Remedy(msgspec.Struct, Generic[A], frozen=True, kw_only=True):
    """One thing that the bot can do. Everything but `offer` and `doing` raises SourceError."""

    action: type[A]
    doing: Callable[[A], str]
    """What is going on, as the title of the message while it lasts."""
    offer: Callable[[A], Offer]
    preflight: Callable[[A, Sources], Awaitable[Refusal | None]]
    perform: Callable[[A, Sources], Awaitable[Performed | Refusal]]
    trace: Callable[[A, datetime, Sources], Awaitable[Trace]]
    """Whether it was performed after this time."""


async def image_is_there(reference: str, sources: Sources) -> bool:
    """Whether the image can be pulled by now, as far as the bot may see."""
    try:
        found = await sources.registry.look_up(parse(reference))
    except (SourceError, InvalidReferenceError):
        return False
    return isinstance(found, ImageFound)

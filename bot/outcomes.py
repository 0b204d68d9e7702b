"""How the work on a thread ended, for whoever has to tell a person."""

from __future__ import annotations

import msgspec

from bot.evidence import Target
from bot.report import Report
from bot.sources import Query


class Worked(msgspec.Struct, frozen=True):
    """The message shows the report."""

    report: Report


class Nothing(msgspec.Struct, frozen=True):
    """The cluster has nothing of these names."""

    queries: tuple[Query, ...]


class Several(msgspec.Struct, frozen=True):
    """Some things may be meant; a person has to choose."""

    targets: tuple[Target, ...]


class CouldNotLook(msgspec.Struct, frozen=True):
    """The cluster did not answer."""

    sentence: str


class NotShown(msgspec.Struct, frozen=True):
    """Slack would not take the message; `target` is what it would have been about."""

    target: Target
    error: str


class Referred(msgspec.Struct, frozen=True):
    """Another message of the channel answers for it."""


class Muted(msgspec.Struct, frozen=True):
    """Somebody wants to hear nothing of it."""


class Busy(msgspec.Struct, frozen=True):
    """Someone else has this work, or it is done."""


Outcome = Worked | Referred | Muted | Nothing | Several | CouldNotLook | NotShown | Busy

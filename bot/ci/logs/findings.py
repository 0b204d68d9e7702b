"""What a log proves, and the form of a rule that recognises it."""

from __future__ import annotations

from enum import IntEnum, StrEnum

import msgspec

from bot.patterns import Pattern


class Certainty(StrEnum):
    """Whether the text proves the cause or only fits it."""

    CONFIRMED = "confirmed"
    SUSPECTED = "suspected"


class Order(IntEnum):
    """Which of several truths of one log is told first: the one that explains the others.

    A lost runner makes exit codes and cancellations; a full disk makes pushes fail; a login that
    failed makes a push fail; a push or the network makes the build's last line.
    """

    REFUSED = 10
    RUNNER = 20
    DISK = 30
    MEMORY = 40
    RATE_LIMIT = 50
    TOOL = 55
    LOGIN = 60
    PUSH = 70
    NETWORK = 75
    TESTS = 78
    BUILD = 80
    TIMEOUT = 85
    CANCELLED = 90
    QUEUED = 94
    GENERIC = 96
    NOTHING_PUSHED = 98


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One text of one writer. Every such line holds one of the `hints`, which are lower case."""

    code: str
    order: Order
    hints: tuple[str, ...]
    pattern: Pattern
    certainty: Certainty = Certainty.CONFIRMED
    also: tuple[str, ...] = ()
    """Further codes that the same text allows."""
    needs: Pattern | None = None
    """Must stand somewhere near, before or after."""
    unless: Pattern | None = None
    """Must stand nowhere near."""

    @property
    def place(self) -> tuple[Order, bool]:
        """Sorts findings: order first, then the certain before the suspected."""
        return self.order, self.certainty is Certainty.SUSPECTED


class LogFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One cause that a log proves or suggests, with the lines that do so, secrets masked."""

    code: str
    certainty: Certainty
    lines: tuple[str, ...]
    """At most four, in the order of the log."""
    values: tuple[tuple[str, str], ...] = ()
    """Named facts: host, image, secret, step, file, exit code, user, platform, runner."""
    also: tuple[str, ...] = ()

    def value(self, name: str) -> str:
        """The first value of that name, or nothing."""
        return next((value for key, value in self.values if key == name), "")


def rule(  # noqa: PLR0913 (the columns of a table)
    code: str,
    order: Order,
    hint: str,
    pattern: str,
    *,
    suspected: bool = False,
    also: tuple[str, ...] = (),
    needs: str = "",
    unless: str = "",
) -> Rule:
    """A row of a table. Patterns are searched without regard to case in one line at a time.

    `hint` gives the hints with `|` between them.
    """
    return Rule(
        code=code,
        order=order,
        hints=tuple(hint.split("|")),
        pattern=Pattern(pattern),
        certainty=Certainty.SUSPECTED if suspected else Certainty.CONFIRMED,
        also=also,
        needs=Pattern(needs) if needs else None,
        unless=Pattern(unless) if unless else None,
    )

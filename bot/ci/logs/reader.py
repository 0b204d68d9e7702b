"""Applies the tables to a log and orders what they find."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from bot.ci.logs import build, login, network, push, resources, runner, service
from bot.ci.logs.findings import Certainty, LogFinding, Order, Rule
from bot.ci.logs.lines import clean, quoted
from bot.ci.logs.signs import (
    BUILD_STEP,
    CACHE_IMPORT,
    CLOSING,
    COMPLAINT,
    FATAL,
    FURTHER,
    GREEN_JOB,
    HARMLESS,
    MENDED,
    NO_COMPLAINT,
    OUTPUT,
    REPOSITORY,
    STEP,
    TEST,
    TROUBLE,
    WELL,
)
from bot.ci.logs.values import values_of
from bot.patterns import Pattern

RULES: tuple[Rule, ...] = (
    *service.RULES, *runner.RULES, *resources.RULES, *login.RULES, *push.RULES, *network.RULES,
    *build.RULES,
)  # fmt: skip
_NEAR = 60
_MOST_LINES = 4


class _Match(msgspec.Struct, frozen=True):
    rule: Rule
    index: int
    at: int

    @property
    def rank(self) -> tuple[Order, bool, int, int]:
        """The best match of a cause: the more precise rule, and of its matches the last.

        Of many failed tests the first is worth more.
        """
        at = self.at if self.rule.order is Order.TESTS else -self.at
        return *self.rule.place, self.index, at


def read_log(lines: Sequence[str]) -> tuple[LogFinding, ...]:
    """What a job's log proves, best first; one finding for each cause, never none.

    A log in which nothing failed gives `Healthy`; one that only says that a step failed gives
    `WorkflowFailed`.
    """
    bare = clean(lines)
    places = _Places(bare)
    found: dict[str, _Match] = {}
    for match in _matches(bare):
        code = match.rule.code
        better = code not in found or match.rank < found[code].rank
        if better and places.allow(match) and not places.mended(match):
            found[code] = match
    ordered = sorted(found.values(), key=lambda match: match.rank)
    return tuple(_finding(match, bare) for match in ordered) or (_nothing(bare),)


def _matches(bare: Sequence[str]) -> Iterator[_Match]:
    imports: set[str] = set()
    for at, line in enumerate(bare):
        imports.update(CACHE_IMPORT.findall(line))
        if not line or HARMLESS.search(line) or imports.intersection(BUILD_STEP.findall(line)):
            continue
        lower = line.lower()
        for index, rule in enumerate(RULES):
            if any(hint in lower for hint in rule.hints) and rule.pattern.search(line):
                yield _Match(rule, index, at)


class _Places:
    """Where patterns match in a log, each pattern searched once however often it is asked for."""

    def __init__(self, bare: Sequence[str]) -> None:
        self._bare = bare
        self._found: dict[Pattern, list[int]] = {}

    def allow(self, match: _Match) -> bool:
        """Whether the lines near a match are what its rule asks for."""
        rule = match.rule
        if rule.unless is not None and self._near(rule.unless, match.at):
            return False
        return rule.needs is None or self._near(rule.needs, match.at)

    def mended(self, match: _Match) -> bool:
        """Whether the job came to a good end after a line that looked like trouble."""
        sign = self._of(MENDED.get(match.rule.order, GREEN_JOB))
        fatal = self._of(FATAL)
        return bool(sign) and sign[-1] > match.at and not (fatal and fatal[-1] > match.at)

    def _near(self, pattern: Pattern, at: int) -> bool:
        found = self._of(pattern)
        return bisect_left(found, at - _NEAR) < bisect_right(found, at + _NEAR)

    def _of(self, pattern: Pattern) -> list[int]:
        if pattern not in self._found:
            self._found[pattern] = [
                at for at, line in enumerate(self._bare) if pattern.search(line)
            ]
        return self._found[pattern]


def _finding(match: _Match, bare: Sequence[str]) -> LogFinding:
    rule, at = match.rule, match.at
    places = list(dict.fromkeys([at, *_context(rule, at, bare)]))[:_MOST_LINES]
    shown = [quoted(bare[place]) for place in sorted(places)]
    return LogFinding(
        code=rule.code,
        certainty=rule.certainty,
        lines=tuple(dict.fromkeys(line for line in shown if line)),
        values=values_of([*shown, *_further(bare, at)]),
        also=rule.also,
    )


def _context(rule: Rule, at: int, bare: Sequence[str]) -> Iterator[int]:
    """What a person would read beside the line: the step, the repository, the trouble before."""
    before = range(at - 1, max(-1, at - _NEAR), -1)
    after = range(at + 1, min(len(bare), at + _NEAR))
    if rule.order in {Order.LOGIN, Order.PUSH}:
        yield from _first(STEP, before, bare)
        yield from _first(REPOSITORY, before, bare)
    elif rule.order is Order.REFUSED:
        yield from after[:2]
    elif rule.order is Order.TESTS:
        yield from _first(CLOSING, after, bare)
        yield from _first(TEST, [*before, *after], bare)
        yield from _first(STEP, [*before, *after], bare)
        yield from after[:1]
    else:
        yield from _first(STEP, [*before, *after], bare)
        told = [place for place in [*before, *after] if not FURTHER.search(bare[place])]
        yield from after[: bare[at].rstrip().endswith(":")]
        yield from [*_first(TROUBLE, told, bare), *_first(OUTPUT, told, bare)][:1]
        yield from _first(CLOSING, after, bare)


def _first(pattern: re.Pattern[str], places: Iterable[int], bare: Sequence[str]) -> Iterator[int]:
    yield from [place for place in places if pattern.search(bare[place])][:1]


def _further(bare: Sequence[str], at: int) -> Iterator[str]:
    """Lines near a finding, whose names may be worth telling."""
    yield from bare[at + 1 : at + 4]
    yield from reversed(bare[max(0, at - 20) : at])


def _nothing(bare: Sequence[str]) -> LogFinding:
    """Nothing is recognised: healthy, unless the step failed, or ends with a complaint."""
    ended_well = False
    for line in reversed(bare):
        ended_well = ended_well or bool(WELL.search(line))
        complains = COMPLAINT.search(line) and not NO_COMPLAINT.search(line) and not ended_well
        if (complains or FATAL.search(line)) and not HARMLESS.search(line):
            return LogFinding(
                code="WorkflowFailed", certainty=Certainty.SUSPECTED, lines=(quoted(line),)
            )
    return LogFinding(code="Healthy", certainty=Certainty.SUSPECTED, lines=())

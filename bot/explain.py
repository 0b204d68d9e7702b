"""What one text means, without the objects around it: the same engine as for a whole cluster. Pure.

A text that honestly allows several causes is a suspicion with alternatives. `confirmed` is said
only when the text alone proves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from bot.causes import CAUSES
from bot.diagnose import diagnose
from bot.evidence import ClusterFacts, Evidence, Statement, Target
from bot.logs import Level, LogFinding, last_words, read_log
from bot.redact import one_line
from bot.report import Finding, Outcome

_UNKNOWN = "Unknown"
_NOWHERE = Target("", "", "Statement", "")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 10_000
# What is left when only the end of a program is known: its own words may say more.
_ENDS = ("AppError", "CompletedExit", "CrashBackOffOnly", "InitContainerFailed")
_OF_PROGRAMS = ("log:container", "log:app")


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """The answer about one text. `certainty` is `confirmed` or `suspected`."""

    code: str
    certainty: str
    alternatives: tuple[str, ...] = ()
    title: str = ""
    summary: str = ""


def explain(statement: Statement) -> Explanation:
    """The cause that a text tells of; `Unknown` when it tells of none."""
    evidence = Evidence(
        target=_NOWHERE,
        collected_at=_EPOCH,
        cluster=ClusterFacts(objects=()),
        statements=(statement,),
    )
    report = diagnose(evidence)
    found = [
        finding
        for finding in (*report.root_causes, *report.consequences)
        if finding.code != _UNKNOWN
    ]
    told = any(finding.code not in _ENDS for finding in found)
    return (None if told else _of_log(statement, found)) or _of_findings(found)


def _of_findings(found: Sequence[Finding]) -> Explanation:
    if not found:
        return Explanation(
            code=_UNKNOWN,
            certainty=Outcome.SUSPECTED,
            title="nothing in this text is known",
            summary="No writer that the bot knows uses these words.",
        )
    first = found[0]
    codes = (*first.ruling.alternatives, *(finding.code for finding in found[1:]))
    return Explanation(
        code=first.code,
        certainty=first.ruling.outcome,
        alternatives=_others(first.code, codes),
        title=first.title,
        summary=one_line(first.ruling.summary, 600),
    )


def _of_log(statement: Statement, found: Sequence[Finding]) -> Explanation | None:
    """What a program wrote, when the text may be its own: certain only when it is known to be."""
    place = statement.where.partition(":")[0].rpartition(".")[2]
    if place not in ("", "log", "terminated"):
        return None
    if found and place == "":
        return None
    lines = statement.text[:_LONGEST].splitlines()
    of_program = statement.where in _OF_PROGRAMS
    told = read_log(lines) or (_last_words(lines) if of_program and not found else ())
    if not told:
        return None
    first = told[0]
    own = of_program and len(told) == 1 and first.sure
    codes = (*(each.code for each in told[1:]), *(finding.code for finding in found))
    title = next((cause.title for cause in CAUSES if cause.code == first.code), "")
    return Explanation(
        code=first.code,
        certainty=Outcome.CONFIRMED if own else Outcome.SUSPECTED,
        alternatives=_others(first.code, codes),
        title=title,
        summary=one_line(f"the program wrote: {first.text}", 600),
    )


def _last_words(lines: Sequence[str]) -> tuple[LogFinding, ...]:
    """An end that a program itself calls fatal, in words that no reader knows."""
    words = last_words(lines, least=Level.FATAL)
    return (LogFinding(code="AppError", text=words, lines=(words,), sure=False),) if words else ()


def _others(code: str, codes: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in codes if each != code))

"""What one text means, without the objects around it: the same engine as for a whole cluster. Pure.

A text that honestly allows several causes is a suspicion with alternatives. `confirmed` is said
only when the text alone proves it.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from bot.diagnose import diagnose
from bot.evidence import ClusterFacts, Evidence, Statement, Target
from bot.report import Finding, Outcome

_UNKNOWN = "Unknown"
_NOWHERE = Target("", "", "Statement", "")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
    if not found:
        return Explanation(
            code=_UNKNOWN,
            certainty=Outcome.SUSPECTED,
            title="nothing in this text is known",
            summary="No writer of the cluster that the bot knows uses these words.",
        )
    first, others = found[0], found[1:]
    return Explanation(
        code=first.code,
        certainty=first.ruling.outcome,
        alternatives=_alternatives(first, others),
        title=first.title,
        summary=first.ruling.summary,
    )


def _alternatives(first: Finding, others: list[Finding]) -> tuple[str, ...]:
    codes = (*first.ruling.alternatives, *(finding.code for finding in others))
    return tuple(dict.fromkeys(code for code in codes if code != first.code))

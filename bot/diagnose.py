"""The functional core: every cause rules, the deepest confirmed one of each failure explains it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from bot.cause import Cause
from bot.causes import CAUSES
from bot.evidence import Evidence, Gap
from bot.narrative import compose
from bot.report import Finding, Outcome, Rank, Report, Subject, Verdict
from bot.view import View

_HEALTHY = "Healthy"


def diagnose(evidence: Evidence, causes: Sequence[Cause] = CAUSES) -> Report:
    """Say what the evidence means. The same evidence gives the same report, in any order."""
    runner_reports = tuple(diagnose(inner, causes) for inner in evidence.runner_pods)
    view = View(evidence, runner_reports)
    findings = merge(_findings(view, causes))
    ruled_out = tuple(f for f in findings if f.ruling.outcome is Outcome.RULED_OUT)
    positive = tuple(
        f for f in findings if f.ruling.outcome in (Outcome.CONFIRMED, Outcome.SUSPECTED)
    )
    healthy = any(f.code == _HEALTHY for f in positive)
    if healthy:
        observed = tuple(f for f in positive if f.code != _HEALTHY)
        return compose(view, Verdict.HEALTHY, observed=observed, ruled_out=ruled_out)
    roots: list[Finding] = []
    consequences: list[Finding] = []
    for failure in failures(positive):
        root, *others = sorted(failure, key=_depth)
        roots.append(
            msgspec.structs.replace(
                root, explains=tuple(sorted({f.code for f in others} - {root.code}))
            )
        )
        consequences.extend(others)
    return compose(
        view,
        _verdict(evidence, roots),
        root_causes=tuple(sorted(roots, key=_depth)),
        consequences=tuple(sorted(merge(consequences), key=_depth)),
        ruled_out=ruled_out,
    )


def _findings(view: View, causes: Iterable[Cause]) -> list[Finding]:
    return [
        Finding(
            code=cause.code, title=cause.title, layer=cause.layer, rank=cause.rank, ruling=ruling
        )
        for cause in causes
        for ruling in cause.check(view)
    ]


def merge(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding for each code and failure: many pods of one workload fail for one cause."""
    strongest: dict[tuple[str, str, str], Finding] = {}
    for finding in sorted(findings, key=_depth):
        subject = finding.ruling.subject
        same = (finding.code, subject.container, subject.image or subject.kind)
        strongest.setdefault(same, finding)
    return tuple(strongest.values())


def failures(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Findings grouped into failures: those that share a container, an image or the whole pod.

    A controller's summary of its pods belongs to every failure of theirs.
    """
    rollups = [f for f in findings if f.rank is Rank.ROLLUP]
    groups: list[tuple[set[str], list[Finding]]] = []
    for finding in (f for f in findings if f.rank is not Rank.ROLLUP):
        keys = _keys(finding.ruling.subject)
        joined = [group for group in groups if group[0] & keys]
        groups = [group for group in groups if not group[0] & keys]
        groups.append(
            (
                keys.union(*(group[0] for group in joined)),
                [*(f for group in joined for f in group[1]), finding],
            )
        )
    if not groups:
        return [rollups] if rollups else []
    return [[*group, *rollups] for _, group in groups]


def _keys(subject: Subject) -> set[str]:
    keys = {f"container {subject.container}"} if subject.container else set()
    if subject.image:
        keys.add(f"image {subject.image}")
    return keys or {"the whole pod"}


def _depth(finding: Finding) -> tuple[int, int, int, str, Subject]:
    """Sort key: confirmed before suspected, deepest first, then names, so that order is fixed."""
    return (
        0 if finding.ruling.outcome is Outcome.CONFIRMED else 1,
        -finding.layer,
        -finding.rank,
        finding.code,
        finding.ruling.subject,
    )


def _verdict(evidence: Evidence, roots: Sequence[Finding]) -> Verdict:
    if roots:
        return Verdict.EXPLAINED
    if isinstance(evidence.cluster, Gap) or evidence.gaps:
        return Verdict.INCOMPLETE
    return Verdict.UNEXPLAINED

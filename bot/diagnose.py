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
_IN_PROGRESS = "RolloutInProgress"
_WHOLE = "the whole target"


def diagnose(evidence: Evidence, causes: Sequence[Cause] = CAUSES) -> Report:
    """Say what the evidence means. The same evidence gives the same report, in any order."""
    runner_reports = tuple(diagnose(inner, causes) for inner in evidence.runner_pods)
    view = View(evidence, runner_reports)
    findings = merge(_findings(view, causes))
    ruled_out = _with(findings, Outcome.RULED_OUT)
    unknown = _with(findings, Outcome.UNKNOWN)
    positive = _with(findings, Outcome.CONFIRMED, Outcome.SUSPECTED)
    healthy = any(f.code == _HEALTHY for f in positive)
    positive = tuple(f for f in positive if f.code != _HEALTHY)
    if healthy and not any(_breaks(f) for f in positive):
        return compose(view, Verdict.HEALTHY, observed=(*positive, *unknown), ruled_out=ruled_out)
    roots, consequences = _explained(positive)
    return compose(
        view,
        _verdict(evidence, roots),
        root_causes=roots,
        consequences=consequences,
        ruled_out=ruled_out,
        observed=unknown,
    )


def _with(findings: Sequence[Finding], *outcomes: Outcome) -> tuple[Finding, ...]:
    return tuple(f for f in findings if f.ruling.outcome in outcomes)


def _breaks(finding: Finding) -> bool:
    """Whether a finding means that the target fails although its pods look well.

    An origin is a fact about something else that breaks the target before its own status shows it:
    a policy that keeps it from what it needs, a node that has stopped reporting.
    """
    return finding.rank is Rank.ORIGIN and finding.ruling.outcome is Outcome.CONFIRMED


def _explained(positive: Sequence[Finding]) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Root causes, and what they explain. A rollout that is young is none beside a failure."""
    failing = [f for f in positive if f.code != _IN_PROGRESS] or list(positive)
    roots: list[Finding] = []
    consequences: list[Finding] = []
    for failure in failures(failing):
        first, *others = sorted(failure, key=_depth)
        equal = [
            f for f in others if (f.code, f.ruling.outcome) == (first.code, first.ruling.outcome)
        ]
        rest = [f for f in others if f not in equal]
        explains = tuple(sorted({f.code for f in rest}))
        roots += [msgspec.structs.replace(root, explains=explains) for root in (first, *equal)]
        consequences += rest
    known = {(root.code, root.ruling.subject) for root in roots}
    rest_of_all = merge(f for f in consequences if (f.code, f.ruling.subject) not in known)
    return tuple(sorted(roots, key=_depth)), tuple(sorted(rest_of_all, key=_depth))


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
    strongest: dict[tuple[str, ...], Finding] = {}
    for finding in sorted(findings, key=_depth):
        subject = finding.ruling.subject
        name = "" if subject.kind == "Pod" else subject.name
        same = (finding.code, subject.container, subject.image, subject.kind, name)
        strongest.setdefault(same, finding)
    return tuple(strongest.values())


def failures(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Findings grouped into failures: those about one container, one image, or the whole target.

    Two containers of one image fail together only where something is found about the image itself.
    A controller's summary of its pods belongs to every failure of theirs, and a fault of the whole
    target explains what is left without a reason in its containers.
    """
    rollups = [f for f in findings if f.rank is Rank.ROLLUP]
    rest = [f for f in findings if f.rank is not Rank.ROLLUP]
    images = {f.ruling.subject.image for f in rest if not f.ruling.subject.container}
    groups: dict[str, list[Finding]] = {}
    for finding in rest:
        groups.setdefault(_key(finding.ruling.subject, images), []).append(finding)
    whole = groups.get(_WHOLE, [])
    if any(f.rank > Rank.SYMPTOM and f.ruling.outcome is Outcome.CONFIRMED for f in whole):
        for key in [key for key, group in groups.items() if key != _WHOLE]:
            if all(f.rank <= Rank.SYMPTOM for f in groups[key]):
                whole.extend(groups.pop(key))
    if not groups:
        return [rollups] if rollups else []
    return [[*group, *rollups] for group in groups.values()]


def _key(subject: Subject, images: set[str]) -> str:
    """Which failure a finding belongs to."""
    if subject.image and (subject.image in images or not subject.container):
        return f"image {subject.image}"
    return f"container {subject.container}" if subject.container else _WHOLE


def _depth(finding: Finding) -> tuple[bool, bool, bool, int, int, str, Subject]:
    """Sort key: no summary, more than a symptom, confirmed, deepest; names fix the order."""
    return (
        finding.rank is Rank.ROLLUP,
        finding.rank <= Rank.SYMPTOM,
        finding.ruling.outcome is not Outcome.CONFIRMED,
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

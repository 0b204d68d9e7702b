"""From diagnoses to groups: the same cause is one line, worst first. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from bot.evidence import Gap, Target
from bot.report import Finding, Outcome, Report, Verdict
from bot.shared import shared_thing


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A failing workload, how many of its pods fail, and what the diagnosis of one says."""

    target: Target
    pods: int
    report: Report


class Cases(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was looked at. `well` counts workloads that give no reason to look."""

    cases: tuple[Case, ...]
    well: int
    gaps: tuple[Gap, ...] = ()
    calls: int = 0
    received: int = 0


class Member(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """One workload of a group, with what its own report says in a sentence."""

    namespace: str
    kind: str
    name: str
    pods: int
    summary: str


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Workloads that fail for one cause."""

    code: str
    title: str
    layer: str
    certainty: str
    pods: int
    members: tuple[Member, ...]


class Sweep(msgspec.Struct, frozen=True, kw_only=True):
    """The answer: groups, those with most pods first, then what could not be explained."""

    groups: tuple[Group, ...]
    unexplained: tuple[Member, ...]
    well: int
    gaps: tuple[Gap, ...]
    collected_at: datetime
    calls: int = 0
    """How often the cluster was asked; `received` are the bytes that it answered."""
    received: int = 0

    @property
    def failing(self) -> int:
        """How many workloads fail."""
        return len(self.unexplained) + sum(len(group.members) for group in self.groups)

    @property
    def pods(self) -> int:
        """How many pods fail."""
        own = sum(member.pods for member in self.unexplained)
        return own + sum(group.pods for group in self.groups)


def grouped(found: Cases, now: datetime) -> Sweep:
    """Group the diagnoses. A workload that turns out well is counted as well."""
    groups: dict[tuple[str, str], list[tuple[Finding, Member]]] = {}
    unexplained: list[Member] = []
    well = found.well
    for case in found.cases:
        if case.report.verdict is Verdict.HEALTHY:
            well += 1
        elif not case.report.root_causes:
            unexplained.append(_member(case, "no cause fits; `diagnose` shows the facts"))
        else:
            root = case.report.root_causes[0]
            member = _member(case, root.ruling.summary)
            key = (root.code, shared_thing(root, case.target.namespace))
            groups.setdefault(key, []).append((root, member))
    return Sweep(
        groups=tuple(sorted(map(_group, groups.values()), key=_worst)),
        unexplained=tuple(sorted(unexplained)),
        well=well,
        gaps=tuple(dict.fromkeys(found.gaps)),
        collected_at=now,
        calls=found.calls,
        received=found.received,
    )


def _group(found: Iterable[tuple[Finding, Member]]) -> Group:
    pairs = list(found)
    root = pairs[0][0]
    confirmed = all(finding.ruling.outcome is Outcome.CONFIRMED for finding, _ in pairs)
    members = tuple(sorted((member for _, member in pairs), key=_largest))
    return Group(
        code=root.code,
        title=root.title,
        layer=root.layer.name.lower(),
        certainty="confirmed" if confirmed else "suspected",
        pods=sum(member.pods for member in members),
        members=members,
    )


def _member(case: Case, summary: str) -> Member:
    target = case.target
    return Member(
        namespace=target.namespace,
        kind=target.kind,
        name=target.name,
        pods=case.pods,
        summary=summary,
    )


def _worst(group: Group) -> tuple[int, int, str, Member]:
    return (-group.pods, -len(group.members), group.code, group.members[0])


def _largest(member: Member) -> tuple[int, Member]:
    return (-member.pods, member)

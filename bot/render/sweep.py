"""A sweep as text: a line of counts, then each cause with the workloads that it breaks."""

from __future__ import annotations

from collections.abc import Iterable

from bot.redact import one_line
from bot.sweep.grouping import Group, Member, Sweep

_SHOWN = 12
_WIDEST_NAME = 48
_LONGEST_NAME = 400


def render(found: Sweep) -> str:
    """The whole answer; each group shows its first workloads and counts the others."""
    lines = [_counts(found)]
    for group in found.groups:
        lines += ["", *_group(group)]
    if found.unexplained:
        lines += ["", f"Not explained · {_workloads(len(found.unexplained))}"]
        lines += _members(found.unexplained)
    if found.gaps:
        lines += ["", "Could not look:"]
        for gap in found.gaps[:_SHOWN]:
            fix = f" → {gap.fix}" if gap.fix else ""
            lines.append(f"- {gap.subject}: {gap.detail or gap.reason}{fix}")
        lines += _more(len(found.gaps))
    if found.calls:
        lines += ["", f"Asked the cluster {found.calls} times, {found.received / 1e6:.1f} MB."]
    return "\n".join(lines)


def _counts(found: Sweep) -> str:
    if not found.failing:
        what = "Nothing that was seen" if found.gaps else "Nothing"
        return f"{what} fails: {_workloads(found.well)} looked at."
    causes = f"{len(found.groups)} cause{'s' if len(found.groups) != 1 else ''}"
    pods = f"{found.pods} pod{'s' if found.pods != 1 else ''}"
    total = found.failing + found.well
    verb = "fails" if found.failing == 1 else "fail"
    return f"{found.failing} of {_workloads(total)} {verb}, for {causes} ({pods})."


def _group(group: Group) -> list[str]:
    pods = f"{group.pods} pod{'s' if group.pods != 1 else ''} of " if group.pods else ""
    sure = "" if group.certainty == "confirmed" else " · suspected"
    head = f"{group.code} · {group.title} · {pods}{_workloads(len(group.members))}{sure}"
    return [head, *_members(group.members)]


def _members(members: tuple[Member, ...]) -> list[str]:
    shown = members[:_SHOWN]
    names = [one_line(_name(member), _LONGEST_NAME) for member in shown]
    width = max((len(name) for name in names if len(name) <= _WIDEST_NAME), default=20)
    alike = len(members) > 1 and len({member.summary for member in members}) == 1
    lines = [f"  {one_line(members[0].summary, 200)}"] if alike else []
    for name, member in zip(names, shown, strict=True):
        summary = "" if alike else f"  {one_line(member.summary, 200)}"
        pods = f"  {member.pods} pods" if member.pods > 1 else ""
        if len(name) > width:  # a name is there to be copied: what is told of it goes below
            lines.append(f"  {name}{pods}")
            name, pods = "", ""
        if name or summary:
            lines.append(f"  {name:<{width}}{pods}{summary}".rstrip())
    return [*lines, *_more(len(members))]


def _more(count: int) -> Iterable[str]:
    return [f"  … and {count - _SHOWN} more"] if count > _SHOWN else []


def _name(member: Member) -> str:
    return f"{member.namespace}/{member.kind.lower()}/{member.name}"


def _workloads(count: int) -> str:
    return f"{count} workload{'s' if count != 1 else ''}"

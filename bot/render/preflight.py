"""A preflight as text: the verdict, then each workload with what would keep it from running."""

from __future__ import annotations

from itertools import groupby

from bot.evidence import GapReason
from bot.preflight.verdict import Preflight
from bot.redact import one_line
from bot.words import count


def render(found: Preflight) -> str:
    """The whole answer."""
    looked = f"{count(found.workloads, 'workload')}, {count(found.images, 'image')}"
    if found.problems:
        head = f"{count(len(found.problems), 'problem')} in {looked}."
    else:
        unseen = any(gap.reason is not GapReason.NOT_CONFIGURED for gap in found.gaps)
        head = f"Nothing {'that was looked at ' if unseen else ''}is missing: {looked}."
    lines = [head]
    for workload, problems in groupby(found.problems, key=lambda problem: problem.workload):
        lines += ["", workload]
        for problem in problems:
            lines.append(f"  {problem.code}: {one_line(problem.text, 300)}")
            if problem.fix:
                lines.append(f"    {one_line(problem.fix, 300)}")
    if found.gaps:
        lines += ["", "Could not look:"]
        for gap in found.gaps:
            fix = f" → {gap.fix}" if gap.fix else ""
            lines.append(f"- {gap.subject}: {gap.detail or gap.reason}{fix}")
    return "\n".join(lines)

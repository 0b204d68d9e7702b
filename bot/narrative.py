"""The sections of a report, composed from facts: no sentence would fit another case."""

from __future__ import annotations

from bot.report import Finding, Report, Verdict
from bot.view import View


def compose(
    view: View,
    verdict: Verdict,
    *,
    root_causes: tuple[Finding, ...] = (),
    consequences: tuple[Finding, ...] = (),
    ruled_out: tuple[Finding, ...] = (),
    observed: tuple[Finding, ...] = (),
) -> Report:
    """Write the report. `observed` are findings about a target that works."""
    del observed
    return Report(
        target=view.target,
        verdict=verdict,
        problem="",
        root_causes=root_causes,
        consequences=consequences,
        ruled_out=ruled_out,
        gaps=view.evidence.gaps,
        collected_at=view.evidence.collected_at,
        took_ms=view.evidence.took_ms,
    )

"""The sections of a report, composed from facts: no sentence would fit another case."""

from __future__ import annotations

import msgspec

from bot.narrative.chain import chain
from bot.narrative.changes import what_changed
from bot.narrative.observations import observations
from bot.narrative.plain_facts import plain_facts
from bot.narrative.problem import problem
from bot.narrative.solutions import left_out, next_steps, solutions
from bot.narrative.status import status
from bot.narrative.steps import steps
from bot.narrative.verification import verification
from bot.report import Finding, Report, Verdict
from bot.view import View

_IN_PROGRESS = "RolloutInProgress"


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
    roots = tuple(msgspec.structs.replace(f, chain=chain(view, f)) for f in root_causes)
    explained = any(root.code != _IN_PROGRESS for root in roots)
    return Report(
        target=view.target,
        verdict=verdict,
        problem=problem(view, verdict, (*roots, *consequences)),
        root_causes=roots,
        consequences=consequences,
        ruled_out=ruled_out,
        steps=steps(view, roots),
        solutions=solutions(view, roots),
        left_out=left_out(roots),
        verification=verification(view, roots),
        prevention=tuple(dict.fromkeys(p for root in roots for p in root.ruling.prevention)),
        status=status(view, roots),
        next_steps=next_steps(view, roots),
        observations=(
            *observations(view, observed, roots),
            *(() if explained else plain_facts(view, works=verdict is Verdict.HEALTHY)),
        ),
        changes=what_changed(view) if explained else (),
        gaps=view.evidence.gaps,
        collected_at=view.evidence.collected_at,
        took_ms=view.evidence.took_ms,
    )

"""Jobs that their controller gave up, and what is said of any workload that it gave up."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cluster import objects as k
from bot.cluster.readers import facts as f
from bot.facts import said
from bot.report import Outcome, Ruling
from bot.view import View


def failed_jobs(view: View, *reasons: str) -> Iterator[tuple[k.Job, k.Condition]]:
    """Jobs that failed for one of these reasons, with the condition that says so."""
    for item in view.controllers:
        if isinstance(item, k.Job):
            found = {c.type: c for c in item.status.conditions if c.status == "True"}
            condition = found.get("Failed") or found.get("FailureTarget")
            if condition and condition.reason in reasons and "Complete" not in found:
                yield item, condition


def statements(view: View, problem: f.WorkloadProblem, told: str) -> Iterator[Ruling]:
    """Rule on texts that somebody asks about without the objects around them."""
    for fact, item in said.of(view, f.WorkloadFailed):
        if fact.problem is problem and item.about is None:
            words = " ".join(item.text.split())
            yield Ruling(
                outcome=Outcome.CONFIRMED,
                subject=item.subject,
                summary=f"{told}: {words[:200]}",
                proof=(item.proof,),
            )

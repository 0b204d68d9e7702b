"""What opens beside the message keeps Slack's limits, whatever is in it."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from bot.evidence import Target
from bot.render.lint import problems, view_problems
from bot.render.slack_views import choice, evidence_view
from bot.report import Report
from tests.reports import reports


@given(reports())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_evidence_keeps_limits(report: Report) -> None:
    assert view_problems(evidence_view(report)) == ()


def test_choice_keeps_limits() -> None:
    targets = [(f"id{n}", Target("c", "n" * 63, "Pod", "p" * 253)) for n in range(150)]
    assert problems("text", choice("Which one?", targets)) == ()

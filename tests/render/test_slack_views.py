"""What opens beside the message keeps Slack's limits, whatever is in it."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.evidence import Target
from bot.render.lint import problems, view_problems
from bot.render.slack_views import (
    Followed,
    MutedNow,
    choice,
    evidence_view,
    home_view,
)
from bot.report import Report
from tests.reports import HOSTILE, NOON, URLS, reports


@given(reports())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_evidence_keeps_limits(report: Report) -> None:
    assert view_problems(evidence_view(report)) == ()


@given(
    HOSTILE,
    HOSTILE,
    st.lists(st.builds(Followed, HOSTILE, HOSTILE, URLS), max_size=60),
    st.lists(
        st.builds(
            MutedNow, st.uuids().map(str), HOSTILE, HOSTILE, HOSTILE, st.sampled_from([None, NOON])
        ),
        max_size=60,
        unique_by=lambda mute: mute.id,
    ),
)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_home_keeps_limits(
    may: str, cluster: str, followed: list[Followed], mutes: list[MutedNow]
) -> None:
    assert view_problems(home_view(may, cluster, followed, mutes)) == ()


def test_choice_keeps_limits() -> None:
    targets = [(f"id{n}", Target("c", "n" * 63, "Pod", "p" * 253)) for n in range(150)]
    assert problems("text", choice("Which one?", targets)) == ()

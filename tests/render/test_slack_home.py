"""The Home tab: what it says of the cluster, and Slack's limits whatever is in it."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.evidence import Gap, GapReason
from bot.render import slack_home as h
from bot.render.lint import view_problems
from bot.sources import Overview, PodRow
from tests.reports import HOSTILE, NOON, URLS

GAP = Gap(
    source="cluster", subject="nodes", reason=GapReason.FORBIDDEN, fix="grant list nodes"
)  # fmt: skip


def rows(count: int, status: str, *, well: bool = False) -> tuple[PodRow, ...]:
    return tuple(PodRow("shop", f"{status.lower()}-{n}", status, well) for n in range(count))


def first(overview: Overview) -> list[str]:
    """The lines of the cluster's section."""
    view = h.home_view(h.Home(may="You may ask.", cluster="prod", overview=overview))
    text: str = view["blocks"][0]["text"]["text"]
    return text.split("\n")


def test_cluster_is_red_with_what_is_most_first() -> None:
    pods = (*rows(2, "Error"), *rows(5, "ImagePullBackOff"), *rows(3, "Running", well=True))
    assert first(Overview(pods=pods, nodes=3, nodes_ready=3)) == [
        "*Cluster* `prod`",
        ":red_circle: 7 of 10 pods do not run · 3 of 3 nodes are Ready",
        "• ImagePullBackOff (5): `shop/imagepullbackoff-0`, `shop/imagepullbackoff-1`, "
        "`shop/imagepullbackoff-2` and 2 more",
        "• Error (2): `shop/error-0`, `shop/error-1`",
    ]


def test_cluster_is_green_when_all_pods_run_and_nodes_are_ready() -> None:
    seen = Overview(pods=rows(3, "Running", well=True), nodes=2, nodes_ready=2)
    assert first(seen)[1] == ":large_green_circle: 3 of 3 pods run · 2 of 2 nodes are Ready"
    seen = Overview(pods=rows(3, "Running", well=True), nodes=2, nodes_ready=1)
    assert first(seen)[1] == ":red_circle: 3 of 3 pods run · 1 of 2 nodes are Ready"


def test_cluster_of_which_nothing_was_seen_is_not_called_well() -> None:
    assert first(Overview(gaps=(GAP,)))[1:] == [
        ":white_circle: no pod was seen",
        ":grey_question: Could not look at cluster, nodes: forbidden → grant list nodes",
    ]


def test_cluster_that_was_seen_in_part_is_not_called_green() -> None:
    seen = Overview(pods=rows(3, "Running", well=True), gaps=(GAP,))
    assert first(seen)[1] == ":white_circle: 3 of 3 pods that I may see run"


def test_guest_sees_a_sentence_alone() -> None:
    view = h.home_view(h.Home(may="Guests may not use me."))
    assert [block["text"]["text"] for block in view["blocks"]] == ["Guests may not use me."]


MANY: dict[str, Any] = {"max_size": 30}
PODS = st.lists(st.builds(PodRow, HOSTILE, HOSTILE, HOSTILE, st.booleans()), **MANY)
OVERVIEWS = st.builds(
    Overview,
    pods=PODS.map(tuple),
    nodes=st.integers(0, 9),
    nodes_ready=st.integers(0, 9),
    gaps=st.lists(
        st.builds(
            Gap, source=HOSTILE, subject=HOSTILE, reason=st.sampled_from(GapReason), fix=HOSTILE
        ),
        max_size=5,
    ).map(tuple),
)
CHOICES = [("auto", "all"), ("off", "nobody")]
CHANNELS = st.uuids().map(lambda each: f"C{each.hex[:9].upper()}")
ADMINISTRATIONS = st.builds(
    h.Administration,
    lines=st.lists(st.tuples(st.just("Buttons"), st.text("ab`*", max_size=900)), max_size=8),
    channels=st.lists(
        st.builds(h.Chosen, CHANNELS, st.just("auto"), HOSTILE, st.just(NOON)),
        **MANY,
        unique_by=lambda chosen: chosen.channel,
    ),
    choices=st.just(CHOICES),
)
HOMES = st.builds(
    h.Home,
    may=HOSTILE,
    cluster=HOSTILE,
    overview=OVERVIEWS,
    absent=st.lists(st.builds(h.Absent, CHANNELS, HOSTILE), **MANY).map(tuple),
    followed=st.lists(st.builds(h.Followed, HOSTILE, HOSTILE, HOSTILE, URLS), **MANY).map(tuple),
    recent=st.lists(
        st.builds(h.Recent, st.just(NOON), HOSTILE, HOSTILE, st.sampled_from(h.State), URLS), **MANY
    ).map(tuple),
    mutes=st.lists(
        st.builds(
            h.MutedNow,
            st.uuids().map(str),
            HOSTILE,
            HOSTILE,
            HOSTILE,
            st.sampled_from([None, NOON]),
        ),
        max_size=60,
        unique_by=lambda mute: mute.id,
    ).map(tuple),
    administration=st.none() | ADMINISTRATIONS,
)


@given(HOMES)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_home_keeps_limits(home: h.Home) -> None:
    assert view_problems(h.home_view(home)) == ()

"""Every state within Slack's limits, in both forms, and nothing from outside is markup."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block as SlackBlock

from bot.render.lint import problems
from bot.render.slack import Message, render
from bot.render.slack_report import cause_line, verdict_line
from bot.render.states import (
    Acting,
    Affected,
    Broken,
    Button,
    Failed,
    Investigating,
    Joined,
    Muted,
    Recovered,
    Referred,
    Reported,
    State,
    Stopped,
    Storm,
    Struck,
    Superseded,
    Task,
    TaskState,
    TimedOut,
)
from bot.report import Report
from tests.payloads import text_of
from tests.reports import HOSTILE, NOON, TARGET, URLS, report, reports

RETRY = Button(
    id="p", kind="retry_pull", label="Retry pull now", question="Deletes pod x.", danger=True
)
ENDS: tuple[Callable[..., State], ...] = (Recovered, Failed, TimedOut, Superseded, Stopped)
TASKS = st.lists(
    st.builds(
        Task,
        key=st.uuids().map(str),
        title=HOSTILE,
        state=st.sampled_from(TaskState),
        summary=HOSTILE,
        url=URLS,
    ),
    max_size=30,
).map(tuple)


def buttons(made: Report) -> tuple[Button, ...]:
    return (
        *(
            Button(
                id=f"a{n}",
                kind="rerun_failed_jobs",
                label=item.title,
                question=item.why,
                primary=item.recommended,
                solution=n,
            )
            for n, item in enumerate(made.solutions)
        ),
        Button(id="recheck", kind="recheck", label="Recheck"),
    )


@st.composite
def states(draw: st.DrawFn) -> State:
    made = draw(reports())
    tasks = draw(TASKS)
    end: State = draw(st.sampled_from(ENDS))(
        target=made.target,
        cause=cause_line(made),
        sentence=draw(HOSTILE),
        tasks=tasks,
        started_by=draw(HOSTILE),
        started_at=NOON,
        ended_at=NOON,
        thread_id="t",
        recheck=Button(id="r", kind="recheck", label="Recheck"),
    )
    acting = Acting(
        target=made.target,
        cause=cause_line(made),
        doing=draw(HOSTILE),
        tasks=tasks or (Task(key="run", title="Run"),),
        started_by=draw(HOSTILE),
        started_at=NOON,
        thread_id="t",
        retry=draw(st.sampled_from((None, RETRY))),
    )
    reported = Reported(
        report=made,
        buttons=buttons(made),
        note=draw(HOSTILE),
        watched=draw(st.booleans()),
        thread_id="t",
        muted=draw(st.none() | st.builds(Muted, id=st.just("m"), workload=HOSTILE, by=HOSTILE,
                                         until=st.sampled_from((None, NOON)))),
        also=tuple(draw(st.lists(st.builds(Affected, workload=HOSTILE, url=URLS), max_size=30))),
    )  # fmt: skip
    looking = Investigating(target=made.target, tasks=tasks, started_at=NOON)
    broken = Broken(target=made.target, error_id="e1")
    referred = Referred(
        workload=draw(HOSTILE),
        cause=cause_line(made),
        told_at=NOON,
        url=draw(st.sampled_from(("", "https://acme.slack.com/archives/C1/p1"))),
    )
    joined = Joined(target=made.target, cause=cause_line(made), told_at=NOON, url=draw(URLS))
    struck = st.builds(Struck, workload=HOSTILE, alerts=st.integers(1, 10**9))
    storm = Storm(began_at=NOON, per_minute=10, struck=tuple(draw(st.lists(struck, max_size=60))))
    every = [end, acting, reported, looking, broken, referred, joined, storm]
    chosen: State = draw(st.sampled_from(every))
    return chosen


@given(states(), st.booleans())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_message_keeps_every_limit_when_anything_is_shown(state: State, classic: bool) -> None:
    message = render(state, "whyfailing-t", classic=classic)
    assert problems(message.text, message.blocks) == ()
    for block in SlackBlock.parse_all(list(message.blocks)):
        block.to_dict()


@given(states(), st.booleans())
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_nobody_is_mentioned_when_outside_text_tries_to(state: State, classic: bool) -> None:
    message = render(state, "whyfailing-t", classic=classic)
    parsed = [message.text, *(node["text"] for node in nodes(message, "mrkdwn"))]
    assert not [text for text in parsed if re.search(r"<(?:[@#]|!(?!date\^))", text)]
    assert "\\u202e" not in json.dumps(message.blocks)
    assert all(node["url"].startswith("http") for node in nodes(message, "url", "link"))


def nodes(message: Message, *kinds: str) -> Iterator[dict[str, Any]]:
    todo: list[Any] = list(message.blocks)
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            todo.extend(node.values())
            if node.get("type") in kinds:
                yield node
        elif isinstance(node, list):
            todo.extend(node)


def test_plan_keeps_its_block_id_when_it_is_updated() -> None:
    tasks = (Task(key="run", title="Run", state=TaskState.RUNNING),)
    first = render(Investigating(target=TARGET, tasks=tasks, started_at=NOON), "whyfailing-t")
    acting = Acting(
        target=TARGET,
        cause="c",
        doing="Re-run release",
        tasks=tasks,
        started_by="Ada",
        started_at=NOON,
        thread_id="t",
    )
    second = render(acting, "whyfailing-t")
    ids = [b["block_id"] for m in (first, second) for b in m.blocks if b["type"] == "plan"]
    assert ids == ["whyfailing-t", "whyfailing-t"]


def test_no_modern_block_is_used_when_classic_is_wanted() -> None:
    tasks = (Task(key="run", title="Run", state=TaskState.RUNNING, summary="queued"),)
    looking = Investigating(target=TARGET, tasks=tasks, started_at=NOON)
    message = render(looking, "whyfailing-t", classic=True)
    assert message.blocks[0] == {
        "type": "section",
        "block_id": "whyfailing-t",
        "text": {
            "type": "mrkdwn",
            "verbatim": True,
            "text": (
                ":large_blue_circle: *Looking at shop/Pod/api-7d9f8c-x2x4z*\n"
                ":hourglass_flowing_sand: Run: queued"
            ),
        },
    }


def test_report_leads_with_cause_and_offers_its_button_when_explained() -> None:
    made = report()
    state = Reported(report=made, buttons=buttons(made), watched=True, thread_id="t")
    message = render(state, "whyfailing-t")
    assert (
        message.text
        == "shop/Pod/api-7d9f8c-x2x4z fails because Run 4711 of release failed in step push"
    )
    assert text_of(message.blocks[0]).splitlines() == [
        ":red_circle: *Run 4711 of release failed in step push*",
        "`shop/Pod/api-7d9f8c-x2x4z` on `prod`",
    ]
    (proof,) = message.blocks[1]["elements"]  # the headline has said the rest
    assert proof["type"] == "rich_text_list"
    assert [e["text"] for e in message.blocks[-1]["elements"]] == [
        "looked <!date^1772366400^{time_secs}|12:00:00 UTC>, took 1.9 s",
        "turns green by itself when it recovers",
    ]
    fix = next(b for b in message.blocks if b.get("accessory"))
    assert fix["text"]["text"] == "*Re-run the failed jobs* (recommended)\nIt pushes the tag."
    assert (fix["accessory"]["style"], fix["accessory"]["value"]) == ("primary", "a0")
    row = next(b for b in message.blocks if b["type"] == "actions")
    assert [e["text"]["text"] for e in row["elements"][:2]] == [
        "Recheck",
        "All evidence",
    ]
    (menu,) = row["elements"][2:]
    assert [o["text"]["text"] for o in menu["options"]] == [
        "Stop following",
        "Mute for 1 hour",
        "Mute for 8 hours",
        "Mute for 24 hours",
        "Mute until it recovers",
    ]


@pytest.mark.parametrize("verdict", ["healthy", "incomplete", "unexplained"])
def test_first_line_is_honest_when_there_is_no_cause(verdict: str) -> None:
    made = report(verdict=verdict, root_causes=())
    lines = {
        "healthy": "Nothing is wrong with shop/Pod/api-7d9f8c-x2x4z now",
        "incomplete": "Not known yet why shop/Pod/api-7d9f8c-x2x4z fails: "
        "0 questions got no answer",
        "unexplained": "No known cause explains shop/Pod/api-7d9f8c-x2x4z",
    }
    assert verdict_line(made) == lines[verdict]


def test_end_says_who_started_it_and_how_it_ended_when_recovered() -> None:
    state = Recovered(
        target=TARGET,
        cause="Run 4711 of release failed in step push",
        sentence="Ready for 60 s.",
        started_by="Ada Lovelace",
        started_at=NOON,
        ended_at=NOON + timedelta(minutes=4),
        thread_id="t",
    )
    message = render(state, "whyfailing-t")
    assert message.text == "Recovered: shop/Pod/api-7d9f8c-x2x4z. Ready for 60 s."
    assert text_of(message.blocks[0]).splitlines() == [
        ":large_green_circle: *Recovered* · `shop/Pod/api-7d9f8c-x2x4z` on `prod`",
        "Ready for 60 s.",
        "It was: Run 4711 of release failed in step push",
    ]


def test_headline_is_the_fact_and_the_rest_of_the_chain_follows() -> None:
    found = report()
    (first,) = found.root_causes
    chain = "Run 4711 of release failed in step push, so acme/api:1.8.2 was never published."
    cause = msgspec.structs.replace(first, chain=chain)
    state = Reported(report=msgspec.structs.replace(found, root_causes=(cause,)), thread_id="t")
    head, told, *_ = render(state, "whyfailing-t").blocks
    assert text_of(head).startswith(":red_circle: *Run 4711 of release failed in step push*")
    line = told["elements"][0]["elements"][0]["text"]
    assert line == "So acme/api:1.8.2 was never published."


def test_headline_ends_where_the_consequences_begin_when_it_would_be_long() -> None:
    found = report()
    (first,) = found.root_causes
    summary = f"secret TOKEN is not defined, so step push {'very ' * 30}failed"
    ruling = msgspec.structs.replace(first.ruling, summary=summary)
    cause = msgspec.structs.replace(first, ruling=ruling)
    state = Reported(report=msgspec.structs.replace(found, root_causes=(cause,)), thread_id="t")
    head, told, *_ = render(state, "whyfailing-t").blocks
    assert text_of(head).startswith(":red_circle: *Secret TOKEN is not defined*")
    line = told["elements"][0]["elements"][0]["text"]
    assert line == f"So step push {'very ' * 30}failed"


def test_headline_is_the_kind_of_cause_when_the_fact_is_too_long() -> None:
    found = report()
    (first,) = found.root_causes
    ruling = msgspec.structs.replace(first.ruling, summary=f"step push said {'very ' * 40}much")
    cause = msgspec.structs.replace(first, ruling=ruling)
    state = Reported(report=msgspec.structs.replace(found, root_causes=(cause,)), thread_id="t")
    head, told, *_ = render(state, "whyfailing-t").blocks
    assert text_of(head).startswith(":red_circle: *The push step failed*")
    assert told["elements"][0]["elements"][0]["text"] == ruling.summary


def test_path_filter_stays_what_can_be_copied() -> None:
    """mrkdwn would take the stars for bold, or lose them to look-alikes."""
    text = "release.yml was not started: the change does not pass paths: [src/**]"
    found = report()
    cause = msgspec.structs.replace(
        found.root_causes[0],
        ruling=msgspec.structs.replace(found.root_causes[0].ruling, summary=text),
    )
    state = Reported(report=msgspec.structs.replace(found, root_causes=(cause,)), thread_id="t")
    head = render(state, "whyfailing-t").blocks[0]
    assert head["elements"][0]["elements"][2]["text"] == text

"""Blocks are refused beyond Slack's limits, and taken at them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.render.blocks import plan
from bot.render.states import Task
from simulator.slack.lint import message_problems, total_text, view_problems

Json = dict[str, Any]


def plain(length: int) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def markup(length: int) -> Json:
    return {"type": "mrkdwn", "text": "x" * length}


def section(**changes: Any) -> Json:
    return {"type": "section", "text": markup(1), **changes}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def button(**changes: Any) -> Json:
    return {"type": "button", "action_id": "a", "text": plain(4), **changes}


def select(count: int, **changes: Any) -> Json:
    options = [{"text": plain(1), "value": str(number)} for number in range(count)]
    return {"type": "static_select", "action_id": "s", "options": options, **changes}


def confirm(**changes: Any) -> Json:
    parts = {"title": plain(100), "text": markup(300), "confirm": plain(30), "deny": plain(30)}
    return parts | changes


def table(rows: list[list[str]]) -> Json:
    cells = [[{"type": "raw_text", "text": text} for text in row] for row in rows]
    return {"type": "table", "rows": cells}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


AT_THE_LIMIT = {
    "50 blocks": [section() for _ in range(50)],
    "header": [{"type": "header", "text": plain(150)}],
    "section text": [section(text=markup(3000))],
    "10 fields": [{"type": "section", "fields": [markup(2000)] * 10}],
    "10 pieces of context": [{"type": "context", "elements": [markup(1)] * 10}],
    "25 buttons": [actions(*(button(action_id=str(n)) for n in range(25)))],
    "button": [actions(button(text=plain(75), value="x" * 2000, style="danger"))],
    "confirm": [actions(button(confirm=confirm()))],
    "100 options": [section(accessory=select(100))],
    "plan": [plan("Steps", [Task(key=str(n), title="t", summary="s") for n in range(50)], "p")],
    "table": [table([["x"] * 20] * 100)],
}
BEYOND = {
    "51 blocks": ([section()] * 51, "no more than 50 blocks"),
    "long header": ([{"type": "header", "text": plain(151)}], "must be 1 to 150 characters"),
    "header with markup": ([{"type": "header", "text": markup(1)}], "plain_text is expected"),
    "long section": ([section(text=markup(3001))], "must be 1 to 3000 characters"),
    "empty section": ([{"type": "section"}], "needs text or fields"),
    "11 fields": ([{"type": "section", "fields": [markup(1)] * 11}], "must have 1 to 10 items"),
    "long field": ([{"type": "section", "fields": [markup(2001)]}], "1 to 2000 characters"),
    "no context": ([{"type": "context", "elements": []}], "must have 1 to 10 items"),
    "26 buttons": ([actions(*[button()] * 26)], "must have 1 to 25 items"),
    "long button": ([actions(button(text=plain(76)))], "must be 1 to 75 characters"),
    "long value": ([actions(button(value="x" * 2001))], "must be at most 2000 characters"),
    "odd style": ([actions(button(style="secondary"))], "style 'secondary' does not exist"),
    "long question": ([actions(button(confirm=confirm(text=markup(301))))], "1 to 300 characters"),
    "long yes": ([actions(button(confirm=confirm(confirm=plain(31))))], "1 to 30 characters"),
    "101 options": ([section(accessory=select(101))], "must have 0 to 100 items"),
    "unknown element": ([actions({"type": "slider", "action_id": "a"})], "'slider' is not supp"),
    "same action twice": ([actions(button(), button())], "action_id a is used twice"),
    "same block twice": ([section(block_id="b"), section(block_id="b")], "block_id b is used"),
    "alert in a message": ([{"type": "alert"}], "is not supported here"),
    "two tables": ([table([["x"]])] * 2, "only_one_table_allowed"),
    "empty cell": ([table([[""]])], "a cell is empty"),
    "ragged table": ([table([["x"], ["x", "y"]])], "rows differ in width"),
    "plan without title": ([{"type": "plan", "tasks": []}], "needs a title"),
    "odd status": (
        [{"type": "plan", "title": "t", "tasks": [{"task_id": "1", "title": "t", "status": "ok"}]}],
        "a task has the status 'ok'",
    ),
    "empty rich text": (
        [rich({"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]})],
        "an empty text",
    ),
    "rich text without a section": ([rich({"type": "text", "text": "x"})], "cannot stand here"),
}


@pytest.mark.parametrize("name", AT_THE_LIMIT)
def test_blocks_are_taken_at_the_limit(name: str) -> None:
    assert message_problems(AT_THE_LIMIT[name]) == []


@pytest.mark.parametrize("name", BEYOND)
def test_blocks_are_refused_beyond_the_limit(name: str) -> None:
    blocks, problem = BEYOND[name]
    assert problem in "; ".join(message_problems(blocks))


def test_view_is_refused_beyond_its_limits() -> None:
    view = {"type": "modal", "callback_id": "x" * 256, "blocks": [section()] * 101}
    assert view_problems(view) == [
        "no more than 100 blocks",
        "view.callback_id: must be at most 255 characters",
        "view.title is missing",
    ]


def test_plan_is_refused_in_a_view() -> None:
    view = {"type": "home", "blocks": [plan("Steps", [], "p")]}
    assert view_problems(view) == ["blocks[0] (plan) is not supported here"]


def test_text_is_counted_in_code_points_wherever_it_stands() -> None:
    blocks = [section(text={"type": "mrkdwn", "text": "🔴🔴"}), actions(button(text=plain(4)))]
    assert total_text(blocks) == 6

"""Slack's limits, checked before anything is sent: a refused message helps nobody.

Limits: https://docs.slack.dev/reference/block-kit; the sum of a message's texts has no documented
limit, and `msg_blocks_too_long` was seen from about 11,000 characters on
(https://github.com/slackapi/bolt-js/issues/2509), so the budget lies below.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_CHARACTERS = 9_000
TEXT = 4_000
_LENGTHS = {
    # (type, field): longest text
    ("section", "text"): 3000,
    ("header", "text"): 150,
    ("button", "text"): 75,
    ("button", "value"): 2000,
    ("button", "url"): 3000,
    ("button", "accessibility_label"): 75,
    ("plan", "title"): 3000,
    ("task_card", "title"): 3000,
    ("option", "text"): 75,
    ("static_select", "placeholder"): 150,
    ("link", "url"): 3000,
}
_CONFIRM = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
_COUNTS = {
    ("actions", "elements"): (1, 25),
    ("context", "elements"): (1, 10),
    ("plan", "tasks"): (1, 50),
    ("rich_text", "elements"): (1, 1000),
    ("static_select", "options"): (1, 100),
    ("overflow", "options"): (1, 5),
    ("section", "fields"): (1, 10),
}
_IN_MESSAGES = frozenset(
    {"section", "context", "actions", "divider", "header", "rich_text", "plan"}
)
_IN_VIEWS = _IN_MESSAGES - {"plan"} | {"input"}


def problems(text: str, blocks: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Say what Slack would refuse about a message; empty when nothing."""
    found = list(_common(blocks, _IN_MESSAGES))
    if len(blocks) > MESSAGE_BLOCKS:
        found.append(f"{len(blocks)} blocks, {MESSAGE_BLOCKS} are allowed")
    characters = sum(len(piece) for piece in texts(blocks))
    if characters > MESSAGE_CHARACTERS:
        found.append(f"{characters} characters, the budget is {MESSAGE_CHARACTERS}")
    if not text.strip():
        found.append("no text for notifications")
    if len(text) > TEXT:
        found.append(f"text has {len(text)} characters, {TEXT} are allowed")
    return tuple(found)


def view_problems(view: dict[str, Any]) -> tuple[str, ...]:
    """Say what Slack would refuse about a modal or a Home tab."""
    blocks = view["blocks"]
    found = list(_common(blocks, _IN_VIEWS))
    if len(blocks) > VIEW_BLOCKS:
        found.append(f"{len(blocks)} blocks, {VIEW_BLOCKS} are allowed")
    found.extend(
        f"the view's {part} is longer than 24 characters"
        for part in ("title", "submit", "close")
        if len(view.get(part, {}).get("text", "")) > 24
    )
    if len(view.get("private_metadata", "")) > 3000:
        found.append("private_metadata is longer than 3000 characters")
    return tuple(found)


def texts(node: Any) -> Iterator[str]:
    """Every text that a reader sees, at any depth."""
    if isinstance(node, list | tuple):
        for item in node:
            yield from texts(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, str):
                if key in ("text", "title"):
                    yield value
            else:
                yield from texts(value)


def _common(blocks: Sequence[dict[str, Any]], allowed: frozenset[str]) -> Iterator[str]:
    yield from (
        f"block {block['type']} is not for here" for block in blocks if block["type"] not in allowed
    )
    nodes = [node for block in blocks for node in _nodes(block)]
    for node in nodes:
        yield from _check(node)
    for key in ("block_id", "action_id", "task_id"):
        names = [node[key] for node in nodes if key in node]
        yield from (f"{key} is used twice" for _ in range(len(names) - len(set(names))))
        yield from (f"{key} is longer than 255" for name in names if len(name) > 255)


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _nodes(value)


def _check(node: dict[str, Any]) -> Iterator[str]:
    kind = node.get("type", "option" if "value" in node else "")
    for (of, field), limit in _LENGTHS.items():
        if kind == of and len(_text(node.get(field))) > limit:
            yield f"{of}.{field} is longer than {limit}"
    for (of, field), (least, most) in _COUNTS.items():
        if kind == of and field in node and not least <= len(node[field]) <= most:
            yield f"{of}.{field} has {len(node[field])} entries"
    for field, limit in _CONFIRM.items():
        if len(_text(node.get("confirm", {}).get(field))) > limit:
            yield f"confirm.{field} is longer than {limit}"
    if kind in ("mrkdwn", "plain_text", "text") and not 1 <= len(node["text"]) <= 3000:
        yield f"a {kind} text has {len(node['text'])} characters"


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("text", ""))
    return value if isinstance(value, str) else ""

"""Block Kit, as little of it as we use: each constructor cuts its texts to Slack's limits.

Limits: https://docs.slack.dev/reference/block-kit/blocks (code points, which is what `len` counts).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bot.redact import cut, one_line
from bot.render.mrkdwn import opens, web
from bot.render.states import Button, Task

Block = dict[str, Any]


def plain_text(text: str, limit: int) -> Block:
    """A text object without any markup; colons stay colons."""
    return {"type": "plain_text", "text": one_line(text, limit) or "–", "emoji": False}


def mrkdwn(text: str) -> Block:
    """A text object with markup, whose outside parts are escaped already."""
    return {"type": "mrkdwn", "text": text or "–", "verbatim": True}


def section(text: str, *, block_id: str = "", accessory: Block | None = None) -> Block:
    """A paragraph, with a button beside it where there is one."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    if block_id:
        block["block_id"] = block_id
    if accessory:
        block["accessory"] = accessory
    return block


def context(texts: Iterable[str]) -> Block:
    """Small print, ten pieces at most."""
    return {"type": "context", "elements": [mrkdwn(text) for text in texts if text][:10]}


def actions(elements: Sequence[Block], block_id: str = "") -> Block:
    """A row of buttons."""
    block: Block = {"type": "actions", "elements": list(elements)}
    if block_id:
        block["block_id"] = block_id
    return block


def button(action_id: str, value: str, label: str, *, style: str = "") -> Block:
    """A button without a question."""
    block: Block = {
        "type": "button",
        "action_id": action_id,
        "value": value,
        "text": plain_text(label, 75),
        "accessibility_label": one_line(label, 75),
    }
    return block | ({"style": style} if style else {})


def action_button(offered: Button) -> Block:
    """A button that changes something asks first what exactly it is to do."""
    style = "danger" if offered.danger else "primary" if offered.primary else ""
    action_id = f"whyfailing.act.{offered.kind}.{offered.id}"
    block = button(action_id, offered.id, offered.label, style=style)
    if offered.question:
        block["confirm"] = {
            "title": plain_text(offered.label + "?", 100),
            "text": plain_text(offered.question, 300),
            "confirm": plain_text(offered.yes, 30),
            "deny": plain_text("Cancel", 30),
        }
    return block


def overflow(action_id: str, options: Sequence[tuple[str, str]]) -> Block:
    """A menu behind three dots, of (label, value); Slack takes five at most."""
    return {
        "type": "overflow",
        "action_id": action_id,
        "options": [{"text": plain_text(label, 75), "value": value} for label, value in options],
    }


def words(text: str, *, limit: int = 300, bold: bool = False, mono: bool = False) -> Block:
    """A piece of rich text: nothing in it is parsed."""
    piece: Block = {"type": "text", "text": one_line(text, limit) or "–"}
    style = {key: True for key, wanted in (("bold", bold), ("code", mono)) if wanted}
    return piece | ({"style": style} if style else {})


def emoji(name: str) -> Block:
    """An emoji in rich text, by its name without colons."""
    return {"type": "emoji", "name": name}


def anchor(url: str) -> list[Block]:
    """A link in rich text, with a space before it; nothing where there is no web address."""
    if not web(url):
        return []
    return aside({"type": "link", "url": url, "text": opens(url)})


def aside(piece: Block) -> list[Block]:
    """A piece of rich text with a space before it."""
    return [{"type": "text", "text": " "}, piece]


def line(pieces: Sequence[Block]) -> Block:
    """A line of rich text."""
    return {"type": "rich_text_section", "elements": list(pieces)}


def bullets(lines: Sequence[Sequence[Block]]) -> Block:
    """A list of lines of rich text."""
    return {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [line(pieces) for pieces in lines],
    }


def preformatted(text: str, limit: int = 2500) -> Block:
    """Commands or a log, exactly as they are."""
    return {
        "type": "rich_text_preformatted",
        "border": 0,
        "elements": [{"type": "text", "text": cut(text, limit) or "–"}],
    }


def rich(elements: Sequence[Block], *, block_id: str = "") -> Block:
    """A block of rich text."""
    block: Block = {"type": "rich_text", "elements": list(elements)}
    return block | ({"block_id": block_id} if block_id else {})


def plan(title: str, tasks: Sequence[Task], block_id: str) -> Block:
    """The steps, live. The same `block_id` in every update keeps the plan as the reader left it."""
    return {
        "type": "plan",
        "block_id": block_id,
        "title": one_line(title, 150),
        "tasks": [_task_card(task) for task in tasks],
    }


def _task_card(task: Task) -> Block:
    card: Block = {
        "type": "task_card",
        "task_id": one_line(task.key, 100),
        "title": one_line(task.title, 150) or "–",
        "status": task.state.value,
    }
    if task.summary:
        card["output"] = rich([line([words(task.summary, limit=200)])])
    if web(task.url):
        card["sources"] = [{"type": "url", "url": task.url, "text": opens(task.url)}]
    return card

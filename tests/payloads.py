"""Slack's payloads, as Socket Mode delivers them."""

from __future__ import annotations

from typing import Any

from bot.render.slack_report import MORE
from tests.reports import NOON

TS = f"{NOON.timestamp():.6f}"


def event(inner: dict[str, Any], **outer: Any) -> dict[str, Any]:
    return {
        "type": "event_callback", "team_id": "T1", "api_app_id": "A1", "event_id": "Ev1",
        "event": inner, **outer,
    }  # fmt: skip


def alert(
    text: str = "Pod shop/api-7d9f8c-x2x4z is not ready", ts: str = TS, **more: Any
) -> dict[str, Any]:
    inner = {
        "type": "message", "subtype": "bot_message", "bot_id": "B9", "username": "Alertmanager",
        "channel": "C1", "channel_type": "channel", "ts": ts, "text": "",
        "attachments": [{"text": text}], **more,
    }  # fmt: skip
    return event(inner)


def command(text: str, **more: Any) -> dict[str, Any]:
    return {
        "command": "/whyfailing", "text": text, "user_id": "U1", "channel_id": "C1",
        "team_id": "T1",
        "trigger_id": "t1", "response_url": "", **more,
    }  # fmt: skip


def click(
    action_id: str, value: str, message_ts: str, user: str = "U1", **more: Any
) -> dict[str, Any]:
    element: dict[str, Any] = {"type": "button", "value": value}
    if action_id == MORE:
        element = {"type": "overflow", "selected_option": {"value": value}}
    return {
        "type": "block_actions", "user": {"id": user, "team_id": "T1"}, "team": {"id": "T1"},
        "api_app_id": "A1", "trigger_id": "t2", "channel": {"id": "C1"},
        "container": {"type": "message", "message_ts": message_ts, "channel_id": "C1"},
        "actions": [{"action_id": action_id, "block_id": "b", **element}],
        **more,
    }  # fmt: skip


def find_button(message: dict[str, Any], label: str) -> tuple[str, str]:
    """action_id and value of the button, or entry of the menu, with this label."""
    todo: list[Any] = [message["blocks"]]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            if node.get("type") == "button" and node["text"]["text"] == label:
                return node["action_id"], node["value"]
            for option in node.get("options", ()):
                if option["text"]["text"] == label:
                    return node["action_id"], option["value"]
            todo.extend(node.values())
        elif isinstance(node, list):
            todo.extend(node)
    raise AssertionError(f"no button {label!r} in {message}")


def text_of(block: dict[str, Any]) -> str:
    """What a reader sees of a section or a rich text, with Slack's marks for styles."""
    if block["type"] == "section":
        return str(block["text"]["text"])
    return "\n".join("".join(map(_piece, line["elements"])) for line in block["elements"])


def _piece(element: dict[str, Any]) -> str:
    if element["type"] == "emoji":
        return f":{element['name']}:"
    style = element.get("style", {})
    mark = "*" if style.get("bold") else "`" if style.get("code") else ""
    return f"{mark}{element['text']}{mark}"

"""What Slack sends to an app: the parts that Bolt routes on.

https://docs.slack.dev/reference/interaction-payloads
"""

from __future__ import annotations

import time
from typing import Any

from simulator.slack.workspace import APP, BOT_USER, TEAM, Message, View, Workspace

Json = dict[str, Any]


def command_payload(workspace: Workspace, user: str, channel: str, word: str, text: str) -> Json:
    """A slash command."""
    return {
        "command": word,
        "text": text,
        "user_id": user,
        "user_name": workspace.users[user].name,
        "channel_id": channel,
        "channel_name": workspace.channels[channel].name,
        "team_id": TEAM,
        "team_domain": "simulated",
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "trigger_id": workspace.trigger(user),
        "token": "not-used",
    }


def event_payload(event: Json, event_id: str, event_time: int) -> Json:
    """An event of the Events API."""
    return {
        "token": "not-used",
        "team_id": TEAM,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": event_time,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def who_payload(workspace: Workspace, user: str, channel: str = "") -> Json:
    """Who does something, and in which channel where it is in one."""
    person, found = workspace.users[user], workspace.channels.get(channel)
    place = {"channel": {"id": channel, "name": found.name}} if found else {}
    return {
        "user": {
            "id": user,
            "username": person.name,
            "name": person.name,
            "team_id": person.team_id,
        },
        "team": {"id": TEAM, "domain": "simulated"},
        "api_app_id": APP,
        "token": "not-used",
        "trigger_id": workspace.trigger(user),
        "is_enterprise_install": False,
        "enterprise": None,
        **place,
    }


def action_payload(block: Json, element: Json, chosen: Json | None) -> Json:
    """A press of a button, or a choice."""
    action = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block.get("block_id", "made-by-slack"),
        "action_ts": f"{time.time():.6f}",
    }
    for key in ("text", "value", "placeholder"):
        if key in element:
            action[key] = element[key]
    if chosen is not None:
        action["selected_option"] = chosen
    return action


def message_payload(message: Message) -> Json:
    """The message in which a person pressed something."""
    thread = {"thread_ts": message.thread_ts} if message.thread_ts else {}
    return {
        "type": "block_actions",
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": bool(message.seen_by),
            **thread,
        },
        "message": message.event(),
    }


def suggestion_payload(view: View, block: Json, element: Json, typed: str) -> Json:
    """A question for options; it leaves out what the view holds.

    https://github.com/slackapi/bolt-js/issues/1146
    """
    return {
        "type": "block_suggestion",
        "container": {"type": "view", "view_id": view.id},
        "view": view_payload(view, {}),
        "block_id": block.get("block_id", ""),
        "action_id": element["action_id"],
        "value": typed,
    }


def view_payload(view: View, values: Json) -> Json:
    """A view as the app is told of it."""
    return {**view.view, "id": view.id, "hash": view.hash, "state": {"values": values}}

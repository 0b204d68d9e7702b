"""Shortcuts: "Why is this failing?" on a message, and the form from anywhere."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.store.records import Source
from handlers.alert_text import read_alert
from handlers.form import open_form
from handlers.reception import Reception, Way, privately

ON_MESSAGE = "whyfailing_message"
GLOBAL = "whyfailing_global"


def register(app: AsyncApp, reception: Reception) -> None:
    """Listen to both shortcuts and to the form."""

    @app.shortcut(ON_MESSAGE)
    async def on_message(ack: AsyncAck, shortcut: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await _asked_of_message(reception, shortcut, client)

    @app.shortcut(GLOBAL)
    async def from_anywhere(
        ack: AsyncAck, shortcut: dict[str, Any], client: AsyncWebClient
    ) -> None:
        await ack()
        user, team = str(shortcut["user"]["id"]), str(shortcut["team"]["id"])
        way = Way(source=Source.SHORTCUT, team=team, channel="", user=user)
        await open_form(reception, client, way, shortcut["trigger_id"])


async def _asked_of_message(
    reception: Reception, shortcut: dict[str, Any], client: AsyncWebClient
) -> None:
    message = shortcut["message"]
    message_ts = str(message["ts"])
    way = Way(
        source=Source.SHORTCUT,
        team=str(shortcut["team"]["id"]),
        channel=str(shortcut["channel"]["id"]),
        user=str(shortcut["user"]["id"]),
        root_ts=str(message.get("thread_ts") or message_ts),
    )
    alert = read_alert(message)
    if not alert.queries:
        hint = "I found no pod or workload in that message. Which one is it about?"
        await open_form(reception, client, way, shortcut["trigger_id"], hint)
        return
    answered = await reception.desk.store.threads.of_alert(way.team, way.channel, message_ts)
    if answered is not None and answered.message_ts is not None:
        say = privately(client, way.channel, way.user, "")
        await say(text="I answered that message before; the answer is in its thread.")
        return
    await reception.ask(client, way, *alert.queries)

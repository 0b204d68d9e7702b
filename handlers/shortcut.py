"""Shortcuts: "Why is this failing?" on a message, and a form from anywhere."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.cluster.targets import InvalidTargetError, parse_target
from bot.render.slack_views import FORM, form_view
from bot.sources import Query
from bot.store.records import Source
from handlers.alert_text import read_alert
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
        await client.views_open(trigger_id=shortcut["trigger_id"], view=form_view(""))

    @app.view(FORM)
    async def submitted(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        values = body["view"]["state"]["values"]
        channel = values["where"]["channel"].get("selected_conversation") or ""
        try:
            query = parse_target(values["target"]["text"].get("value") or "")
        except InvalidTargetError as error:
            await ack(response_action="errors", errors={"target": str(error)[:2000]})
            return
        if not channel:
            errors = {"where": "Choose where I should answer"}
            await ack(response_action="errors", errors=errors)
            return
        await ack()
        user = str(body["user"]["id"])
        way = Way(source=Source.SHORTCUT, team=str(body["team"]["id"]), channel=channel, user=user)
        await _accepted(reception, way, client, query)


async def _asked_of_message(
    reception: Reception, shortcut: dict[str, Any], client: AsyncWebClient
) -> None:
    message, channel = shortcut["message"], str(shortcut["channel"]["id"])
    alert = read_alert(message)
    if not alert.queries:
        hint = "I found no pod or workload in that message. Which one is it about?"
        view = form_view(channel, hint=hint)
        await client.views_open(trigger_id=shortcut["trigger_id"], view=view)
        return
    message_ts, user = str(message["ts"]), str(shortcut["user"]["id"])
    way = Way(
        source=Source.SHORTCUT,
        team=str(shortcut["team"]["id"]),
        channel=channel,
        user=user,
        root_ts=str(message.get("thread_ts") or message_ts),
    )
    answered = await reception.desk.store.threads.of_alert(way.team, channel, message_ts)
    if answered is not None and answered.message_ts is not None:
        say = privately(client, channel, user, "")
        await say(text="I answered that message before; the answer is in its thread.")
        return
    await _accepted(reception, way, client, *alert.queries)


async def _accepted(
    reception: Reception, way: Way, client: AsyncWebClient, *queries: Query
) -> None:
    say = privately(client, way.channel, way.user, "")
    if sentence := await reception.turned_away(client, way):
        await say(text=sentence)
        return
    await reception.accept(way, say, queries=queries)

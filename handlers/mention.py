"""@WhyFailing in a thread or out of it: with a name, or about the message that began it."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.cluster.targets import InvalidTargetError, parse_target
from bot.messages.replies import FAILURES
from bot.render import mrkdwn as m
from bot.sources import Query
from bot.store.records import Source
from handlers.alert_text import plain, read_alert
from handlers.command import HELP
from handlers.reception import Reception, Way, privately

_MENTION = re.compile(r"<@[A-Z0-9]{1,20}(?:\|[^<>]{0,100})?>")


def register(app: AsyncApp, reception: Reception) -> None:
    """Listen to mentions."""

    @app.event("app_mention")
    async def mentioned(
        event: dict[str, Any], body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        if event.get("bot_id") or body.get("is_ext_shared_channel"):
            return
        await answer(reception, client, event, body)


async def answer(
    reception: Reception, client: AsyncWebClient, event: dict[str, Any], body: dict[str, Any]
) -> None:
    """Answer what a person wrote to the bot: once, however often Slack delivers it.

    A request is known by its message, which the row of its thread holds; so an event that comes
    again after a kill finds either the row or nothing.
    """
    way = Way(
        source=Source.MENTION,
        team=str(body.get("team_id") or ""),
        channel=str(event["channel"]),
        user=str(event["user"]),
        root_ts=str(event.get("thread_ts") or event["ts"]),
        alert_ts=str(event["ts"]),
    )
    say = privately(client, way.channel, way.user, str(event.get("thread_ts") or ""))
    text = " ".join(plain(_MENTION.sub(" ", str(event.get("text") or ""))).split())
    queries: tuple[Query, ...]
    if text:
        try:
            queries = (parse_target(text),)
        except InvalidTargetError as error:
            if await reception.is_new(body, event):
                await say(text=f"{m.escape(str(error))}.")
            return
    else:
        queries = await _of_thread(client, event)
    if not queries:
        if await reception.is_new(body, event):
            await say(text=HELP)
        return
    if sentence := await reception.turned_away(client, way):
        if await reception.is_new(body, event):
            await say(text=sentence)
        return
    await reception.accept(way, say, queries=queries)


async def _of_thread(client: AsyncWebClient, event: dict[str, Any]) -> tuple[Query, ...]:
    """What the message that began the thread is about."""
    root = event.get("thread_ts")
    if not root:
        return ()
    try:
        found = await client.conversations_replies(channel=event["channel"], ts=root, limit=1)
    except FAILURES:
        return ()
    messages: list[dict[str, Any]] = found.get("messages") or []
    return read_alert(messages[0]).queries if messages else ()

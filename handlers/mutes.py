"""The menu behind the three dots of a report, and Unmute, in the message and on the Home tab."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.render.slack_report import MORE, MUTES, UNMUTE
from handlers.buttons import stop
from handlers.clicks import OLD, Click, audit, click_of, is_in, member, tell
from handlers.home import publish
from handlers.reception import Reception

_OVER = "It is not muted any more."


def register(app: AsyncApp, reception: Reception) -> None:
    """Listen to the menu and to Unmute."""

    @app.action(MORE)
    async def more(
        ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, client: AsyncWebClient
    ) -> None:
        await ack()
        click = click_of(body)
        what, _, thread_id = click.value.partition(":")
        if what == "stop":
            sentence = await stop(reception, client, click, thread_id)
        else:
            sentence = await _mute(reception, client, click, what, thread_id)
        if sentence:
            await tell(respond, sentence)

    @app.action(re.compile(rf"^{re.escape(UNMUTE)}\."))
    async def unmute(
        ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, client: AsyncWebClient
    ) -> None:
        await ack()
        click = click_of(body)
        sentence = await _unmute(reception, client, click)
        if not click.message_ts:
            await publish(reception, client, click.team, click.user)
        elif sentence:
            await tell(respond, sentence)


async def _mute(
    reception: Reception, client: AsyncWebClient, click: Click, what: str, thread_id: str
) -> str:
    """Mute what a message reports; the sentence for the person when nothing was done."""
    thread = await reception.desk.store.threads.one(thread_id)
    if thread is None or what not in MUTES or not is_in(thread, click):
        return OLD
    person = await member(reception, client, click, thread.team)
    if isinstance(person, str):
        return person
    label, span = MUTES[what]
    if not await reception.desk.mutes.put(thread, span, person.id, person.name):
        return "This message reports no failure any more, so there is nothing to mute."
    await audit(reception, click, "mute", "allowed", label)
    return ""


async def _unmute(reception: Reception, client: AsyncWebClient, click: Click) -> str:
    person = await member(reception, client, click, click.team)
    if isinstance(person, str):
        return person
    lifted = await reception.desk.mutes.lift(click.value, click.team)
    if lifted is None:
        return _OVER
    await audit(reception, click, "unmute", "allowed", f"muted by {lifted.by_name}")
    return ""

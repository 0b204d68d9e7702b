"""Alerts in a channel, posted by any tool: one reply in the alert's thread, or silence."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.store.records import Source
from handlers import mention
from handlers.alert_text import read_alert
from handlers.reception import Reception, Way

_OLDEST_SECONDS = 600.0
"""Older messages come in a burst after an outage; their moment has passed."""
_IGNORED = frozenset(
    {
        "channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name",
        "channel_archive", "channel_unarchive", "bot_add", "bot_remove", "pinned_item",
        "reminder_add", "message_deleted", "message_replied", "thread_broadcast", "tombstone",
        "huddle_thread", "ekm_access_denied",
    }
)  # fmt: skip
_CONTENT = ("text", "attachments", "blocks")


def register(app: AsyncApp, reception: Reception) -> None:
    """Listen to messages. `app.message` would miss those without text, which alerts are."""

    @app.event("message")
    async def posted(
        event: dict[str, Any],
        body: dict[str, Any],
        client: AsyncWebClient,
        context: AsyncBoltContext,
    ) -> None:
        if body.get("is_ext_shared_channel"):
            return
        team = str(body.get("team_id") or "")
        if event.get("channel_type") == "im" and _from_person(event):
            await mention.answer(reception, client, event, body)
            return
        alert = normalise(event)
        if alert is None:
            return
        # Bolt leaves out what we post; an edit of it names its author deeper in the event.
        if alert.get("bot_id") in (None, "", context.bot_id) or _is_reply(alert):
            return
        if reception.desk.now().timestamp() - float(alert["ts"]) > _OLDEST_SECONDS:
            return
        if await reception.answers_alerts(team, str(alert["channel"])):
            await _take(reception, alert, team)


def normalise(event: dict[str, Any]) -> dict[str, Any] | None:
    """The message that an event is about, as it is now; None when it says nothing new."""
    subtype = event.get("subtype")
    if subtype in _IGNORED:
        return None
    if subtype != "message_changed":
        return event
    new, old = event.get("message") or {}, event.get("previous_message") or {}
    if all(new.get(key) == old.get(key) for key in _CONTENT):
        return None
    return {**new, "channel": event["channel"]}


async def _take(reception: Reception, message: dict[str, Any], team: str) -> None:
    alert = read_alert(message)
    channel, message_ts = str(message["channel"]), str(message["ts"])
    store = reception.desk.store
    if alert.resolved:
        thread = await store.threads.of_alert(team, channel, message_ts)
        for follow_up in await store.follow_ups.of_thread(thread.id) if thread else ():
            reception.tasks.spawn(reception.follower.step(follow_up.id))
        return
    if not alert.queries:
        return
    way = Way(
        source=Source.ALERT,
        team=team,
        channel=channel,
        root_ts=str(message.get("thread_ts") or message_ts),
        alert_ts=message_ts,
    )
    await reception.accept(way, None, queries=alert.queries)


def _from_person(event: dict[str, Any]) -> bool:
    return bool(event.get("user")) and not event.get("bot_id") and not event.get("subtype")


def _is_reply(message: dict[str, Any]) -> bool:
    return message.get("thread_ts") not in (None, message["ts"])

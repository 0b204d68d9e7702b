"""What every press of a button begins with: who pressed what, where, and may they."""

from __future__ import annotations

from typing import Any

import msgspec
from slack_bolt.async_app import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.access import Person, Refused, decide
from bot.render import mrkdwn as m
from bot.store.records import AuditEntry, Thread
from handlers.reception import Reception

OLD = (
    "This button is from an earlier version of me or of this message, so I did nothing. "
    "Ask again with /whyfailing."
)
UNKNOWN_PERSON = "I could not find out who you are, so I did nothing. Try again in a minute."


class Click(msgspec.Struct, frozen=True, kw_only=True):
    """Who did something where. `channel` and `message_ts` are empty on the Home tab."""

    user: str
    team: str
    channel: str
    message_ts: str = ""
    value: str = ""
    trigger_id: str = ""


def click_of(body: dict[str, Any]) -> Click:
    """Read it from Slack's payload."""
    action, container = body["actions"][0], body.get("container") or {}
    selected = action.get("selected_option") or {}
    channel = container.get("channel_id") or (body.get("channel") or {}).get("id") or ""
    return Click(
        user=str(body["user"]["id"]),
        team=str((body.get("team") or {}).get("id") or body["user"].get("team_id") or ""),
        channel=str(channel),
        message_ts=str(container.get("message_ts") or ""),
        value=str(action.get("value") or selected.get("value") or ""),
        trigger_id=str(body.get("trigger_id") or ""),
    )


def is_in(thread: Thread, click: Click) -> bool:
    """Whether the click came from the very message that the button was made for."""
    return (thread.channel, thread.message_ts) == (click.channel, click.message_ts)


async def member(
    reception: Reception, client: AsyncWebClient, click: Click, team: str
) -> Person | str:
    """The person, who may do what changes nothing in the world; or why not, as a sentence."""
    person = await reception.people.person(client, click.user, click.team)
    if person is None:
        return UNKNOWN_PERSON
    members = await reception.people.members(client, click.team)
    decision = decide(None, person, team, reception.people.settings, members)
    return m.escape(decision.sentence) if isinstance(decision, Refused) else person


async def audit(
    reception: Reception, click: Click, what: str, decision: str, detail: str, action_id: str = ""
) -> None:
    """Write down who did what, and what was decided."""
    await reception.desk.store.journal.write(
        AuditEntry(
            at=reception.desk.now(),
            team=click.team,
            channel=click.channel,
            message_ts=click.message_ts,
            user_id=click.user,
            action_id=action_id,
            what=what,
            decision=decision,
            detail=detail,
        )
    )


async def tell(respond: AsyncRespond, text: str) -> None:
    """Tell the person who clicked, and nobody else."""
    await respond(text=text, response_type="ephemeral", replace_original=False)

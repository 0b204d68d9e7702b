"""Buttons: authorise at the moment of the click, look once more, claim once, do, follow."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import msgspec
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.access import Allowed, Person, Refused, decide, outsider
from bot.remedies import remedy_for
from bot.render import mrkdwn as m
from bot.render.slack_views import CHOOSE, evidence_view
from bot.report import Recheck
from bot.sources import SourceError
from bot.store.records import ActionState, AuditEntry, Offered, Source, Thread
from handlers.reception import Reception, Way

ACT = re.compile(r"^whyfailing\.act\.")
EVIDENCE = "whyfailing.evidence"
STOP = "whyfailing.stop"
OLD = (
    "This button is from an earlier version of me or of this message, so I did nothing. "
    "Ask again with /whyfailing."
)
_UNKNOWN_PERSON = "I could not find out who you are, so I did nothing. Try again in a minute."


class Click(msgspec.Struct, frozen=True, kw_only=True):
    """Who clicked where."""

    user: str
    team: str
    channel: str
    message_ts: str
    value: str
    trigger_id: str


def register(app: AsyncApp, reception: Reception) -> None:
    """Listen to every button and select."""

    @app.action(ACT)
    async def act(
        ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, client: AsyncWebClient
    ) -> None:
        await ack()
        if sentence := await _act(reception, client, _click(body)):
            await _privately(respond, sentence)

    @app.action(EVIDENCE)
    async def evidence(
        ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, client: AsyncWebClient
    ) -> None:
        await ack()
        click = _click(body)
        thread = await reception.desk.store.threads.one(click.value)
        if thread is None or thread.report is None or not _is_in(thread, click):
            await _privately(respond, OLD)
            return
        person = await reception.people.person(client, click.user, click.team)
        if sentence := outsider(person, thread.team) if person else _UNKNOWN_PERSON:
            await _privately(respond, sentence)
            return
        await client.views_open(trigger_id=click.trigger_id, view=evidence_view(thread.report))

    @app.action(STOP)
    async def stop(
        ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, client: AsyncWebClient
    ) -> None:
        await ack()
        if sentence := await _stop(reception, client, _click(body)):
            await _privately(respond, sentence)

    @app.action(CHOOSE)
    async def choose(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        await _choose(reception, respond, _click(body))


def register_last(app: AsyncApp) -> None:
    """Answer what no other listener knows: a button of an older version."""

    @app.action(re.compile(r".*"))
    async def unknown(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await _privately(respond, OLD)


async def _choose(reception: Reception, respond: AsyncRespond, click: Click) -> None:
    """Look at what somebody chose of several; the choice was shown to them alone."""
    desk = reception.desk
    offered = await desk.store.actions.one(click.value)
    asked = await desk.store.threads.one(offered.thread_id) if offered else None
    if (
        offered is None
        or asked is None
        or not isinstance(offered.action, Recheck)
        or asked.channel != click.channel
        or offered.expires_at <= desk.now()
    ):
        await _privately(respond, OLD)
        return
    if not await desk.store.actions.claim(offered.id, click.user, click.user, desk.now()):
        return
    await respond(delete_original=True)
    way = Way(
        source=Source(asked.asked.source),
        team=asked.team,
        channel=asked.channel,
        user=click.user,
        root_ts=asked.root_ts,
    )
    await reception.accept(way, respond, target=offered.action.target)


async def _act(reception: Reception, client: AsyncWebClient, click: Click) -> str:
    """Do what a button says; the sentence for the person when nothing was done."""
    store, now = reception.desk.store, reception.desk.now()
    offered = await store.actions.one(click.value)
    thread = await store.threads.one(offered.thread_id) if offered else None
    if offered is None or thread is None or not _is_in(thread, click):
        return OLD
    if late := _too_late(offered, now):
        return late
    person = await reception.people.person(client, click.user, click.team)
    if person is None:
        return _UNKNOWN_PERSON
    members = await reception.people.members(client, click.team)
    match decide(offered.action, person, thread.team, reception.people.settings, members):
        case Refused() as refused:
            await _audit(reception, click, offered, "refused", refused.sentence)
            return m.escape(refused.sentence)
        case Allowed() as allowed:
            return await _claim(reception, click, offered, person, allowed.because)


async def _claim(
    reception: Reception, click: Click, offered: Offered, person: Person, because: str
) -> str:
    desk, remedy = reception.desk, remedy_for(offered.action)
    try:
        refusal = await remedy.preflight(offered.action, desk.sources)
    except SourceError as error:
        fix = f" {error.fix}" if error.fix else ""
        sentence = f"I could not check whether that is still right ({error}), so I did nothing."
        await _audit(reception, click, offered, "could not check", sentence)
        return m.escape(sentence + fix)
    if refusal is not None:
        await _audit(reception, click, offered, "no longer fits", refusal.sentence)
        return m.escape(refusal.sentence)
    if not await desk.store.actions.claim(offered.id, person.id, person.name, desk.now()):
        newest = await desk.store.actions.one(offered.id)
        return _too_late(newest or offered, desk.now()) or OLD
    await _audit(reception, click, offered, "allowed", because)
    claimed = await desk.store.actions.one(offered.id)
    if claimed is not None:
        reception.tasks.spawn(reception.follower.begin(claimed))
    return ""


async def _stop(reception: Reception, client: AsyncWebClient, click: Click) -> str:
    thread = await reception.desk.store.threads.one(click.value)
    if thread is None or not _is_in(thread, click):
        return OLD
    person = await reception.people.person(client, click.user, click.team)
    if person is None:
        return _UNKNOWN_PERSON
    members = await reception.people.members(client, click.team)
    decision = decide(None, person, thread.team, reception.people.settings, members)
    if isinstance(decision, Refused):
        return m.escape(decision.sentence)
    if not await reception.follower.stop(thread.id, person.name):
        return "Nothing is followed here any more."
    return ""


def _too_late(offered: Offered, now: datetime) -> str:
    """Why a button cannot be pressed any more; empty when it can."""
    if offered.state is ActionState.EXPIRED:
        return (
            "This button belongs to an earlier report of this message, so I did nothing. "
            "Use the buttons that it shows now."
        )
    if offered.state is not ActionState.OFFERED and offered.claimed_at is not None:
        seconds = max(0, int((now - offered.claimed_at).total_seconds()))
        ago = f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"
        return f"{m.plain(offered.claimed_name, 80)} started this {ago} ago; I did nothing more."
    if offered.expires_at <= now:
        return "This button is too old to be right, so I did nothing. Press Recheck or ask again."
    return ""


async def _audit(
    reception: Reception, click: Click, offered: Offered, decision: str, detail: str
) -> None:
    await reception.desk.store.journal.write(
        AuditEntry(
            at=reception.desk.now(),
            team=click.team,
            channel=click.channel,
            message_ts=click.message_ts,
            user_id=click.user,
            action_id=offered.id,
            what=str(type(offered.action).__struct_config__.tag),
            decision=decision,
            detail=detail,
        )
    )


async def _privately(respond: AsyncRespond, text: str) -> None:
    await respond(text=text, response_type="ephemeral", replace_original=False)


def _click(body: dict[str, Any]) -> Click:
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


def _is_in(thread: Thread, click: Click) -> bool:
    """Whether the click came from the very message that the button was made for."""
    return (thread.channel, thread.message_ts) == (click.channel, click.message_ts)

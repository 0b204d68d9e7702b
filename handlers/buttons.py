"""Buttons: authorise at the moment of the click, look once more, claim once, do, follow."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.access import Allowed, Person, Refused, decide
from bot.remedies import remedy_for
from bot.render import mrkdwn as m
from bot.render.slack_views import CHOOSE, evidence_view
from bot.report import Recheck
from bot.sources import SourceError
from bot.store.records import ActionState, Offered, Source, Thread
from handlers.clicks import OLD, UNKNOWN_PERSON, Click, audit, click_of, is_in, member, tell
from handlers.reception import Reception, Way

ACT = re.compile(r"^whyfailing\.act\.")
EVIDENCE = "whyfailing.evidence"
STOP = "whyfailing.stop"


def register(app: AsyncApp, reception: Reception) -> None:
    """Listen to every button and select."""

    @app.action(ACT)
    async def act(
        ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, client: AsyncWebClient
    ) -> None:
        await ack()
        if sentence := await _act(reception, client, click_of(body)):
            await tell(respond, sentence)

    @app.action(EVIDENCE)
    async def evidence(
        ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, client: AsyncWebClient
    ) -> None:
        await ack()
        click = click_of(body)
        thread = await reception.desk.store.threads.one(click.value)
        if thread is None or thread.report is None or not is_in(thread, click):
            await tell(respond, OLD)
            return
        person = await member(reception, client, click, thread.team)
        if isinstance(person, str):
            await tell(respond, person)
            return
        await client.views_open(trigger_id=click.trigger_id, view=evidence_view(thread.report))

    @app.action(STOP)
    async def stopped(
        ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond, client: AsyncWebClient
    ) -> None:
        await ack()
        click = click_of(body)
        if sentence := await stop(reception, client, click, click.value):
            await tell(respond, sentence)

    @app.action(CHOOSE)
    async def choose(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        await _choose(reception, respond, click_of(body))


def register_last(app: AsyncApp) -> None:
    """Answer what no other listener knows: a button of an older version."""

    @app.action(re.compile(r".*"))
    async def unknown(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await tell(respond, OLD)


async def _choose(reception: Reception, respond: AsyncRespond, click: Click) -> None:
    """Look at what somebody chose of several; the choice was shown to them alone."""
    desk = reception.desk
    offered = await desk.store.actions.one(click.value)
    asked = await desk.store.threads.one(offered.thread_id) if offered else None
    if (
        offered is None
        or asked is None
        or not isinstance(offered.action, Recheck)
        or not _was_told(asked, click)
        or offered.expires_at <= desk.now()
    ):
        await tell(respond, OLD)
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


def _was_told(asked: Thread, click: Click) -> bool:
    """Whether a choice was shown where the click came from: there, or to who asked, in private."""
    if asked.channel == click.channel:
        return True
    return click.channel.startswith("D") and asked.asked.asked_by == click.user


async def _act(reception: Reception, client: AsyncWebClient, click: Click) -> str:
    """Do what a button says; the sentence for the person when nothing was done."""
    store, now = reception.desk.store, reception.desk.now()
    offered = await store.actions.one(click.value)
    thread = await store.threads.one(offered.thread_id) if offered else None
    if offered is None or thread is None or not is_in(thread, click):
        return OLD
    if late := _too_late(offered, now):
        return late
    person = await reception.people.person(client, click.user, click.team)
    if person is None:
        return UNKNOWN_PERSON
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


async def stop(reception: Reception, client: AsyncWebClient, click: Click, thread_id: str) -> str:
    """Follow a message no more; the sentence for the person when nothing was done."""
    thread = await reception.desk.store.threads.one(thread_id)
    if thread is None or not is_in(thread, click):
        return OLD
    person = await member(reception, client, click, thread.team)
    if isinstance(person, str):
        return person
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
    what = str(type(offered.action).__struct_config__.tag)
    await audit(reception, click, what, decision, detail, offered.id)

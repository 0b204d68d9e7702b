"""The Home tab: how the cluster is, what is followed and was reported, what the reader may do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.access import Person, administers, may_do, namespaces_of, outsider
from bot.render import slack_home as h
from bot.render.slack_form import visible
from bot.render.slack_report import cause_line
from bot.render.states import Recovered
from bot.report import Report, Verdict
from bot.sources import Overview
from bot.store.records import Answering, FollowUp, Phase, Source, Thread
from handlers.administration import administration
from handlers.choosing import choose
from handlers.clicks import click_of
from handlers.form import open_form
from handlers.reception import Reception, Way

_REPORTS = 40
"""Newest reports that are looked at, until enough of them are for this reader."""
_RECENT = timedelta(days=7)
_WORDS = {
    Phase.STARTING: "starting",
    Phase.RUN: "the workflow run is going on",
    Phase.IMAGE: "waiting for the image",
    Phase.POD: "waiting for the pod",
    Phase.READY: "Ready, waiting whether it stays so",
    Phase.DIAGNOSING: "looking again",
}


def register(app: AsyncApp, reception: Reception) -> None:
    """Listen to people who open the Home tab, and to its button."""

    @app.event("app_home_opened")
    async def opened(event: dict[str, Any], body: dict[str, Any], client: AsyncWebClient) -> None:
        if event.get("tab") != "home":
            return
        team, user = str(body.get("team_id") or ""), str(event["user"])
        await publish(reception, client, team, user)

    @app.action(h.ASK)
    async def ask(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        user, team = str(body["user"]["id"]), str(body["team"]["id"])
        way = Way(source=Source.SHORTCUT, team=team, channel="", user=user)
        await open_form(reception, client, way, body["trigger_id"])

    @app.action(re.compile(rf"^{re.escape(h.ANSWERING)}\."))
    async def choose_for(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        click = click_of(body)
        channel = body["actions"][0]["action_id"].removeprefix(f"{h.ANSWERING}.")
        person = await reception.people.person(client, click.user, click.team)
        if person and administers(person, reception.desk.settings.slack.operator):
            there = msgspec.structs.replace(click, channel=channel)
            await choose(reception, client, there, Answering(click.value))
        await publish(reception, client, click.team, click.user)


async def publish(reception: Reception, client: AsyncWebClient, team: str, user: str) -> None:
    """Show a person their Home tab as it is now."""
    person = await reception.people.person(client, user, team)
    if person is None:
        home = h.Home(may="I could not find out who you are, so you may do nothing yet.")
    elif refused := outsider(person, team):
        home = h.Home(may=refused)
    else:
        home = await _home(reception, client, team, person)
    await client.views_publish(user_id=user, view=h.home_view(home))


async def _home(reception: Reception, client: AsyncWebClient, team: str, person: Person) -> h.Home:
    desk, people = reception.desk, reception.people
    overview, members, absences = await asyncio.gather(
        desk.overviews.current(),
        people.members(client, team),
        desk.store.absences.of(team),
    )
    readable = Readable(reception, client, person)
    follow_ups = {item.thread_id: item for item in await desk.store.follow_ups.open_ones()}
    admin = administers(person, desk.settings.slack.operator)
    return h.Home(
        may=may_do(person, team, people.settings, members),
        cluster=desk.sources.cluster.name,
        overview=_allowed(overview, namespaces_of("", desk.finder.scopes)),
        absent=tuple(h.Absent(each.channel, each.why) for each in absences),
        followed=await _followed(reception, team, readable, follow_ups),
        recent=await _recent(reception, team, readable, frozenset(follow_ups)),
        mutes=await _muted(reception, team),
        administration=await administration(reception, client, team) if admin else None,
    )


class Readable:
    """Which threads a person may know of: those of channels that they can read."""

    def __init__(self, reception: Reception, client: AsyncWebClient, person: Person) -> None:
        self._people = reception.people
        self._client = client
        self._person = person

    async def of(self, threads: tuple[Thread, ...]) -> list[Thread]:
        """Those of these threads, in their order."""
        channels = {thread.channel for thread in threads}
        open_ones = {each for each in channels if await self._reads(each)}
        return [
            thread
            for thread in threads
            if thread.channel in open_ones or thread.asked.asked_by == self._person.id
        ]

    async def _reads(self, channel: str) -> bool:
        if channel.startswith("D"):
            return False
        return await self._people.may_read(self._client, self._person.id, channel)


def _allowed(overview: Overview, allowed: frozenset[str] | None) -> Overview:
    if allowed is None:
        return overview
    pods = tuple(visible(overview.pods, allowed))
    return Overview(
        pods=pods, nodes=overview.nodes, nodes_ready=overview.nodes_ready, gaps=overview.gaps
    )


async def _followed(
    reception: Reception, team: str, readable: Readable, follow_ups: Mapping[str, FollowUp]
) -> tuple[h.Followed, ...]:
    desk = reception.desk
    threads = await readable.of(await desk.store.threads.followed(team, frozenset(follow_ups)))
    return tuple(
        [
            h.Followed(
                target=str(follow_ups[thread.id].journey.target),
                cause=follow_ups[thread.id].journey.cause,
                state=_WORDS[follow_ups[thread.id].phase],
                url=await desk.outbox.permalink(thread) if number < h.FOLLOWED else "",
            )
            for number, thread in enumerate(threads)
        ]
    )


async def _recent(
    reception: Reception, team: str, readable: Readable, followed: frozenset[str]
) -> tuple[h.Recent, ...]:
    """Reports that nobody follows any more."""
    desk = reception.desk
    since = desk.now() - _RECENT
    found = await desk.store.threads.reported(team, since, _REPORTS, without=followed)
    return tuple(
        [
            h.Recent(
                at=thread.report.collected_at,
                target=str(thread.report.target),
                cause=cause_line(thread.report),
                state=_state(thread, thread.report),
                url=await desk.outbox.permalink(thread),
            )
            for thread in (await readable.of(found))[: h.RECENT]
            if thread.report is not None
        ]
    )


def _state(thread: Thread, report: Report) -> h.State:
    if isinstance(thread.wanted, Recovered):
        return h.State.RECOVERED
    return h.State.WELL if report.verdict is Verdict.HEALTHY else h.State.FAILING


async def _muted(reception: Reception, team: str) -> tuple[h.MutedNow, ...]:
    return tuple(
        h.MutedNow(
            id=mute.id,
            workload=mute.workload,
            causes=", ".join(mute.causes),
            by=mute.by_name,
            until=mute.until,
        )
        for mute in await reception.desk.mutes.active(team)
    )

"""Where every way in leads: a thread is opened, worked on, and the person gets an answer.

The row is stored before the work begins, so that a kill in between loses nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import msgspec
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.access import outsider
from bot.desk import Desk
from bot.evidence import Target
from bot.followup import Follower
from bot.investigate import silent
from bot.messages.replies import FAILURES, code_of
from bot.offers import new_id
from bot.outcomes import CouldNotLook, Nothing, NotShown, Outcome, Several
from bot.render import mrkdwn as m
from bot.render.slack import render
from bot.render.slack_views import choice
from bot.render.states import Reported
from bot.sources import Query
from bot.store.records import Answering, Asked, Source, Thread
from handlers.failures import Tasks
from handlers.people import People

log = logging.getLogger(__name__)
WORD = "here"
"""With this word `/whyfailing` is about the channel and not about a target."""
BACK = f"`/whyfailing {WORD} auto` brings me back."
_NOT_THERE = frozenset({"not_in_channel", "channel_not_found", "user_not_in_channel"})
"""Slack's codes when one of the two is not in the channel: `chat.postEphemeral`, errors."""
Say = Callable[..., Awaitable[Any]]
"""`say(text=…, blocks=…)`: tells the person who asked, and nobody else."""


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """Where a request came from, and where its answer goes."""

    source: Source
    team: str
    channel: str
    user: str = ""
    root_ts: str = ""
    alert_ts: str | None = None


class Reception:
    """What the handlers share."""

    def __init__(self, desk: Desk, follower: Follower, people: People, tasks: Tasks) -> None:
        self.desk = desk
        self.follower = follower
        self.people = people
        self.tasks = tasks

    async def accept(
        self,
        way: Way,
        say: Say | None,
        *,
        queries: tuple[Query, ...] = (),
        target: Target | None = None,
    ) -> bool:
        """Take a request; False when the message that it is about has its answer already."""
        now = self.desk.now()
        thread = Thread(
            id=new_id(),
            team=way.team,
            channel=way.channel,
            alert_ts=way.alert_ts,
            root_ts=way.root_ts,
            asked=Asked(source=way.source, asked_by=way.user, queries=queries, target=target),
            created_at=now,
            updated_at=now,
        )
        if not await self.desk.store.threads.open(thread):
            return False
        self.tasks.spawn(self._work(thread, say), partial(self.desk.apologise, thread.id))
        return True

    async def ask(self, client: AsyncWebClient, way: Way, *queries: Query) -> None:
        """Take what a person asked without a command; what concerns them alone is told them."""
        say = privately(client, way.channel, way.user, "")
        if sentence := await self.turned_away(client, way):
            await say(text=sentence)
            return
        await self.accept(way, say, queries=queries)

    async def turned_away(self, client: AsyncWebClient, way: Way) -> str:
        """Why this person may not ask here, as a sentence; empty when they may.

        When Slack does not tell who they are they may: asking changes nothing.
        """
        if way.channel and await self.people.is_shared(client, way.channel):
            return (
                "People of other organisations read this channel, so I say nothing about the "
                "cluster here. Ask me in a channel of your own."
            )
        choice = await self.desk.store.channels.one(way.team, way.channel)
        if choice is not None and choice.answering is Answering.OFF:
            return f"{m.plain(choice.by_name, 80)} switched me off in this channel. {BACK}"
        person = await self.people.person(client, way.user, way.team)
        return outsider(person, way.team) if person else ""

    async def answers_alerts(self, team: str, channel: str) -> bool:
        """Whether alerts are answered in a channel: by its own choice, or else by the settings."""
        choice = await self.desk.store.channels.one(team, channel)
        if choice is not None:
            return choice.answering is Answering.AUTO
        named = self.desk.settings.slack.alert_channels
        return not named or channel in named

    async def is_new(self, body: dict[str, Any], event: dict[str, Any]) -> bool:
        """Whether neither this event nor another about the same message came before."""
        journal, now = self.desk.store.journal, self.desk.now()
        team, channel, ts = body.get("team_id"), event.get("channel"), event.get("ts")
        if not await journal.first_sight(f"event {body.get('event_id')}", now):
            return False
        return await journal.first_sight(f"message {team} {channel} {ts}", now)

    async def take_up(self, say_to: Callable[[Thread], Say | None]) -> None:
        """Begin again what an earlier process did not end."""
        if self.desk.store.alone:
            await self.desk.store.threads.release_all()
        for thread in await self.desk.store.threads.unfinished():
            self.tasks.spawn(
                self._work(thread, say_to(thread)), partial(self.desk.apologise, thread.id)
            )

    async def _work(self, thread: Thread, say: Say | None) -> None:
        outcome = await self.desk.work(thread.id)
        if say is not None:
            await self._answer(thread, outcome, say)

    async def _answer(self, thread: Thread, outcome: Outcome, say: Say) -> None:
        match outcome:
            case Nothing():
                await say(text=_nothing(outcome, self.desk.sources.cluster.name))
            case Several():
                text = "I know some that you may mean. Which one?"
                options = await self.desk.offers.choices(thread.id, outcome.targets)
                await say(text=text, blocks=choice(text, options))
            case CouldNotLook():
                await say(text=m.escape(outcome.sentence))
            case NotShown():
                await self._answer_privately(thread, outcome, say)
            case _:
                return

    async def _answer_privately(self, thread: Thread, outcome: NotShown, say: Say) -> None:
        """Slack does not let us post there: the person who asked gets the report, once."""
        report = (await self.desk.look(outcome.target, silent)).report
        shown = render(Reported(report=report, thread_id=thread.id), thread.plan_id)
        note = (
            f"I could not post in this channel ({m.plain(outcome.error, 60)}), so only you see "
            "this, and it will not be updated. Invite me with /invite to change that."
        )
        blocks = [block for block in shown.blocks if block["type"] != "actions"]
        await say(
            text=note,
            blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": note}}, *blocks],
        )


def privately(client: AsyncWebClient, channel: str, user: str, thread_ts: str) -> Say:
    """Say something to one person in a channel; in a direct message where we are not in it."""

    async def say(**content: Any) -> None:
        try:
            try:
                await client.chat_postEphemeral(
                    channel=channel, user=user, thread_ts=thread_ts or None, **content
                )
            except SlackApiError as error:
                if code_of(error) not in _NOT_THERE:
                    raise
                await client.chat_postMessage(channel=user, **content)
        except FAILURES as error:
            log.warning("could not tell %s in %s: %s", user, channel, error)

    return say


def _nothing(outcome: Nothing, cluster: str) -> str:
    other = next((q.cluster for q in outcome.queries if q.cluster not in ("", cluster)), "")
    if other:
        return (
            f"I look after cluster {m.code(cluster)}, not {m.code(other)}. "
            f"Leave out --cluster to search there."
        )
    names = ", ".join(m.code(_spoken(query)) for query in outcome.queries[:5])
    return (
        f"Cluster {m.code(cluster)} has nothing like {names}. Type a pod or a workload, for "
        "example `shop/api` or `deploy/api -n shop`; kubectl get pods -A shows the names."
    )


def _spoken(query: Query) -> str:
    return "/".join(part for part in (query.namespace, query.kind, query.name) if part)

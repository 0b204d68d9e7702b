"""The Home tab: what is followed now, and what the reader may do."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.access import may_do, outsider
from bot.render.slack_views import Followed, MutedNow, home_view
from bot.store.records import Phase
from handlers.reception import Reception

_SHOWN = 10
_WORDS = {
    Phase.STARTING: "starting",
    Phase.RUN: "the workflow run is going on",
    Phase.IMAGE: "waiting for the image",
    Phase.POD: "waiting for the pod",
    Phase.READY: "Ready, waiting whether it stays so",
    Phase.DIAGNOSING: "looking again",
}


def register(app: AsyncApp, reception: Reception) -> None:
    """Listen to people who open the Home tab."""

    @app.event("app_home_opened")
    async def opened(event: dict[str, Any], body: dict[str, Any], client: AsyncWebClient) -> None:
        if event.get("tab") != "home":
            return
        team, user = str(body.get("team_id") or ""), str(event["user"])
        await publish(reception, client, team, user)


async def publish(reception: Reception, client: AsyncWebClient, team: str, user: str) -> None:
    """Show a person their Home tab as it is now."""
    person = await reception.people.person(client, user, team)
    members = await reception.people.members(client, team)
    may = (
        may_do(person, team, reception.people.settings, members)
        if person
        else "I could not find out who you are, so you may do nothing yet."
    )
    followed: tuple[Followed, ...] = ()
    mutes: tuple[MutedNow, ...] = ()
    if person is not None and not outsider(person, team):
        followed, mutes = await _followed(reception, team), await _muted(reception, team)
    cluster = reception.desk.sources.cluster.name
    await client.views_publish(user_id=user, view=home_view(may, cluster, followed, mutes))


async def _followed(reception: Reception, team: str) -> tuple[Followed, ...]:
    store = reception.desk.store
    follow_ups = {item.thread_id: item for item in await store.follow_ups.open_ones()}
    threads = await store.threads.followed(team, frozenset(follow_ups))
    return tuple(
        [
            Followed(
                target=str(follow_ups[thread.id].journey.target),
                state=_WORDS[follow_ups[thread.id].phase],
                url=await reception.desk.outbox.permalink(thread) if number < _SHOWN else "",
            )
            for number, thread in enumerate(threads)
        ]
    )


async def _muted(reception: Reception, team: str) -> tuple[MutedNow, ...]:
    return tuple(
        MutedNow(
            id=mute.id,
            workload=mute.workload,
            causes=", ".join(mute.causes),
            by=mute.by_name,
            until=mute.until,
        )
        for mute in await reception.desk.mutes.active(team)
    )

"""Whether the bot is in the channels that the settings name: without that it is deaf in silence.

Whoever runs it is told once by direct message; the Home tab shows it until it is mended.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec
from slack_sdk.web.async_client import AsyncWebClient

from bot.messages.replies import FAILURES, code_of
from bot.render import mrkdwn as m
from bot.store import Store
from bot.store.records import Absence
from config.settings import Settings

log = logging.getLogger(__name__)


class Purpose(msgspec.Struct, frozen=True):
    """A channel of the settings, and what does not work when the bot is not in it."""

    channel: str
    setting: str
    lost: str
    public_suffices: bool


def purposes(settings: Settings) -> Iterator[Purpose]:
    """The channels that the settings name, each once."""
    alerts = settings.slack.alert_channels
    for channel in dict.fromkeys(alerts):
        yield Purpose(channel, "slack.alert_channels", "I hear no alert there", False)
    for channel in dict.fromkeys(settings.access.channels):
        if channel not in alerts:
            lost = "I cannot tell who its members are and let none of them press a button"
            yield Purpose(channel, "access.channels", lost, True)


async def why_absent(client: AsyncWebClient, purpose: Purpose) -> str | None:
    """Why the bot cannot do there what it is to do; empty when it can, None when nobody knows."""
    try:
        found = await client.conversations_info(channel=purpose.channel)
    except FAILURES as error:
        if code_of(error) == "channel_not_found":
            return "there is no such channel, or it is private and I am not in it"
        log.warning("channel %s could not be looked at: %s", purpose.channel, code_of(error))
        return None
    channel = found["channel"]
    if channel.get("is_archived"):
        return "it is archived"
    if channel.get("is_member") or (purpose.public_suffices and not channel.get("is_private")):
        return ""
    return "I am not in it"


class Presence:
    """Looks from time to time, and tells once."""

    def __init__(
        self,
        client: AsyncWebClient,
        store: Store,
        settings: Settings,
        now: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._absences = store.absences
        self._settings = settings
        self._now = now

    async def check(self, team: str) -> None:
        """Compare the settings with the channels that the bot is in."""
        wanted = {purpose.channel: purpose for purpose in purposes(self._settings)}
        for absence in await self._absences.of(team):
            if absence.channel not in wanted:
                await self._absences.end(team, absence.channel)
        begun = []
        for purpose in wanted.values():
            why = await why_absent(self._client, purpose)
            if why == "":
                await self._absences.end(team, purpose.channel)
            elif why is not None:
                absence = Absence(
                    team=team,
                    channel=purpose.channel,
                    why=f"{why}, although {purpose.setting} names it: {purpose.lost}",
                    since=self._now(),
                )
                if await self._absences.begin(absence):
                    begun.append(absence)
        if begun:
            await self._tell(begun)

    async def _tell(self, begun: list[Absence]) -> None:
        users = self._settings.access.users
        operator = self._settings.slack.operator or (users[0] if users else "")
        for absence in begun:
            log.warning("channel %s: %s", absence.channel, absence.why)
        if not operator:
            return
        try:
            await self._client.chat_postMessage(channel=operator, text=_message(begun))
        except FAILURES as error:
            log.warning("%s could not be told: %s", operator, code_of(error))
            for absence in begun:  # so that the next look tries again
                await self._absences.end(absence.team, absence.channel)


def _message(begun: list[Absence]) -> str:
    lines = [f"• {m.channel(absence.channel)}: {m.plain(absence.why)}." for absence in begun]
    return "\n".join(
        (
            "I cannot work in every channel that my settings name.",
            *lines,
            "Type `/invite @WhyFailing` in it, or take it out of the settings. I say this once; my "
            "Home tab shows it until it is mended.",
        )
    )

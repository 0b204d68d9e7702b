"""Facts about the people of the workspace, kept five minutes; what is unreadable is absent."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.access import Members, Person
from bot.messages.replies import FAILURES
from config.settings import AccessSettings

log = logging.getLogger(__name__)
_KEEP_SECONDS = 300.0
_PAGES = 20


class People:
    """Who is who, and who belongs where."""

    def __init__(self, settings: AccessSettings) -> None:
        self.settings = settings
        self._kept: dict[tuple[str, str], tuple[float, frozenset[str]]] = {}

    async def person(self, client: AsyncWebClient, user: str, team: str) -> Person | None:
        """Facts about a person at this moment; None when Slack does not tell."""
        try:
            found = await client.users_info(user=user)
        except FAILURES as error:
            log.warning("users.info of %s failed: %s", user, error)
            return None
        return _person(found["user"], team)

    async def members(self, client: AsyncWebClient, team: str) -> Members:
        """Who belongs to the groups and channels of the settings."""
        groups, channels = {}, {}
        for group in self.settings.groups:
            found = await self._cached(("group", group), partial(_group, client, group, team))
            if found is not None:
                groups[group] = found
        for channel in self.settings.channels:
            found = await self._cached(("channel", channel), partial(_channel, client, channel))
            if found is not None:
                channels[channel] = found
        return Members(groups=groups, channels=channels)

    async def is_shared(self, client: AsyncWebClient, channel: str) -> bool:
        """Whether other organisations are in a channel; False too when Slack does not tell."""
        if channel.startswith("D"):  # a direct message has one reader, who is looked at anyway
            return False
        found = await self._cached(("kind of channel", channel), partial(_kind, client, channel))
        return found is not None and "shared" in found

    async def may_read(self, client: AsyncWebClient, user: str, channel: str) -> bool:
        """Whether a person can read a channel; False too when Slack does not tell."""
        kind = await self._cached(("kind of channel", channel), partial(_kind, client, channel))
        if kind is None or "private" not in kind:
            return kind is not None
        members = await self._cached(("channel", channel), partial(_channel, client, channel))
        return members is not None and user in members

    def forget(self) -> None:
        """A group has changed: read all anew."""
        self._kept.clear()

    async def _cached(
        self, key: tuple[str, str], read: Callable[[], Awaitable[frozenset[str]]]
    ) -> frozenset[str] | None:
        at, kept = self._kept.get(key, (0.0, frozenset()))
        if at and time.monotonic() - at < _KEEP_SECONDS:
            return kept
        try:
            found = await read()
        except FAILURES as error:
            log.warning("%s %s could not be read: %s", *key, error)
            return None
        self._kept[key] = (time.monotonic(), found)
        return found


def _person(user: dict[str, Any], team: str) -> Person:
    profile = user.get("profile") or {}
    name = profile.get("display_name") or user.get("real_name") or user.get("name") or user["id"]
    return Person(
        id=user["id"],
        name=str(name),
        team=str(user.get("team_id") or team),
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        stranger=bool(user.get("is_stranger")),
        app=bool(user.get("is_bot") or user.get("is_workflow_bot")),
        deactivated=bool(user.get("deleted")),
        admin=bool(user.get("is_admin") or user.get("is_owner")),
    )


async def _group(client: AsyncWebClient, group: str, team: str) -> frozenset[str]:
    found = await client.usergroups_users_list(usergroup=group, team_id=team)
    return frozenset(found.get("users") or ())


async def _channel(client: AsyncWebClient, channel: str) -> frozenset[str]:
    members: set[str] = set()
    cursor = ""
    for _ in range(_PAGES):
        found = await client.conversations_members(channel=channel, cursor=cursor, limit=1000)
        members.update(found.get("members") or ())
        cursor = (found.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            break
    return frozenset(members)


async def _kind(client: AsyncWebClient, channel: str) -> frozenset[str]:
    """Say `shared` of a channel that people of other organisations read, and `private`."""
    found = (await client.conversations_info(channel=channel)).get("channel") or {}
    shared = found.get("is_ext_shared") or found.get("is_pending_ext_shared")
    marks = {"shared": shared, "private": found.get("is_private")}
    return frozenset(mark for mark, is_so in marks.items() if is_so)

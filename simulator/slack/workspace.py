"""The workspace: people, channels, messages, views, and what changed last."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

import msgspec

TEAM = "T0WHYFAIL"
APP = "A0WHYFAIL"
BOT_USER = "U0WHYBOT"
BOT = "B0WHYBOT"
SCOPES = (
    "app_mentions:read,channels:history,channels:read,chat:write,commands,files:write,"
    "groups:history,groups:read,im:history,users:read,usergroups:read,reactions:write"
)
RESPONSE_URL_USES = 5
RESPONSE_URL_SECONDS = 1800
TRIGGER_SECONDS = 3.0


class User(msgspec.Struct, kw_only=True):
    """A person, or a bot's own user."""

    id: str
    name: str
    real_name: str
    is_bot: bool = False
    is_restricted: bool = False
    is_admin: bool = False
    team_id: str = TEAM


class Channel(msgspec.Struct, kw_only=True):
    """A channel and its members."""

    id: str
    name: str
    members: set[str] = msgspec.field(default_factory=set)
    is_private: bool = False
    is_ext_shared: bool = False
    is_im: bool = False


class Message(msgspec.Struct, kw_only=True):
    """A message as it stands now; `edits` counts how often it was changed.

    `seen_by` is empty for a message that all see, and one user id for an ephemeral one.
    """

    channel: str
    ts: str
    text: str = ""
    blocks: list[dict[str, Any]] = []
    attachments: list[dict[str, Any]] = []
    user: str = ""
    username: str = ""
    subtype: str = ""
    bot_id: str = ""
    thread_ts: str = ""
    seen_by: str = ""
    edits: int = 0
    files: list[dict[str, str]] = []
    warning: str = ""

    def event(self) -> dict[str, Any]:
        """The message as an event carries it."""
        fields: dict[str, Any] = {
            "type": "message",
            "channel": self.channel,
            "channel_type": "im" if self.channel.startswith("D") else "channel",
            "ts": self.ts,
            "event_ts": self.ts,
            "text": self.text,
        }
        optional = {
            "user": self.user,
            "username": self.username,
            "subtype": self.subtype,
            "bot_id": self.bot_id,
            "thread_ts": self.thread_ts,
            "blocks": self.blocks,
            "attachments": self.attachments,
        }
        fields |= {name: value for name, value in optional.items() if value}
        if self.bot_id == BOT:
            fields |= {"app_id": APP, "team": TEAM}
        return fields


class View(msgspec.Struct, kw_only=True):
    """A modal or a Home tab."""

    id: str
    hash: str
    user: str
    view: dict[str, Any]


class ResponseUrl(msgspec.Struct, kw_only=True):
    """Where an interaction may be answered for a while."""

    channel: str
    user: str
    expires_at: float
    uses: int = 0
    message_ts: str = ""


class Workspace:
    """Everything that the simulated Slack remembers. `clock` gives seconds since 1970."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.users: dict[str, User] = {}
        self.groups: dict[str, set[str]] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: list[Message] = []
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.triggers: dict[str, tuple[str, float]] = {}
        self.reactions: list[tuple[str, str, str]] = []
        self.version = 0
        self.on_change: list[Callable[[], None]] = []
        self._last_ts = 0.0
        self._numbers = itertools.count(1)
        self.add_user("U0WHYBOT", "whyfailing", "WhyFailing", is_bot=True)

    # --- building ---------------------------------------------------------------------------

    def add_user(
        self, id: str, name: str, real_name: str, *, is_bot: bool = False, guest: bool = False
    ) -> User:
        """Let a person join the workspace."""
        user = User(id=id, name=name, real_name=real_name, is_bot=is_bot, is_restricted=guest)
        self.users[id] = user
        return user

    def add_channel(self, id: str, name: str, members: tuple[str, ...] = ()) -> Channel:
        """Make a channel that the bot and these people are in."""
        channel = Channel(id=id, name=name, members={BOT_USER, *members})
        self.channels[id] = channel
        return channel

    def direct(self, user: str) -> Channel:
        """The direct messages between a person and the bot."""
        id = f"D{user[1:]}"
        if id not in self.channels:
            self.add_channel(id, "WhyFailing", (user,)).is_im = True
        return self.channels[id]

    def changed(self) -> None:
        """Tell who watches that something is different."""
        self.version += 1
        for listener in list(self.on_change):
            listener()

    def number(self, prefix: str) -> str:
        """A fresh identifier."""
        return f"{prefix}{next(self._numbers):08X}"

    def next_ts(self) -> str:
        """A message timestamp, strictly later than every one before."""
        self._last_ts = max(self.clock(), self._last_ts + 0.000001)
        return f"{self._last_ts:.6f}"

    # --- messages ---------------------------------------------------------------------------

    def post(self, message: Message) -> Message:
        """Add a message."""
        self.messages.append(message)
        self.changed()
        return message

    def find(self, channel: str, ts: str) -> Message | None:
        """The message with this timestamp, if all can see it."""
        return next(
            (
                message
                for message in self.messages
                if message.channel == channel and message.ts == ts and not message.seen_by
            ),
            None,
        )

    def thread(self, channel: str, root: str) -> list[Message]:
        """A message and its replies, oldest first."""
        return [
            message
            for message in self.messages
            if message.channel == channel and root in (message.ts, message.thread_ts)
        ]

    def by_bot(self, channel: str = "") -> list[Message]:
        """What the bot has posted, oldest first."""
        return [
            message
            for message in self.messages
            if message.bot_id == BOT and channel in ("", message.channel)
        ]

    # --- interactions -----------------------------------------------------------------------

    def trigger(self, user: str) -> str:
        """A trigger id, good once and for three seconds."""
        trigger = self.number("trigger.")
        self.triggers[trigger] = (user, self.clock() + TRIGGER_SECONDS)
        return trigger

    def use_trigger(self, trigger: str) -> tuple[str, str]:
        """(user, error); the error is empty when the trigger was still good."""
        user, expires_at = self.triggers.pop(trigger, ("", -1.0))
        if not user:
            return "", "exchanged_trigger_id" if trigger else "invalid_trigger_id"
        return user, "" if self.clock() <= expires_at else "expired_trigger_id"

    def response_url(self, channel: str, user: str, message_ts: str = "") -> str:
        """The key of a fresh response URL."""
        key = self.number("R")
        self.response_urls[key] = ResponseUrl(
            channel=channel,
            user=user,
            expires_at=self.clock() + RESPONSE_URL_SECONDS,
            message_ts=message_ts,
        )
        return key

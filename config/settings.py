"""Settings: what an operator may set, with the defaults that need nothing to be set."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Secret:
    """A text that never shows itself: not in logs, not in errors, not in reports."""

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def reveal(self) -> str:
        """Hand out the text itself, for the one call that needs it."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret(***)" if self._value else "Secret()"


class SlackMode(StrEnum):
    """How Slack reaches the bot."""

    SOCKET = "socket"
    HTTP = "http"


class SlackSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Slack: tokens, and where the bot listens."""

    bot_token: Secret = Secret()
    app_token: Secret = Secret()
    signing_secret: Secret = Secret()
    mode: SlackMode = SlackMode.SOCKET
    http_port: int = 3000
    api_url: str = "https://slack.com/api/"
    alert_channels: tuple[str, ...] = ()
    """Channel ids in which alerts are answered unasked; empty: every channel the bot is in."""
    operator: str = ""
    """User id of whoever runs the bot, who is told what it cannot do; else the first of
    `access.users`."""
    replies_per_minute: int = 10
    """How many alerts of a channel get a reply of their own in a minute."""
    namespaces: tuple[str, ...] = ()
    """`CHANNEL=NAMESPACE` pairs: a channel that is named here hears of these namespaces alone.

    `*` stands for all channels that are not named; with no pair for it, those hear of everything.
    """


class GitHubSettings(msgspec.Struct, frozen=True, kw_only=True):
    """GitHub: a token, or an App; with neither, public data only."""

    api_url: str = "https://api.github.com"
    token: Secret = Secret()
    app_id: str = ""
    app_private_key: Secret = Secret()


class RegistrySettings(msgspec.Struct, frozen=True, kw_only=True):
    """One registry that differs from the default: an endpoint, a credential, a private network."""

    host: str
    """As image references name it, with its port: `registry.shop.internal:5000`."""
    endpoint: str = ""
    """Base URL to ask instead of `https://HOST`; http only here, where an operator says so."""
    hub_api: str = ""
    """Docker Hub only: base URL of its REST API."""
    allow_private: bool = False
    """Whether this host may have an address of a private network."""
    username: str = ""
    password: Secret = Secret()
    token_hosts: tuple[str, ...] = ()
    """Further hosts that may issue tokens for this registry."""


class RegistriesSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Registries: which the bot may ask, and how."""

    configured: tuple[RegistrySettings, ...] = ()
    allow_unknown: bool = True
    """Whether public hosts that nobody configured are asked too, anonymously."""


class ClusterSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The cluster: kubeconfig, or the pod's own account where there is none."""

    kubeconfig: str = ""
    context: str = ""
    name: str = ""
    """What people call this cluster; the context's name where it is empty."""
    read_pull_secrets: bool = False
    """Whether the pod's own pull secrets are read and used to ask its registry."""


class AccessSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Who may press what. With nothing set nobody may press a button that changes something."""

    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    """Slack user group ids."""
    channels: tuple[str, ...] = ()
    """Channel ids whose members may all press."""


class FollowUpSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How an action is followed to its end. Seconds."""

    poll_seconds: float = 5.0
    ready_seconds: float = 60.0
    timeout_seconds: float = 1800.0


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. Made once, by `config.load`."""

    slack: SlackSettings = SlackSettings()
    github: GitHubSettings = GitHubSettings()
    registries: RegistriesSettings = RegistriesSettings()
    cluster: ClusterSettings = ClusterSettings()
    access: AccessSettings = AccessSettings()
    followup: FollowUpSettings = FollowUpSettings()
    database_url: str = ""
    """SQLAlchemy URL with an async driver; empty: SQLite in the user's state folder."""
    catalog: str = ""
    """Path of a catalog file (image to repository and workflow)."""
    log_level: str = "INFO"

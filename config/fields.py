"""Every setting: where it lives in the YAML file, its environment variable, and what it is for."""

from __future__ import annotations

from typing import NamedTuple


class Field(NamedTuple):
    """One setting. `section` is empty for settings at the top of the file."""

    section: str
    name: str
    variable: str
    meaning: str

    @property
    def path(self) -> str:
        """Its place in the YAML file."""
        return f"{self.section}.{self.name}" if self.section else self.name


FIELDS = (
    Field("slack", "bot_token", "SLACK_BOT_TOKEN", "the bot's token, xoxb-…"),
    Field("slack", "app_token", "SLACK_APP_TOKEN", "the app-level token for Socket Mode, xapp-…"),
    Field("slack", "signing_secret", "SLACK_SIGNING_SECRET", "for mode http: proves Slack's calls"),
    Field("slack", "mode", "SLACK_MODE", "socket (default) or http"),
    Field("slack", "http_port", "PORT", "for mode http: the port to listen on"),
    Field("slack", "api_url", "SLACK_API_URL", "another base URL of Slack's Web API"),
    Field("slack", "alert_channels", "SLACK_ALERT_CHANNELS", "channel ids to answer alerts in"),
    Field(
        "slack",
        "operator",
        "SLACK_OPERATOR",
        "user id of who is told that I am not in a channel; the first allowed user if empty",
    ),
    Field(
        "slack",
        "replies_per_minute",
        "SLACK_REPLIES_PER_MINUTE",
        "how many alerts of a channel get a reply of their own in a minute (10)",
    ),
    Field(
        "slack",
        "namespaces",
        "SLACK_NAMESPACES",
        "CHANNEL=NAMESPACE pairs: all that these channels may hear of; * is every other channel",
    ),
    Field("github", "api_url", "GITHUB_API_URL", "another base URL, for GitHub Enterprise Server"),
    Field("github", "token", "GITHUB_TOKEN", "a token; without one, public data only"),
    Field("github", "app_id", "GITHUB_APP_ID", "a GitHub App's id, instead of a token"),
    Field("github", "app_private_key", "GITHUB_APP_PRIVATE_KEY", "that App's private key, PEM"),
    Field("registries", "allow_unknown", "REGISTRIES_ALLOW_UNKNOWN", "ask unknown public hosts"),
    Field("cluster", "kubeconfig", "KUBECONFIG", "path of a kubeconfig"),
    Field("cluster", "context", "WHYFAILING_CONTEXT", "the kubeconfig context to use"),
    Field("cluster", "name", "WHYFAILING_CLUSTER", "what people call this cluster"),
    Field(
        "cluster",
        "read_pull_secrets",
        "WHYFAILING_READ_PULL_SECRETS",
        "read a pod's own pull secrets and ask its registry with them",
    ),
    Field("access", "users", "WHYFAILING_ALLOWED_USERS", "Slack user ids that may press buttons"),
    Field("access", "groups", "WHYFAILING_ALLOWED_GROUPS", "Slack user group ids that may"),
    Field("access", "channels", "WHYFAILING_ALLOWED_CHANNELS", "channel ids in which all may"),
    Field("followup", "poll_seconds", "WHYFAILING_POLL_SECONDS", "how often a follow-up looks"),
    Field("followup", "ready_seconds", "WHYFAILING_READY_SECONDS", "how long Ready must last"),
    Field("followup", "timeout_seconds", "WHYFAILING_TIMEOUT_SECONDS", "when a follow-up gives up"),
    Field(
        "", "database_url", "DATABASE_URL", "SQLAlchemy URL; SQLite in your state folder if empty"
    ),
    Field("", "catalog", "WHYFAILING_CATALOG", "path of a catalog: image to repository, workflow"),
    Field("", "log_level", "LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR"),
)

REGISTRY_FIELDS = {
    "host": "as image references name it, with its port",
    "endpoint": "base URL to ask instead of `https://HOST`; plain http only where you say so here",
    "hub_api": "for Docker Hub only: another base URL of its REST API",
    "allow_private": "whether the host may have an address of a private network",
    "username": "as whom to log in",
    "password": "its password or token",
    "token_hosts": "further hosts that may issue tokens for this registry",
}
"""What one entry of `registries.configured` may say."""

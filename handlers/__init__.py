"""The ways in from Slack, one file each; this is their table of contents."""

from __future__ import annotations

from collections.abc import Callable

from slack_bolt.async_app import AsyncApp

from handlers import (
    alerts,
    buttons,
    command,
    failures,
    form,
    home,
    mention,
    mutes,
    shortcut,
    workspace,
)
from handlers.reception import Reception

SCOPES = {
    "app_mentions:read": "to hear mentions",
    "channels:history": "to read alerts in public channels",
    "channels:read": "to see who belongs to a channel",
    "chat:write": "to answer",
    "commands": "for /whyfailing and the shortcuts",
    "groups:history": "to read alerts in private channels",
    "groups:read": "to see who belongs to a private channel",
    "im:history": "to be asked in a direct message",
    "users:read": "to know who pressed a button",
}
"""Without these something that was promised does not work."""
OPTIONAL_SCOPES = {"usergroups:read": "to let user groups press buttons"}


def register(
    app: AsyncApp,
    reception: Reception,
    *,
    removed: Callable[[str], None],
) -> None:
    """Hook every listener into the app. The first that matches wins, so the catch-all is last."""
    failures.register(app)
    command.register(app, reception)
    mention.register(app, reception)
    shortcut.register(app, reception)
    form.register(app, reception)
    alerts.register(app, reception)
    buttons.register(app, reception)
    mutes.register(app, reception)
    home.register(app, reception)
    workspace.register(app, reception, removed)
    buttons.register_last(app)

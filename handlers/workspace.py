"""What happens to the workspace itself: groups change, the app is removed."""

from __future__ import annotations

from collections.abc import Callable

from slack_bolt.async_app import AsyncApp

from handlers.reception import Reception


def register(app: AsyncApp, reception: Reception, removed: Callable[[str], None]) -> None:
    """Listen to changes of groups, and to the end; `removed` is told why."""

    @app.event("subteam_members_changed")
    async def members_changed() -> None:
        reception.people.forget()

    @app.event("app_uninstalled")
    async def uninstalled() -> None:
        removed("app_uninstalled")

    @app.event("tokens_revoked")
    async def revoked() -> None:
        removed("tokens_revoked")

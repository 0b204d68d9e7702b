"""A small simulated workspace for tests, and the app that talks to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from simulator.slack import SlackServer, Workspace, serve_slack
from simulator.slack.server import APP_TOKEN, BOT_TOKEN

ADA, LIN, GUEST = "U0ADA", "U0LIN", "U0GUEST"
ALERTS, ELSEWHERE, PRIVATE = "C0ALERTS", "C0ELSE", "C0SECRET"


class Time:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def slack(clock: Callable[[], float] | None = None) -> AsyncIterator[SlackServer]:
    """A workspace with three people; the bot is in #alerts and #private, not in #elsewhere."""
    workspace = Workspace(clock) if clock else Workspace()
    workspace.add_user(ADA, "ada", "Ada Lovelace")
    workspace.add_user(LIN, "lin", "Lin Clark")
    workspace.add_user(GUEST, "guest", "Grace Guest", guest=True)
    workspace.add_channel(ALERTS, "alerts", (ADA, LIN, GUEST))
    workspace.add_channel(PRIVATE, "private", (ADA,)).is_private = True
    workspace.add_channel(ELSEWHERE, "elsewhere", (ADA,)).members.discard("U0WHYBOT")
    async with serve_slack(workspace) as server:
        yield server


def client(server: SlackServer) -> AsyncWebClient:
    """The real client, without its own patience."""
    return AsyncWebClient(token=BOT_TOKEN, base_url=server.api_url, retry_handlers=[])


@asynccontextmanager
async def connected(server: SlackServer, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    """The real Socket Mode client of slack_bolt."""
    handler = AsyncSocketModeHandler(app, APP_TOKEN)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        await until(lambda: server.sockets.connections)
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


def bolt(server: SlackServer) -> AsyncApp:
    """An app of slack_bolt that asks our Slack."""
    return AsyncApp(client=client(server), request_verification_enabled=False)


async def until(happened: Callable[[], Any]) -> None:
    """Wait until something is true."""
    for _ in range(500):
        if happened():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError

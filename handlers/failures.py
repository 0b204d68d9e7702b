"""The outer boundary: whatever was not expected ends here, and the bot goes on.

The traceback goes to the log under a short id; the person gets the id and what to do.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

log = logging.getLogger(__name__)
Sorry = Callable[[str], Awaitable[None]]


class Tasks:
    """Work that outlives the listener that began it: nothing detached, nothing lost silently."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, Any], sorry: Sorry | None = None) -> None:
        """Run it; should it fail, log why and let `sorry` tell the person the id."""
        task = asyncio.create_task(_guarded(work, sorry))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        # A task that is cancelled before its first step has not begun to await its work.
        task.add_done_callback(lambda _: work.close())

    async def drain(self) -> None:
        """Wait for everything that was begun."""
        while self._running:
            await asyncio.gather(*self._running)


def register(app: AsyncApp) -> None:
    """Catch what listeners raise."""

    @app.error
    async def failed(error: Exception, body: dict[str, Any], client: AsyncWebClient) -> None:
        error_id = new_error_id()
        log.error("listener failed, id %s", error_id, exc_info=error)
        await tell(client, _place(body), sentence(error_id))


async def tell(client: AsyncWebClient, place: tuple[str, str, str], text: str) -> None:
    """Tell one person in a channel, where Slack lets us; `place` is channel, user, thread."""
    channel, user, thread_ts = place
    if not channel or not user:
        return
    try:
        await client.chat_postEphemeral(
            channel=channel, user=user, text=text, thread_ts=thread_ts or None
        )
    except Exception as error:  # noqa: BLE001  (the last resort may not fail)
        log.warning("could not tell %s in %s: %s", user, channel, error)


def sentence(error_id: str) -> str:
    """What the person reads."""
    return (
        "Something went wrong in me; nothing was changed. Try again; whoever runs me finds the "
        f"reason in my log under {error_id}."
    )


def new_error_id() -> str:
    """A short id that a person can read out."""
    return secrets.token_hex(4)


async def survived(work: Coroutine[Any, Any, None]) -> bool:
    """Run something that others depend on; False when it failed, with the reason in the log."""
    try:
        await work
    except Exception:
        log.exception("work failed, id %s", new_error_id())
        return False
    return True


async def _guarded(work: Coroutine[Any, Any, Any], sorry: Sorry | None) -> None:
    try:
        await work
    except Exception:
        error_id = new_error_id()
        log.exception("work failed, id %s", error_id)
        if sorry is not None:
            await sorry(error_id)


def _place(body: dict[str, Any]) -> tuple[str, str, str]:
    event = body.get("event") or {}
    channel = (body.get("channel") or {}).get("id") or body.get("channel_id")
    user = (body.get("user") or {}).get("id") or body.get("user_id")
    return (
        str(channel or event.get("channel") or ""),
        str(user or event.get("user") or ""),
        str(event.get("thread_ts") or ""),
    )

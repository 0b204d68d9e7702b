"""The composition root: the only file that knows every part of the running bot.

async with build(settings) as bot:
    await bot.run()
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.connect import connect
from bot.desk import Desk
from bot.followup import Follower, Scheduling
from bot.messages import Outbox, Pace
from bot.messages.calls import Calls
from bot.messages.replies import FAILURES, code_of
from bot.sources import Sources
from bot.store import open_store, url_of
from bot.store.records import Source, Thread
from bot.task_scope import task_scope
from config.settings import Settings, SlackMode
from handlers import OPTIONAL_SCOPES, SCOPES, register
from handlers.failures import Tasks, survived
from handlers.people import People
from handlers.presence import Presence
from handlers.reception import Reception, Say, privately

log = logging.getLogger(__name__)
_LOST_SECONDS = 60.0
_CLOSE_SECONDS = 10.0
_EVENTS_KEPT = timedelta(days=1)
_PRESENCE_SECONDS = 600.0


class CannotRunError(Exception):
    """The bot cannot run, or not any more; the message says why and what to do."""


@asynccontextmanager
async def build(
    settings: Settings, *, sources: Sources | None = None, pace: Pace | None = None
) -> AsyncIterator[Bot]:
    """Build the bot, with every part open. `sources` replaces cluster, registries and GitHub.

    Raises CannotRunError when a token is missing or refused.
    """
    _check_tokens(settings)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(url_of(settings.database_url)))
        if sources is None:
            sources = await stack.enter_async_context(connect(settings))
        slack = settings.slack
        outbox = Outbox(store, Calls(slack.bot_token.reveal(), slack.api_url), _now, pace)
        scheduling = Scheduling(store.jobs)
        desk = Desk(store, outbox, sources, settings, scheduling, _now)
        reception = Reception(desk, Follower(desk), People(settings.access), Tasks())
        yield Bot(settings, reception, scheduling)


class Bot:
    """The bot, built and not yet running."""

    def __init__(self, settings: Settings, reception: Reception, scheduling: Scheduling) -> None:
        self._settings = settings.slack
        self.reception = reception
        self.scheduling = scheduling
        token = self._settings.bot_token.reveal()
        self.client = AsyncWebClient(token=token, base_url=self._settings.api_url)
        self.app = AsyncApp(
            client=self.client,
            signing_secret=self._settings.signing_secret.reveal() or None,
            request_verification_enabled=self._settings.mode is SlackMode.HTTP,
        )
        self.presence = Presence(self.client, reception.desk.store, settings, _now)
        self._stop = asyncio.Event()
        register(self.app, reception, removed=self._removed)

    async def run(self) -> None:
        """Work until stopped. Raises CannotRunError when it cannot go on."""
        team = await self._introduce()
        async with task_scope():
            sending = asyncio.create_task(self.reception.desk.outbox.run(survived))
            try:
                await self.resume()
                async with self._connected():
                    log.info("listening")
                    self.scheduling.every(_PRESENCE_SECONDS, partial(self.presence.check, team))
                    await self._until_the_end(sending)
            finally:
                self.scheduling.stop()

    def stop(self) -> None:
        """Let `run` come to its end."""
        self._stop.set()

    async def resume(self) -> None:
        """Take up what an earlier process left."""
        desk = self.reception.desk
        await desk.store.journal.forget_before(desk.now() - _EVENTS_KEPT)
        self.scheduling.start(self.reception.follower)
        await self.reception.follower.resume()
        await self.reception.take_up(self._say_to)

    def _say_to(self, thread: Thread) -> Say | None:
        if thread.asked.source is Source.ALERT:
            return None
        return privately(self.client, thread.channel, thread.asked.asked_by, thread.root_ts)

    async def _introduce(self) -> str:
        """Say who we are in which workspace, and which scopes are missing; give its id."""
        try:
            me = await self.client.auth_test()
        except FAILURES as error:
            raise CannotRunError(
                f"Slack does not take the bot token ({code_of(error)}): check slack.bot_token and "
                "that the app is installed in the workspace."
            ) from error
        granted = {s.strip() for s in (me.headers or {}).get("x-oauth-scopes", "").split(",")}
        log.info(
            "in workspace %s (%s) as %s, app %s, scopes: %s",
            me.get("team"),
            me.get("team_id"),
            me.get("user"),
            await self._app_id(str(me.get("bot_id") or "")),
            ", ".join(sorted(granted - {""})) or "not told",
        )
        for scope, reason in (SCOPES | OPTIONAL_SCOPES).items():
            if granted != {""} and scope not in granted:
                log.warning("scope %s is missing: it is needed %s", scope, reason)
        return str(me.get("team_id") or "")

    async def _app_id(self, bot_id: str) -> str:
        try:
            return str((await self.client.bots_info(bot=bot_id))["bot"]["app_id"])
        except (*FAILURES, KeyError):
            return "unknown"

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[None]:
        if self._settings.mode is SlackMode.HTTP:
            async with self._serving():
                yield
            return
        # Bolt's handler has no types; it opens its session when it is made, so it is made here.
        handler: Any = AsyncSocketModeHandler(self.app, self._settings.app_token.reveal())
        try:
            await _open_socket(handler)
            watching = asyncio.create_task(self._watch(handler))
            try:
                yield
            finally:
                watching.cancel()
        finally:
            with suppress(TimeoutError, asyncio.CancelledError):
                await asyncio.wait_for(handler.close_async(), _CLOSE_SECONDS)

    @asynccontextmanager
    async def _serving(self) -> AsyncIterator[None]:
        runner = web.AppRunner(self.app.web_app(path="/slack/events"), access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, port=self._settings.http_port).start()
            yield
        finally:
            await runner.cleanup()

    async def _watch(self, handler: Any) -> None:
        """End the process when it has been cut off: a fresh one is surer than a patched one."""
        time: Callable[[], float] = asyncio.get_running_loop().time
        seen = time()
        while time() - seen < _LOST_SECONDS:
            if await handler.client.is_connected():
                seen = time()
            await asyncio.sleep(_LOST_SECONDS / 12)
        self._removed("disconnected for a minute")

    async def _until_the_end(self, sending: asyncio.Task[None]) -> None:
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(name, self._stop.set)
        stopped = asyncio.create_task(self._stop.wait())
        dead = self.reception.desk.outbox.dead
        await asyncio.wait((sending, stopped, dead), return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if dead.done():
            raise CannotRunError(f"Slack does not want us any more: {dead.result()}")
        if sending.done():
            sending.result()

    def _removed(self, why: str) -> None:
        dead = self.reception.desk.outbox.dead
        if not dead.done():
            dead.set_result(why)


async def _open_socket(handler: Any) -> None:
    try:
        # `connect_async` alone would try a refused token again for ever.
        handler.client.wss_uri = await handler.client.issue_new_wss_url()
        await handler.connect_async()
    except FAILURES as error:
        raise CannotRunError(
            f"Socket Mode does not open ({code_of(error)}): check slack.app_token, which "
            "needs connections:write, and that Socket Mode is switched on."
        ) from error


def _check_tokens(settings: Settings) -> None:
    slack = settings.slack
    missing = []
    if not slack.bot_token:
        missing.append(
            "slack.bot_token is not set (SLACK_BOT_TOKEN): install the app, then copy the xoxb- "
            "token from its page OAuth & Permissions."
        )
    if slack.mode is SlackMode.SOCKET and not slack.app_token:
        missing.append(
            "slack.app_token is not set (SLACK_APP_TOKEN): make an xapp- token with "
            "connections:write at Basic Information, App-Level Tokens."
        )
    if slack.mode is SlackMode.HTTP and not slack.signing_secret:
        missing.append(
            "slack.signing_secret is not set (SLACK_SIGNING_SECRET): without it anyone could call "
            "us; it stands at Basic Information."
        )
    if missing:
        missing.append("The whole way: docs/slack.md.")
        raise CannotRunError("\n".join(missing))


def _now() -> datetime:
    return datetime.now(UTC)

"""The whole bot over Socket Mode against a simulated Slack, with its real scheduler."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import CannotRunError, build
from bot.sources import Sources
from config.settings import FollowUpSettings, Secret, Settings, SlackMode, SlackSettings
from simulator.slack import SlackServer, Workspace, serve_slack
from simulator.slack.server import APP_TOKEN, BOT_TOKEN
from tests.world import FAST, FakeCluster, FakeRegistry, pod

ALERT = "Pod shop/api-7d9f8c-x2x4z is not ready"


class Catalog:
    def source_of(self, image: object) -> None:
        return None


def sources(cluster: FakeCluster) -> Sources:
    made: Any = cluster
    registry: Any = FakeRegistry()
    catalog: Any = Catalog()
    return Sources(cluster=made, registry=registry, ci=None, catalog=catalog)


def settings(folder: Path, slack: SlackServer, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "bot_token": Secret(BOT_TOKEN), "app_token": Secret(APP_TOKEN), "api_url": slack.api_url,
    }  # fmt: skip
    return Settings(
        slack=SlackSettings(**values | changes),
        followup=FollowUpSettings(poll_seconds=0.02, ready_seconds=0.02),
        database_url=f"sqlite+aiosqlite:///{folder}/bot.db",
    )


async def until(happened: Callable[[], bool]) -> None:
    for _ in range(500):
        if happened():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


def shown(slack: SlackServer) -> str:
    return "".join(message.text for message in slack.workspace.by_bot())


def workspace() -> Workspace:
    made = Workspace()
    made.add_channel("C1", "alerts", members=("U1",))
    return made


@pytest.mark.parametrize("moments", range(6))
async def test_stopped_in_the_middle_of_alerts_no_connection_outlives_the_bot(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, moments: int
) -> None:
    caplog.set_level(logging.INFO)
    others = set(threading.enumerate())
    async with serve_slack(workspace()) as slack:
        cluster = FakeCluster()
        async with build(settings(tmp_path, slack), sources=sources(cluster), pace=FAST) as bot:
            running = asyncio.create_task(bot.run())
            await until(lambda: "listening" in caplog.text)
            for _ in range(5):
                slack.people.post_as_app("C1", text=ALERT, username="Alertmanager")
            await asyncio.sleep(0.004 * moments)
            bot.stop()
            await asyncio.wait_for(running, 5)
        for left in set(threading.enumerate()) - others:
            if "_connection_worker" in left.name:
                left.join(1)  # it says that it has closed just before it ends
                assert not left.is_alive()


async def test_alert_is_answered_and_turns_green_over_a_restart(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    cluster = FakeCluster()
    async with serve_slack(workspace()) as slack:
        async with build(settings(tmp_path, slack), sources=sources(cluster), pace=FAST) as bot:
            running = asyncio.create_task(bot.run())
            await until(lambda: "listening" in caplog.text)
            alert = slack.people.post_as_app("C1", text=ALERT, username="Alertmanager")
            await until(lambda: "api-7d9f8c-x2x4z" in shown(slack))
            await until(lambda: "Looking" not in shown(slack))
            bot.stop()
            await asyncio.wait_for(running, 5)
        cluster.objects = [pod(ready=True)]
        async with build(settings(tmp_path, slack), sources=sources(cluster), pace=FAST) as bot:
            running = asyncio.create_task(bot.run())
            await until(lambda: shown(slack).startswith("Recovered"))
            bot.stop()
            await asyncio.wait_for(running, 5)
        (reply,) = slack.workspace.by_bot()
        assert reply.thread_ts == alert.ts


async def test_operator_is_told_by_direct_message_that_the_bot_is_not_in_a_channel(
    tmp_path: Path,
) -> None:
    made = workspace()
    made.add_user("U1", "ada", "Ada")
    made.add_channel("C2", "ops").members.clear()
    async with serve_slack(made) as slack:
        configured = settings(tmp_path, slack, alert_channels=("C1", "C2"), operator="U1")
        async with build(configured, sources=sources(FakeCluster()), pace=FAST) as bot:
            running = asyncio.create_task(bot.run())
            await until(lambda: bool(made.by_bot()))
            bot.stop()
            await asyncio.wait_for(running, 5)
    (told,) = made.by_bot()
    assert made.channels[told.channel].members >= {"U1"}
    assert "<#C2>: I am not in it, although slack.alert_channels names it" in told.text


async def test_missing_scopes_are_named_at_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with (
        serve_slack(workspace()) as slack,
        build(settings(tmp_path, slack), sources=sources(FakeCluster())) as bot,
    ):
        running = asyncio.create_task(bot.run())
        await until(lambda: "listening" in caplog.text)
        bot.stop()
        await running
    assert "in workspace" in caplog.text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"bot_token": Secret()}, "slack.bot_token is not set"),
        ({"app_token": Secret()}, "slack.app_token is not set"),
        ({"mode": SlackMode.HTTP}, "slack.signing_secret is not set"),
        ({"bot_token": Secret("xoxb-wrong")}, "Slack does not take the bot token (invalid_auth)"),
        ({"app_token": Secret("xapp-wrong")}, "Socket Mode does not open"),
    ],
)
async def test_bot_says_why_it_cannot_run(
    tmp_path: Path, changes: dict[str, Any], sentence: str
) -> None:
    async with serve_slack(workspace()) as slack:
        with pytest.raises(CannotRunError) as raised:
            async with build(
                settings(tmp_path, slack, **changes), sources=sources(FakeCluster())
            ) as bot:
                await bot.run()
    assert str(raised.value).startswith(sentence)


async def test_bot_ends_when_its_token_is_revoked(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with (
        serve_slack(workspace()) as slack,
        build(settings(tmp_path, slack), sources=sources(FakeCluster())) as bot,
    ):
        running = asyncio.create_task(bot.run())
        await until(lambda: "listening" in caplog.text)
        slack.people.event({"type": "app_uninstalled"})
        with pytest.raises(CannotRunError, match="app_uninstalled"):
            await asyncio.wait_for(running, 5)


def signed(body: str, secret: str) -> dict[str, str]:
    stamp = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "content-type": "application/json",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={digest}",
    }


async def test_http_mode_takes_signed_requests_only(
    tmp_path: Path, unused_tcp_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with serve_slack(workspace()) as slack:
        http = settings(tmp_path, slack, mode=SlackMode.HTTP, http_port=unused_tcp_port,
                        signing_secret=Secret("s3cret"))  # fmt: skip
        async with build(http, sources=sources(FakeCluster()), pace=FAST) as bot:
            running = asyncio.create_task(bot.run())
            await until(lambda: "listening" in caplog.text)
            inner = {"type": "message", "subtype": "bot_message", "bot_id": "B9", "channel": "C1",
                     "channel_type": "channel", "ts": f"{time.time():.6f}",
                     "text": ALERT}  # fmt: skip
            body = json.dumps(
                {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": inner}
            )
            url = f"http://127.0.0.1:{unused_tcp_port}/slack/events"
            async with aiohttp.ClientSession() as session:
                forged = await session.post(url, data=body, headers=signed(body, "wrong"))
                taken = await session.post(url, data=body, headers=signed(body, "s3cret"))
            assert (forged.status, taken.status) == (401, 200)
            await until(lambda: "api-7d9f8c-x2x4z" in shown(slack))
            bot.stop()
            await asyncio.wait_for(running, 5)

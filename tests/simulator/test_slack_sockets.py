"""Socket Mode: the real client connects and acknowledges; silence is told, events come again."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck, AsyncRespond
from slack_sdk.errors import SlackApiError

from simulator.slack import SlackServer
from simulator.slack import sockets as module
from simulator.slack.server import APP_TOKEN
from tests.simulator.slack_world import ADA, ALERTS, bolt, client, connected, slack, until


async def test_command_reaches_the_real_client_and_its_answer_comes_back() -> None:
    async with slack() as server:
        app = bolt(server)

        @app.command("/whyfailing")
        async def ask(ack: AsyncAck, command: dict[str, Any], respond: AsyncRespond) -> None:
            await ack()
            await respond(text=f"looking at {command['text']}", response_type="in_channel")

        async with connected(server, app):
            await server.people.command(ADA, ALERTS, "/whyfailing shop/api")
            await until(lambda: server.workspace.messages)
            (answer,) = server.workspace.messages
    assert (answer.text, answer.seen_by) == ("looking at shop/api", "")
    assert [seconds < 3 for seconds in server.sockets.ack_seconds] == [True]


async def test_event_reaches_the_real_client_once() -> None:
    heard: list[str] = []
    async with slack() as server:
        server.sockets.retry_seconds = (0.0, 0.0)
        app = bolt(server)

        @app.event("message")
        async def message(event: dict[str, Any]) -> None:
            heard.append(event["text"])

        async with connected(server, app):
            server.people.post_as_app(ALERTS, text="the pod fails", username="Alertmanager")
            await until(lambda: heard)
            await asyncio.sleep(0.05)
    assert heard == ["the pod fails"]


async def test_real_client_connects_again_when_slack_asks_for_it() -> None:
    async with slack() as server, connected(server, bolt(server)):
        (first,) = server.sockets.connections
        await server.sockets.disconnect("refresh_requested")
        await until(lambda: server.sockets.connections and server.sockets.connections != [first])
        assert len(server.sockets.connections) == 1


async def test_connection_is_refused_when_the_app_token_is_wrong() -> None:
    async with slack() as server:
        with pytest.raises(SlackApiError) as raised:
            await client(server).apps_connections_open(app_token="xapp-wrong")
    assert raised.value.response["error"] == "invalid_auth"


class Raw:
    """A bare connection that acknowledges what it is told to."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def receive(self) -> dict[str, Any]:
        received: dict[str, Any] = await self.socket.receive_json(timeout=5)
        return received

    async def acknowledge(self, envelope: dict[str, Any], payload: Any = None) -> None:
        answer = {"envelope_id": envelope["envelope_id"]}
        await self.socket.send_json(answer | ({"payload": payload} if payload else {}))


async def open_raw(server: SlackServer, session: aiohttp.ClientSession) -> Raw:
    url = (await client(server).apps_connections_open(app_token=APP_TOKEN))["url"]
    return Raw(await session.ws_connect(url))


async def test_slack_says_hello_with_the_number_of_connections() -> None:
    async with slack() as server, aiohttp.ClientSession() as session:
        raws = [await open_raw(server, session) for _ in range(2)]
        hellos = [await raw.receive() for raw in raws]
    assert [hello["type"] for hello in hellos] == ["hello", "hello"]
    assert [hello["num_connections"] for hello in hellos] == [1, 2]


async def test_eleventh_connection_is_turned_away() -> None:
    async with slack() as server, aiohttp.ClientSession() as session:
        raws = [await open_raw(server, session) for _ in range(11)]
        told = [await raw.receive() for raw in raws]
    assert [each["type"] for each in told] == ["hello"] * 10 + ["disconnect"]
    assert told[-1]["reason"] == "too_many_websockets"


async def test_ticket_is_good_once() -> None:
    async with slack() as server, aiohttp.ClientSession() as session:
        url = (await client(server).apps_connections_open(app_token=APP_TOKEN))["url"]
        await session.ws_connect(url)
        with pytest.raises(aiohttp.WSServerHandshakeError) as raised:
            await session.ws_connect(url)
    assert raised.value.status == 403


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
async def test_disconnect_gives_its_reason(reason: str) -> None:
    async with slack() as server, aiohttp.ClientSession() as session:
        raw = await open_raw(server, session)
        await raw.receive()
        await server.sockets.disconnect(reason)
        told = await raw.receive()
    assert told == {"type": "disconnect", "reason": reason}


async def test_each_envelope_goes_to_one_of_several_connections() -> None:
    async with slack() as server, aiohttp.ClientSession() as session:
        raws = [await open_raw(server, session) for _ in range(3)]
        for raw in raws:
            await raw.receive()
        counts = [0, 0, 0]

        async def take(number: int) -> None:
            while True:
                envelope = await raws[number].receive()
                counts[number] += 1
                await raws[number].acknowledge(envelope)

        takers = [asyncio.create_task(take(number)) for number in range(3)]
        for _ in range(30):
            await server.sockets.deliver("slash_commands", {})
        for taker in takers:
            taker.cancel()
        await asyncio.gather(*takers, return_exceptions=True)
    assert sum(counts) == 30
    assert all(counts)


async def test_event_is_delivered_again_with_its_attempt_when_nobody_acknowledges(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "ACK_SECONDS", 0.02)
    async with slack() as server, aiohttp.ClientSession() as session:
        server.sockets.retry_seconds = (0.0, 0.0)
        raw = await open_raw(server, session)
        await raw.receive()
        server.people.post(ALERTS, "the pod fails", user=ADA)
        told = [await raw.receive() for _ in range(3)]
    attempts = [(each["retry_attempt"], each["retry_reason"]) for each in told]
    assert attempts == [(0, ""), (1, "timeout"), (2, "timeout")]
    assert len({each["payload"]["event_id"] for each in told}) == 1


async def test_person_is_warned_and_nothing_is_repeated_when_a_click_is_not_acknowledged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "ACK_SECONDS", 0.02)
    button = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Go"}}
    async with slack() as server, aiohttp.ClientSession() as session:
        raw = await open_raw(server, session)
        await raw.receive()
        await client(server).chat_postMessage(
            channel=ALERTS, text="x", blocks=[{"type": "actions", "elements": [button]}]
        )
        (message,) = server.workspace.by_bot()
        await server.people.press(ADA, message, "a")
        await server.people.command(ADA, ALERTS, "/whyfailing x")
        kinds = [(await raw.receive())["type"] for _ in range(2)]
        with pytest.raises(TimeoutError):
            await raw.socket.receive_json(timeout=0.05)
    assert kinds == ["interactive", "slash_commands"]
    assert message.warning == "failed because the app did not respond"
    whisper = server.workspace.messages[-1]
    assert (whisper.username, whisper.seen_by, whisper.text) == (
        "Slackbot", ADA, "/whyfailing failed because the app did not respond",
    )  # fmt: skip


async def test_command_in_a_thread_is_refused_by_slack_itself() -> None:
    async with slack() as server:
        root = server.people.post(ALERTS, "the pod fails", user=ADA)
        await server.people.command(ADA, ALERTS, "/whyfailing x", thread_ts=root.ts)
        whisper = server.workspace.messages[-1]
    assert (whisper.text, whisper.thread_ts, whisper.seen_by) == (
        "/whyfailing is not supported in threads. Sorry!", root.ts, ADA,
    )  # fmt: skip

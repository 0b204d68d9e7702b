"""Socket Mode: connections, envelopes, acknowledgements, and delivery again where Slack does it.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import json
import random
import uuid
from typing import Any

from aiohttp import WSMsgType, web

Json = dict[str, Any]
ACK_SECONDS = 3.0
MOST_CONNECTIONS = 10
_CONNECTION_SECONDS = 18_060


class NoAckError(Exception):
    """Nobody acknowledged the envelope in time."""


class Sockets:
    """The open connections of one app. `retry_seconds` are the pauses between deliveries again."""

    def __init__(self, retry_seconds: tuple[float, ...] = (0.0, 60.0, 300.0)) -> None:
        self.retry_seconds = retry_seconds
        self.connections: list[web.WebSocketResponse] = []
        self.connected = asyncio.Event()
        """Set once an app has connected for the first time."""
        self.ack_seconds: list[float] = []
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def ticket(self) -> str:
        """A ticket for one connection (`apps.connections.open`)."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return ticket

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPForbidden(text="this ticket was used or never given")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        if len(self.connections) >= MOST_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        self.connections.append(socket)
        hello = {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {"approximate_connection_time": _CONNECTION_SECONDS},
            "connection_info": {"app_id": "A0WHYFAIL"},
        }
        await socket.send_json(hello)
        self.connected.set()
        try:
            async for received in socket:
                if received.type is WSMsgType.TEXT:
                    self._acknowledge(received.data)
        finally:
            if socket in self.connections:
                self.connections.remove(socket)
        return socket

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask every connection to be made anew, then close it, as Slack does every few hours."""
        for socket in list(self.connections):
            await socket.send_json({"type": "disconnect", "reason": reason})
            await socket.close()

    async def deliver(self, kind: str, payload: Json) -> Json:
        """Send an interaction or command to any one connection; return what its ack carries.

        Raises NoAckError when there is no connection or no ack within three seconds.
        """
        return await self._send(kind, payload, {})

    def deliver_event(self, payload: Json) -> None:
        """Send an event, and send it again when nobody acknowledges it."""
        task = asyncio.get_running_loop().create_task(self._repeat(payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End everything that is under way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for socket in list(self.connections):
            await socket.close()

    async def _repeat(self, payload: Json) -> None:
        for attempt, pause in enumerate((0.0, *self.retry_seconds)):
            await asyncio.sleep(pause)
            retry = {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
            try:
                await self._send("events_api", payload, retry)
            except NoAckError:
                continue
            return

    async def _send(self, kind: str, payload: Json, extra: Json) -> Json:
        if not self.connections:
            raise NoAckError
        envelope_id = str(uuid.uuid4())
        loop = asyncio.get_running_loop()
        self._waiting[envelope_id] = answer = loop.create_future()
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
            "payload": payload,
            **extra,
        }
        begun = loop.time()
        try:
            socket = random.choice(self.connections)  # noqa: S311 - as Slack: any one of them
            await socket.send_json(envelope)
            async with asyncio.timeout(ACK_SECONDS):
                acknowledged: Json = await answer
        except (TimeoutError, ConnectionError) as error:
            raise NoAckError from error
        finally:
            self._waiting.pop(envelope_id, None)
        self.ack_seconds.append(loop.time() - begun)
        return acknowledged

    def _acknowledge(self, text: str) -> None:
        try:
            message = json.loads(text)
        except ValueError:
            return
        answer = self._waiting.get(message.get("envelope_id", ""))
        if answer and not answer.done():
            answer.set_result(message.get("payload") or {})

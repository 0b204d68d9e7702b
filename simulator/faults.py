"""Faults on request: every simulated service can be slow, refuse, lie or go away."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web
from aiohttp.typedefs import Middleware

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Fault(msgspec.Struct, kw_only=True):
    """What goes wrong with the requests that match, and how often."""

    match: str = ""
    """A regular expression, searched in `METHOD /path?query`; empty matches all."""
    delay: float = 0.0
    """Seconds before anything else happens."""
    status: int = 0
    """Answer this instead of the real answer."""
    headers: dict[str, str] = {}
    body: str = ""
    drop: bool = False
    """Close the connection without an answer."""
    after: bool = False
    """Do what was asked first, then fail: the caller cannot know that it was done."""
    times: int | None = None
    """How many requests it hits before it is gone; None for ever."""


class Faults:
    """The faults of one service. `latency` seconds are added to every request."""

    def __init__(self) -> None:
        self.latency = 0.0
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let something go wrong from now on."""
        self._faults.append(fault)

    def clear(self) -> None:
        """Let everything work again."""
        self._faults.clear()
        self.latency = 0.0

    def _next(self, line: str) -> Fault | None:
        for fault in self._faults:
            if fault.times == 0 or not re.search(fault.match, line):
                continue
            if fault.times is not None:
                fault.times -= 1
            return fault
        return None

    def middleware(self) -> Middleware:
        """Give the aiohttp middleware that applies them."""

        @web.middleware
        async def apply(request: web.Request, handler: Handler) -> web.StreamResponse:
            fault = self._next(f"{request.method} {request.path_qs}")
            pause = self.latency + (fault.delay if fault else 0.0)
            if pause:
                await asyncio.sleep(pause)
            if fault is None:
                return await handler(request)
            response = await handler(request) if fault.after else None
            if fault.drop:
                if request.transport is not None:
                    request.transport.close()
                raise ConnectionResetError
            if fault.status:
                return web.Response(status=fault.status, headers=fault.headers, text=fault.body)
            return response or await handler(request)

        return apply

"""A proxy before the API server that is slow, refuses or breaks off when it is told to."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from simulator.faults import Faults
from simulator.serving import serve
from tests.cluster.real import RealCluster

_HOP_BY_HOP = {"Host", "Connection", "Transfer-Encoding", "Content-Length"}


class Proxy:
    """Passes requests on with the caller's own credential. `url` is where it listens."""

    def __init__(self, server: str, trust: ssl.SSLContext) -> None:
        self.faults = Faults()
        self.server = server
        self.url = ""
        self.asked: list[str] = []
        self._trust = trust
        self._open: set[asyncio.Task[None]] = set()

    def application(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application(middlewares=[self.faults.middleware()])
        app.router.add_route("*", "/{path:.*}", self._pass_on)
        return app

    def break_off(self) -> None:
        """End every answer that is under way, in the middle."""
        for copying in self._open:
            copying.cancel()

    async def _pass_on(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.path_qs}")
        headers = {k: v for k, v in request.headers.items() if k not in _HOP_BY_HOP}
        async with (
            aiohttp.ClientSession(auto_decompress=False) as session,
            session.request(
                request.method,
                self.server + request.path_qs,
                headers=headers,
                data=await request.read(),
                ssl=self._trust,
            ) as answer,
        ):
            kept = {k: v for k, v in answer.headers.items() if k not in _HOP_BY_HOP}
            response = web.StreamResponse(status=answer.status, headers=kept)
            await response.prepare(request)
            copying = asyncio.create_task(_copy(answer, response))
            self._open.add(copying)
            await asyncio.wait([copying])
            self._open.discard(copying)
            if copying.cancelled() and request.transport is not None:
                request.transport.abort()
            return response


async def _copy(answer: aiohttp.ClientResponse, response: web.StreamResponse) -> None:
    async for chunk in answer.content.iter_any():
        await response.write(chunk)
    await response.write_eof()


@asynccontextmanager
async def proxied(cluster: RealCluster, *, server: str = "") -> AsyncIterator[Proxy]:
    """A proxy before the cluster, or before another API server of it."""
    shown = cluster.kubectl("config", "view", "--raw", "--minify", "--flatten", "-o", "json")
    there = json.loads(shown)["clusters"][0]["cluster"]
    authority = base64.b64decode(there.get("certificate-authority-data", "")).decode()
    proxy = Proxy(server or there["server"], ssl.create_default_context(cadata=authority or None))
    async with serve(proxy.application()) as url:
        proxy.url = url
        try:
            yield proxy
        finally:
            proxy.break_off()

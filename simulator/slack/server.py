"""The HTTP side of the simulated Slack: Web API, Socket Mode, response URLs, uploads, the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from simulator.faults import Faults
from simulator.serving import serve
from simulator.slack.browser import Browser
from simulator.slack.methods import Methods
from simulator.slack.people import People
from simulator.slack.rates import Rates
from simulator.slack.refusals import RefusalError
from simulator.slack.sockets import Sockets
from simulator.slack.workspace import SCOPES, Workspace

Json = dict[str, Any]
BOT_TOKEN = "xoxb-simulated"  # noqa: S105 - of a Slack that exists on this machine alone
APP_TOKEN = "xapp-simulated"  # noqa: S105


class SlackServer:
    """A running simulated Slack. `url` is where the browser goes, `api_url` where the bot goes."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.faults = Faults()
        self.rates = Rates(workspace.clock)
        self.sockets = Sockets()
        self.url = ""
        self.calls: list[tuple[str, Json]] = []
        self.methods = Methods(workspace, lambda: self.url)
        self.people = People(workspace, self.sockets, "")
        self.browser = Browser(workspace, self.people)

    @property
    def api_url(self) -> str:
        """The base URL of the Web API."""
        return f"{self.url}/api/"

    def application(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application(middlewares=[self.faults.middleware()], client_max_size=4_000_000)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link", self.sockets.connect)
        app.router.add_post("/respond/{key}", self._respond)
        app.router.add_post("/upload/{file}", self._upload)
        self.browser.add_routes(app)
        return app

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        arguments = await _arguments(request)
        token = token or str(arguments.pop("token", ""))
        if name == "apps.connections.open":
            return self._open_connection(token)
        if token != BOT_TOKEN:
            return web.json_response({"ok": False, "error": "invalid_auth"})
        wait = self.rates.wait(name, str(arguments.get("channel", "")))
        if wait:
            return web.json_response(
                {"ok": False, "error": "ratelimited"},
                status=429,
                headers={"Retry-After": str(wait)},
            )
        self.calls.append((name, arguments))
        try:
            answer = self.methods.call(name, arguments)
        except RefusalError as error:
            return web.json_response(
                {
                    "ok": False,
                    "error": error.error,
                    "response_metadata": {"messages": error.messages},
                },
                headers={"x-oauth-scopes": SCOPES},
            )
        return web.json_response(answer, headers={"x-oauth-scopes": SCOPES})

    def _open_connection(self, token: str) -> web.Response:
        if token != APP_TOKEN:
            return web.json_response({"ok": False, "error": "invalid_auth"})
        url = self.url.replace("http://", "ws://")
        return web.json_response({"ok": True, "url": f"{url}/link?ticket={self.sockets.ticket()}"})

    async def _respond(self, request: web.Request) -> web.Response:
        body = await request.json()
        error = self.people.respond(request.match_info["key"], body)
        if error:
            return web.Response(status=404, text=error)
        return web.Response(text="ok")

    async def _upload(self, request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text="OK")


async def _arguments(request: web.Request) -> Json:
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        arguments |= await request.json()
    elif request.can_read_body:
        arguments |= dict(await request.post())
    return arguments


@asynccontextmanager
async def serve_slack(workspace: Workspace, port: int = 0) -> AsyncIterator[SlackServer]:
    """Run a simulated Slack on localhost."""
    server = SlackServer(workspace)
    async with serve(server.application(), port) as url:
        server.url = server.people.base_url = url
        try:
            yield server
        finally:
            await server.browser.close()
            await server.sockets.close()

"""The page: what one person sees of the workspace, and what they do with it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web

from simulator.slack.people import NotShownError, People
from simulator.slack.workspace import BOT, BOT_USER, Message, Workspace

Json = dict[str, Any]
_STATIC = Path(__file__).parent / "static"
_SETTLE_SECONDS = 0.05
_MENTION = re.compile("@whyfailing", re.IGNORECASE)


class Browser:
    """Serves the page and keeps it up to date over a WebSocket."""

    def __init__(self, workspace: Workspace, people: People) -> None:
        self.workspace = workspace
        self.people = people
        self.extra: Callable[[], Json] = dict
        self.on_choice: Callable[[str], Awaitable[None]] | None = None
        self.on_mend: Callable[[str], Awaitable[None]] | None = None
        self._pages: set[web.WebSocketResponse] = set()

    def add_routes(self, app: web.Application) -> None:
        """Add the page's own routes to the application."""
        app.router.add_get("/", self._index)
        app.router.add_static("/static/", _STATIC)
        app.router.add_get("/page/live", self._live)
        app.router.add_post("/page/{deed}", self._do)

    async def _index(self, _request: web.Request) -> web.FileResponse:
        return web.FileResponse(_STATIC / "index.html")

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        self._pages.add(socket)
        user = request.query.get("user", "")
        changed = asyncio.Event()
        changed.set()
        self.workspace.on_change.append(changed.set)
        reader = asyncio.create_task(_until_closed(socket))
        try:
            while not reader.done():
                waiter = asyncio.create_task(changed.wait())
                await asyncio.wait({waiter, reader}, return_when=asyncio.FIRST_COMPLETED)
                waiter.cancel()
                changed.clear()
                if not socket.closed:
                    await socket.send_json(self.seen_by(user))
                    await asyncio.sleep(_SETTLE_SECONDS)
        except ConnectionError:
            pass
        finally:
            self.workspace.on_change.remove(changed.set)
            self._pages.discard(socket)
            reader.cancel()
        return socket

    async def close(self) -> None:
        """Let every open page go; it connects again when there is a server again."""
        await asyncio.gather(*(socket.close() for socket in list(self._pages)))

    def seen_by(self, user: str) -> Json:
        """Everything that a person sees."""
        workspace = self.workspace
        return {
            "users": [
                {
                    "id": each.id,
                    "real_name": each.real_name,
                    "bot": each.is_bot,
                    "guest": each.is_restricted,
                }
                for each in workspace.users.values()
            ],
            "channels": [
                {"id": each.id, "name": each.name, "direct": each.is_im}
                for each in workspace.channels.values()
                if user in each.members
            ],
            "messages": [
                _shown(message) for message in workspace.messages if message.seen_by in ("", user)
            ],
            "views": [
                {"id": view.id, **view.view}
                for view in workspace.views.values()
                if view.user == user
            ],
            "home": workspace.homes[user].view if user in workspace.homes else None,
            "reactions": workspace.reactions,
            **self.extra(),
        }

    async def _do(self, request: web.Request) -> web.Response:
        deeds: dict[str, Callable[[Json], Awaitable[Json | None]]] = {
            "send": self._send,
            "press": self._press,
            "press-in-view": self._press_in_view,
            "suggest": self._suggest,
            "submit": self._submit,
            "close": self._close,
            "shortcut": self._shortcut,
            "home": self._home,
            "choose": self._choose,
            "mend": self._mend,
        }
        deed = deeds.get(request.match_info["deed"])
        if deed is None:
            raise web.HTTPNotFound
        try:
            answer = await deed(await request.json())
        except (NotShownError, KeyError) as error:
            return web.json_response({"error": f"not there any more: {error}"}, status=409)
        return web.json_response(answer or {})

    async def _send(self, asked: Json) -> None:
        user, channel, text = asked["user"], asked["channel"], asked["text"]
        thread_ts = asked.get("thread_ts", "")
        if text.startswith("/"):
            await self.people.command(user, channel, text, thread_ts=thread_ts)
        else:
            mentioned = _MENTION.sub(f"<@{BOT_USER}>", text)
            self.people.post(channel, mentioned, user=user, thread_ts=thread_ts)

    async def _press(self, asked: Json) -> None:
        message = self._message(asked)
        await self.people.press(
            asked["user"], message, asked["action_id"], option=asked.get("option", "")
        )

    async def _press_in_view(self, asked: Json) -> None:
        view = self.workspace.views.get(asked["view"]) or self.workspace.homes[asked["user"]]
        await self.people.press_in_view(
            asked["user"],
            view,
            asked["action_id"],
            option=asked.get("option"),
            values=asked.get("values"),
        )

    async def _suggest(self, asked: Json) -> Json:
        view = self.workspace.views[asked["view"]]
        return await self.people.suggest(asked["user"], view, asked["action_id"], asked["typed"])

    async def _submit(self, asked: Json) -> Json:
        view = self.workspace.views[asked["view"]]
        return await self.people.submit(asked["user"], view, asked["values"])

    async def _close(self, asked: Json) -> None:
        self.people.close(self.workspace.views[asked["view"]])

    async def _shortcut(self, asked: Json) -> None:
        user, shortcut = asked["user"], asked["callback_id"]
        if "ts" in asked:
            await self.people.message_shortcut(user, self._message(asked), shortcut)
        else:
            await self.people.global_shortcut(user, shortcut)

    async def _home(self, asked: Json) -> None:
        self.people.open_home(asked["user"])

    async def _choose(self, asked: Json) -> None:
        if self.on_choice:
            await self.on_choice(asked["story"])

    async def _mend(self, asked: Json) -> None:
        if self.on_mend:
            await self.on_mend(asked["story"])

    def _message(self, asked: Json) -> Message:
        found = next(
            (
                message
                for message in self.workspace.messages
                if message.channel == asked["channel"] and message.ts == asked["ts"]
            ),
            None,
        )
        if found is None:
            raise NotShownError(asked["ts"])
        return found


def _shown(message: Message) -> Json:
    shown: Json = msgspec.to_builtins(message)
    return shown | {"from_app": message.bot_id == BOT}


async def _until_closed(socket: web.WebSocketResponse) -> None:
    async for _ in socket:
        pass

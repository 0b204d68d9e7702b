"""The two servers: the API, and the storage that logs are downloaded from."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import format_datetime

import msgspec
from aiohttp import web

from simulator.github import accounts
from simulator.github.access import (
    DOCS,
    RefusedError,
    admit,
    charge,
    identify,
    identify_app,
    limit_headers,
    not_found,
)
from simulator.github.routes import Call, Reply
from simulator.github.state import GitHubState, Grant, Seen
from simulator.github.table import ROUTES, Route
from simulator.serving import serve as serve_app

_AS_APP = ("/installation", "/access_tokens", "/app", "/app/installations")


class _Api:
    def __init__(self, state: GitHubState) -> None:
        self._state = state

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer a request and remember it."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        response = await self._respond(request)
        response.headers["Date"] = format_datetime(self._state.clock.now(), usegmt=True)
        self._state.seen.append(Seen(request.method, request.path_qs, headers, response.status))
        return response

    async def _respond(self, request: web.Request) -> web.Response:
        resource = "code_search" if request.path == "/search/code" else "core"
        try:
            if request.path.endswith(_AS_APP):
                identify_app(self._state, request)
                return _finish(request, await self._as_app(request), {})
            grant = identify(self._state, request)
            if request.path == "/rate_limit":  # asking is free
                return _finish(request, accounts.rate_limit(self._state, grant), {})
            spent = charge(self._state, grant, resource)
            reply = await self._answer(request, grant)
        except RefusedError as refused:
            extra = limit_headers(spent, resource) if "spent" in locals() else {}
            return web.Response(
                status=refused.status,
                body=refused.body(),
                headers={**extra, **refused.headers},
                content_type="application/json",
            )
        response = _finish(request, reply, {})
        if response.status == 304 and grant is not None:
            spent.used -= 1
        response.headers.update(limit_headers(spent, resource))
        return response

    async def _as_app(self, request: web.Request) -> Reply:
        path = self._moved(request)
        if path.startswith("http"):
            return _moved_to(path)
        match path.strip("/").split("/"):
            case ["repos", owner, name, "installation"]:
                return accounts.installation(self._state, owner, f"{owner}/{name}")
            case [("orgs" | "users"), owner, "installation"]:
                return accounts.installation(self._state, owner)
            case ["app"]:
                return accounts.app(self._state)
            case ["app", "installations"]:
                return accounts.installations(self._state)
            case ["app", "installations", identity, "access_tokens"]:
                return accounts.access_token(self._state, identity, await request.read())
            case _:
                raise not_found()

    async def _answer(self, request: web.Request, grant: Grant | None) -> Reply:
        match request.path.strip("/").split("/"):
            case ["user"]:
                return accounts.whose(self._state, grant)
            case ["search", "code"]:
                return accounts.search_code(self._state, grant, request.query.get("q", ""))
            case ["orgs", owner, "actions", "runner-groups"]:
                return accounts.runner_groups(self._state, grant, owner)
            case ["orgs", owner, "actions", "runner-groups", group, "runners"]:
                return accounts.group_runners(self._state, grant, owner, group)
            case _:
                return await self._about_repository(request, grant)

    async def _about_repository(self, request: web.Request, grant: Grant | None) -> Reply:
        path = self._moved(request)
        if path.startswith("http"):
            return _moved_to(path)
        for route in ROUTES:
            found = route.path.fullmatch(path)
            if found and route.method == request.method:
                return await self._ask(route, found.groupdict(), request, grant)
        raise not_found()

    async def _ask(
        self, route: Route, parts: dict[str, str], request: web.Request, grant: Grant | None
    ) -> Reply:
        repo = self._state.find(f"{parts['owner']}/{parts['repo']}")
        repo = admit(repo, grant, route.needs, route.public)
        call = Call(
            state=self._state,
            repo=repo,
            parts=parts,
            query=dict(request.query),
            accept=request.headers.get("Accept", ""),
            body=await request.read(),
            grant=grant,
        )
        return route.answer(call)

    def _moved(self, request: web.Request) -> str:
        """The path to answer; a URL when the repository was renamed."""
        by_id = re.fullmatch(r"/repositories/([0-9]+)(/.*)?", request.path)
        if by_id:
            for repo in self._state.repositories.values():
                if str(repo.id) == by_id[1]:
                    return f"/repos/{repo.full_name}{by_id[2] or ''}"
            raise not_found()
        by_name = re.fullmatch(r"/repos/([^/]+/[^/]+)(/.*)?", request.path)
        new = self._state.renamed.get(by_name[1].lower()) if by_name else None
        if by_name is None or new is None:
            return request.path
        query = f"?{request.query_string}" if request.query_string else ""
        identity = self._state.repositories[new.lower()].id
        return f"{self._state.api_url}/repositories/{identity}{by_name[2] or ''}{query}"


def _moved_to(url: str) -> Reply:
    body = {"message": "Moved Permanently", "url": url, "documentation_url": DOCS}
    return Reply(body, 301, {"Location": url})


def _finish(request: web.Request, reply: Reply, headers: dict[str, str]) -> web.Response:
    """Write an answer; one that the client has already is 304."""
    body: bytes = reply.body if isinstance(reply.body, bytes) else msgspec.json.encode(reply.body)
    headers = {
        **headers,
        **reply.headers,
        "Content-Type": reply.kind,
        "X-GitHub-Media-Type": "github.v3; format=json",
    }
    if request.method == "GET" and reply.status == 200:
        tag = f'W/"{hashlib.sha256(body).hexdigest()}"'
        headers["ETag"] = tag
        headers["Cache-Control"] = "private, max-age=60, s-maxage=60"
        headers["Vary"] = "Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept"
        if request.headers.get("If-None-Match") == tag:
            headers.pop("Content-Type")
            return web.Response(status=304, headers=headers)
    if reply.status == 204:
        headers.pop("Content-Type")
    return web.Response(status=reply.status, body=body, headers=headers)


async def _stored_log(request: web.Request, state: GitHubState) -> web.Response:
    """Answer as an object storage: XML errors, no knowledge of GitHub's tokens."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    stored = state.stored.get(request.match_info["key"])
    if stored is None or stored.until <= state.clock.now():
        state.storage_seen.append(Seen("GET", request.path_qs, headers, 403))
        return web.Response(status=403, text="<Error><Code>AuthenticationFailed</Code></Error>")
    state.storage_seen.append(Seen("GET", request.path_qs, headers, 200))
    repo = state.find(stored.repository)
    for run in repo.runs.values() if repo else ():
        for job in run.jobs:
            if job.id == stored.job_id and job.log is not None:
                return web.Response(text="\ufeff" + "".join(f"{line}\n" for line in job.log))
    return web.Response(status=404, text="<Error><Code>BlobNotFound</Code></Error>")


@asynccontextmanager
async def serve(state: GitHubState, port: int = 0) -> AsyncIterator[str]:
    """Serve the API and its storage on localhost; yields the API's base URL."""
    api = web.Application(middlewares=[state.faults.middleware()])
    api.router.add_route("*", "/{path:.*}", _Api(state).serve)

    async def stored_log(request: web.Request) -> web.Response:
        return await _stored_log(request, state)

    storage = web.Application(middlewares=[state.storage_faults.middleware()])
    storage.router.add_get("/logs/{key}/job.txt", stored_log)
    async with serve_app(storage) as storage_url, serve_app(api, port) as api_url:
        state.storage_url, state.api_url = storage_url, api_url
        try:
            yield api_url
        finally:
            players = [task for repo in state.repositories.values() for task in repo.players]
            for task in players:
                task.cancel()
            await asyncio.gather(*players, return_exceptions=True)

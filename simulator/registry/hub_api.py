"""Docker Hub's REST API: https://docs.docker.com/reference/api/hub/latest/."""

from __future__ import annotations

import secrets
from datetime import datetime

import msgspec
from aiohttp import web

from simulator.registry.contents import INDEX
from simulator.registry.protocol import json
from simulator.registry.state import Account, RegistryState, Repository

_LIMIT = "600"
_NOT_FOUND = {"message": "object not found", "errinfo": {"namespace": "", "repository": ""}}


class HubApi:
    """Repositories, tags and tokens, with the rate limit headers of the real one."""

    def __init__(self, state: RegistryState) -> None:
        self._state = state

    def add_to(self, app: web.Application) -> None:
        """Add the routes, and the older names of the same."""
        app.router.add_post("/v2/auth/token", self.token)
        app.router.add_post("/v2/users/login", self.log_in)
        for base in ("/v2/namespaces/{namespace}/repositories", "/v2/repositories/{namespace}"):
            app.router.add_get(base, self.repositories)
            app.router.add_get(base + "/{repository}", self.repository)
            app.router.add_get(base + "/{repository}/tags", self.tags)
            app.router.add_get(base + "/{repository}/tags/{tag}", self.tag)

    async def token(self, request: web.Request) -> web.Response:
        """Give a token of ten minutes for a user and a password or an access token."""
        return await self._open(request, "identifier", "secret", "access_token")

    async def log_in(self, request: web.Request) -> web.Response:
        """The older way to get one."""
        return await self._open(request, "username", "password", "token")

    async def _open(
        self, request: web.Request, user: str, password: str, answer: str
    ) -> web.Response:
        try:
            body = msgspec.json.decode(await request.read(), type=dict[str, str])
        except msgspec.MsgspecError:
            return self._json(400, {"detail": "JSON parse error"})
        account = self._state.log_in(body.get(user, ""), body.get(password, ""))
        if account is None:
            return self._json(401, {"detail": "incorrect authentication credentials"})
        token = secrets.token_urlsafe(24)
        self._state.sessions[token] = account.name
        return self._json(200, {answer: token})

    async def repositories(self, request: web.Request) -> web.Response:
        """The repositories of a namespace that the caller may see; none is no error."""
        account, namespace = self._caller(request), request.match_info["namespace"]
        names = [
            name
            for name in sorted(self._state.repositories)
            if name.startswith(f"{namespace}/") and self._state.may(account, name, "pull")
        ]
        return self._json(200, self._page(request, [self._shown(name) for name in names]))

    async def repository(self, request: web.Request) -> web.Response:
        """One repository; 404 for one that the caller may not see."""
        found = self._find(request)
        if found is None:
            return self._json(404, _NOT_FOUND)
        return self._json(200, self._shown(found[0]))

    async def tags(self, request: web.Request) -> web.Response:
        """The tags of a repository, the newest first."""
        found = self._find(request)
        if found is None:
            return self._json(404, _NOT_FOUND)
        newest = sorted(found[1].tags, key=lambda tag: found[1].pushed[tag], reverse=True)
        return self._json(200, self._page(request, [_tag(found[1], tag) for tag in newest]))

    async def tag(self, request: web.Request) -> web.Response:
        """One tag."""
        found, tag = self._find(request), request.match_info["tag"]
        if found is None or tag not in found[1].tags:
            return self._json(404, _NOT_FOUND)
        return self._json(200, _tag(found[1], tag))

    def _find(self, request: web.Request) -> tuple[str, Repository] | None:
        name = f"{request.match_info['namespace']}/{request.match_info['repository']}"
        repository = self._state.repositories.get(name)
        if repository is None or not self._state.may(self._caller(request), name, "pull"):
            return None
        return name, repository

    def _caller(self, request: web.Request) -> Account | None:
        token = request.headers.get("Authorization", "").partition(" ")[2]
        return self._state.accounts.get(self._state.sessions.get(token, ""))

    def _shown(self, full: str) -> dict[str, object]:
        repository = self._state.repositories[full]
        namespace, _, name = full.partition("/")
        return {
            "user": namespace,
            "name": name,
            "namespace": namespace,
            "repository_type": "image",
            "status": 1,
            "status_description": "active",
            "is_private": repository.private,
            "last_updated": _time(max(repository.pushed.values(), default=None)),
            "pull_count": sum(self._state.pulls.values()),
        }

    def _page(self, request: web.Request, results: list[dict[str, object]]) -> dict[str, object]:
        size = min(int(request.query.get("page_size", "10")), 100)
        page = int(request.query.get("page", "1"))
        start = (page - 1) * size
        more = start + size < len(results)
        following = request.url.update_query(page=page + 1).human_repr() if more else None
        return {
            "count": len(results),
            "next": following,
            "previous": None,
            "results": results[start : start + size],
        }

    def _json(self, status: int, body: object) -> web.Response:
        reset = str(int(self._state.now().timestamp()) + 60)
        headers = {
            "X-RateLimit-Limit": _LIMIT,
            "X-RateLimit-Remaining": _LIMIT,
            "X-RateLimit-Reset": reset,
        }
        return json(status, body, headers)


def _tag(repository: Repository, tag: str) -> dict[str, object]:
    manifest = repository.manifests[repository.tags[tag]]
    return {
        "name": tag,
        "full_size": sum(map(len, repository.blobs.values())),
        "v2": True,
        "tag_status": "active",
        "tag_last_pushed": _time(repository.pushed[tag]),
        "last_updated": _time(repository.pushed[tag]),
        "media_type": manifest.media_type,
        "content_type": "image",
        "digest": manifest.digest,
        "images": _images(repository, tag),
    }


def _images(repository: Repository, tag: str) -> list[dict[str, object]]:
    manifest = repository.manifests[repository.tags[tag]]
    document = msgspec.json.decode(manifest.body)
    if manifest.media_type == INDEX:
        entries = [(entry["platform"], entry["digest"]) for entry in document["manifests"]]
    else:
        config = msgspec.json.decode(repository.blobs[document["config"]["digest"]])
        entries = [(config, manifest.digest)]
    return [
        {
            "architecture": platform["architecture"],
            "variant": platform.get("variant"),
            "os": platform["os"],
            "digest": digest,
            "status": "active",
        }
        for platform, digest in entries
    ]


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None

"""Routes that read: manifests, blobs, lists of tags."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from simulator.registry.access import Access
from simulator.registry.contents import INDEX, Stored
from simulator.registry.protocol import (
    DIGEST,
    TAG,
    RegistryError,
    check_digest,
    check_name,
    empty,
    json,
)
from simulator.registry.state import RegistryState, Repository

_WINDOW_SECONDS = 21_600
_PER_PAGE = 1000


class Pulling:
    """`counts_pulls`: whether a GET of a manifest is charged, as Docker Hub does."""

    def __init__(self, state: RegistryState, access: Access, *, counts_pulls: bool) -> None:
        self._state = state
        self._access = access
        self._counts_pulls = counts_pulls

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/v2/", self.root)
        app.router.add_get("/v2/{name:.+}/manifests/{version}", self.manifest)
        app.router.add_get("/v2/{name:.+}/blobs/{digest}", self.blob)
        app.router.add_get("/v2/{name:.+}/tags/list", self.tags)

    async def root(self, request: web.Request) -> web.Response:
        """Whether this is a registry, and whether the caller is let in."""
        self._access.check(request, "", "pull")
        return json(200, {})

    async def manifest(self, request: web.Request) -> web.Response:
        """A manifest by tag or digest, if the client accepts its type."""
        name, version = request.match_info["name"], request.match_info["version"]
        check_name(name)
        if not TAG.fullmatch(version) and not DIGEST.fullmatch(version):
            raise RegistryError(400, "TAG_INVALID", "manifest tag did not match URI")
        caller = self._access.check(request, name, "pull")
        headers = self._charge(request, caller)
        found = self._state.manifest(name, version)
        if found is None:
            detail = f"unknown tag={version}"
            raise RegistryError(404, "MANIFEST_UNKNOWN", "manifest unknown", detail, headers)
        _check_accept(request, found)
        headers |= {"Docker-Content-Digest": found.digest, "ETag": f'"{found.digest}"'}
        return web.Response(body=found.body, headers={**headers, "Content-Type": found.media_type})

    def _charge(self, request: web.Request, caller: str) -> dict[str, str]:
        limit = self._state.pull_limit
        if not self._counts_pulls or limit is None:
            return {}
        if request.method == "GET" and self._state.pulls[caller] >= limit:
            raise RegistryError(
                429,
                "TOOMANYREQUESTS",
                "You have reached your unauthenticated pull rate limit. "
                "https://www.docker.com/increase-rate-limit",
                headers=self._limits(caller, limit) | {"Retry-After": str(_WINDOW_SECONDS)},
            )
        if request.method == "GET":
            self._state.pulls[caller] += 1
        return self._limits(caller, limit)

    def _limits(self, caller: str, limit: int) -> dict[str, str]:
        left = max(0, limit - self._state.pulls[caller])
        return {
            "ratelimit-limit": f"{limit};w={_WINDOW_SECONDS}",
            "ratelimit-remaining": f"{left};w={_WINDOW_SECONDS}",
            "docker-ratelimit-source": caller,
        }

    async def blob(self, request: web.Request) -> web.Response:
        """A blob by digest."""
        name, digest = request.match_info["name"], request.match_info["digest"]
        check_name(name)
        check_digest(digest)
        self._access.check(request, name, "pull")
        body = self._repository(name).blobs.get(digest)
        if body is None:
            raise RegistryError(404, "BLOB_UNKNOWN", "blob unknown to registry", {"digest": digest})
        return web.Response(
            body=body,
            content_type="application/octet-stream",
            headers={"Docker-Content-Digest": digest},
        )

    async def tags(self, request: web.Request) -> web.Response:
        """The tags in lexical order, page by page."""
        name = request.match_info["name"]
        check_name(name)
        self._access.check(request, name, "pull")
        last, size = request.query.get("last", ""), _page_size(request)
        tags = sorted(tag for tag in self._repository(name).tags if tag > last)
        page = tags[:size]
        headers = {}
        if page and len(page) < len(tags):
            following = f"/v2/{name}/tags/list?last={quote(page[-1])}&n={size}"
            headers["Link"] = f'<{following}>; rel="next"'
        return json(200, {"name": name, "tags": page}, headers)

    def _repository(self, name: str) -> Repository:
        repository = self._state.repositories.get(name)
        if repository is None:
            detail = {"name": name}
            raise RegistryError(
                404, "NAME_UNKNOWN", "repository name not known to registry", detail
            )
        return repository


def _page_size(request: web.Request) -> int:
    wanted = request.query.get("n", str(_PER_PAGE))
    if not wanted.isdigit():
        raise RegistryError(400, "PAGINATION_NUMBER_INVALID", "invalid number of results requested")
    return min(int(wanted), _PER_PAGE)


def _check_accept(request: web.Request, found: Stored) -> None:
    accepted = ",".join(request.headers.getall("Accept", ["*/*"]))
    types = {part.partition(";")[0].strip() for part in accepted.split(",")}
    if found.media_type not in types and "*/*" not in types:
        kind = "index" if found.media_type == INDEX else "manifest"
        plural = "indexes" if kind == "index" else "manifests"
        raise RegistryError(
            404,
            "MANIFEST_UNKNOWN",
            f"OCI {kind} found, but accept header does not support OCI {plural}",
        )


def accepted(location: str, upload: str, size: int) -> web.Response:
    """The answer to a part of an upload."""
    headers = {
        "Location": location,
        "Docker-Upload-UUID": upload,
        "Range": f"0-{max(0, size - 1)}",
    }
    return empty(202, headers)

"""Routes that write: uploads of blobs, and manifests whose parts must be there."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import msgspec
from aiohttp import web

from simulator.registry.access import Access
from simulator.registry.contents import INDEX, MANIFEST, Stored, digest_of
from simulator.registry.protocol import (
    DIGEST,
    TAG,
    RegistryError,
    check_digest,
    check_name,
    empty,
)
from simulator.registry.pulling import accepted
from simulator.registry.state import RegistryState, Repository

_TYPES = {
    MANIFEST,
    INDEX,
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
}
_LARGEST_MANIFEST = 4 * 1024 * 1024


class Pushing:
    """What `docker push` and its like need."""

    def __init__(self, state: RegistryState, access: Access) -> None:
        self._state = state
        self._access = access

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_post("/v2/{name:.+}/blobs/uploads/", self.start)
        app.router.add_patch("/v2/{name:.+}/blobs/uploads/{upload}", self.append)
        app.router.add_put("/v2/{name:.+}/blobs/uploads/{upload}", self.finish)
        app.router.add_put("/v2/{name:.+}/manifests/{version}", self.manifest)

    async def start(self, request: web.Request) -> web.Response:
        """Begin an upload, take a blob from another repository, or take it all at once."""
        name = self._checked(request)
        digest, mount = request.query.get("digest", ""), request.query.get("mount", "")
        source = self._state.repositories.get(request.query.get("from", ""))
        if mount and source and mount in source.blobs:
            self._keep(name, source.blobs[mount])
            return self._created(name, "blobs", mount)
        if digest:
            return self._finished(name, digest, await request.read())
        upload = secrets.token_hex(16)
        self._state.uploads[upload] = bytearray()
        return accepted(f"/v2/{name}/blobs/uploads/{upload}", upload, 0)

    async def append(self, request: web.Request) -> web.Response:
        """Take a part; parts come in order."""
        name = self._checked(request)
        upload, body = self._upload(request)
        start = request.headers.get("Content-Range", f"{len(body)}-").partition("-")[0]
        if start != str(len(body)):
            raise RegistryError(416, "RANGE_INVALID", "invalid content range")
        body += await request.read()
        return accepted(f"/v2/{name}/blobs/uploads/{upload}", upload, len(body))

    async def finish(self, request: web.Request) -> web.Response:
        """Take the last part and compare the digest."""
        name = self._checked(request)
        upload, body = self._upload(request)
        response = self._finished(
            name, request.query.get("digest", ""), bytes(body + await request.read())
        )
        del self._state.uploads[upload]
        return response

    async def manifest(self, request: web.Request) -> web.Response:
        """Take a manifest or an index whose parts are all there, and let the tag mean it."""
        name, version = self._checked(request), request.match_info["version"]
        body = await request.read()
        manifest = Stored(request.content_type, body)
        is_digest = DIGEST.fullmatch(version) is not None
        if not is_digest and not TAG.fullmatch(version):
            raise RegistryError(400, "TAG_INVALID", "manifest tag did not match URI")
        if is_digest and version != manifest.digest:
            raise RegistryError(
                400, "DIGEST_INVALID", "provided digest did not match uploaded content"
            )
        self._check_parts(name, _decoded(manifest))
        self._state.store(name, manifest, None if is_digest else version)
        return self._created(name, "manifests", manifest.digest)

    def _checked(self, request: web.Request) -> str:
        name = request.match_info["name"]
        check_name(name)
        self._access.check(request, name, "push")
        return name

    def _upload(self, request: web.Request) -> tuple[str, bytearray]:
        upload = request.match_info["upload"]
        if upload not in self._state.uploads:
            raise RegistryError(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry")
        return upload, self._state.uploads[upload]

    def _finished(self, name: str, digest: str, body: bytes) -> web.Response:
        check_digest(digest)
        if digest_of(body) != digest:
            raise RegistryError(
                400, "DIGEST_INVALID", "provided digest did not match uploaded content"
            )
        self._keep(name, body)
        return self._created(name, "blobs", digest)

    def _keep(self, name: str, body: bytes) -> None:
        repository = self._state.repositories.setdefault(name, Repository())
        repository.blobs[digest_of(body)] = body

    def _created(self, name: str, kind: str, digest: str) -> web.Response:
        headers = {"Location": f"/v2/{name}/{kind}/{digest}", "Docker-Content-Digest": digest}
        return empty(201, headers)

    def _check_parts(self, name: str, document: dict[str, Any]) -> None:
        repository = self._state.repositories.get(name, Repository())
        there = repository.manifests.keys() | repository.blobs.keys()
        for digest in _parts(document):
            if digest not in there:
                detail = {"digest": digest}
                raise RegistryError(
                    400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry", detail
                )


def _decoded(manifest: Stored) -> dict[str, Any]:
    if manifest.media_type not in _TYPES or len(manifest.body) > _LARGEST_MANIFEST:
        raise RegistryError(400, "MANIFEST_INVALID", "manifest invalid")
    try:
        document = msgspec.json.decode(manifest.body, type=dict[str, Any])
    except msgspec.MsgspecError:
        raise RegistryError(400, "MANIFEST_INVALID", "manifest invalid") from None
    stated = document.get("mediaType", manifest.media_type)
    if document.get("schemaVersion") != 2 or stated != manifest.media_type:
        raise RegistryError(400, "MANIFEST_INVALID", "manifest invalid")
    return document


def _parts(document: dict[str, Any]) -> Iterator[str]:
    for entry in [
        document.get("config"),
        *document.get("layers", ()),
        *document.get("manifests", ()),
    ]:
        if isinstance(entry, dict) and "digest" in entry:
            yield str(entry["digest"])

"""The API server: discovery, lists, watches, logs and deletions, over the real paths.

https://kubernetes.io/docs/reference/using-api/api-concepts/
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections import defaultdict
from contextlib import suppress
from typing import Any

from aiohttp import web

from bot.cluster.kinds import KINDS, Kind
from simulator.faults import Handler
from simulator.kubernetes.answers import (
    Wanted,
    api_of,
    bare,
    group_of,
    missing,
    place_of,
    refuse,
    status_of,
    unknown,
    why_no_log,
)
from simulator.kubernetes.reviews import USER, access_review, who_am_i
from simulator.kubernetes.state import ConflictError, KubernetesState, Manifest, Rule
from simulator.kubernetes.tables import table

BOOKMARK_SECONDS = 1.0
_VERSION = {"major": "1", "minor": "35", "gitVersion": "v1.35.4", "platform": "linux/amd64"}


def kubernetes(state: KubernetesState) -> web.Application:
    """Make the application."""
    server = _Server(state)
    app = web.Application(middlewares=[state.faults.middleware(), server.admit])
    app.router.add_get("/version", server.version)
    app.router.add_get("/readyz", server.ready)
    app.router.add_post(
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", server.access_review
    )
    app.router.add_post("/apis/authentication.k8s.io/v1/selfsubjectreviews", server.who_am_i)
    app.router.add_get("/api", server.core)
    app.router.add_get("/apis", server.group_list)
    app.router.add_get("/apis/{group}", server.group)
    for root in ("/api/{version:v1}", "/apis/{group}/{version}"):
        app.router.add_get(root, server.resources)
        for space in ("", "/namespaces/{namespace}"):
            app.router.add_get(f"{root}{space}/{{plural}}", server.list)
            app.router.add_get(f"{root}{space}/{{plural}}/{{name}}", server.get)
            app.router.add_delete(f"{root}{space}/{{plural}}/{{name}}", server.delete)
    app.router.add_get("/api/v1/namespaces/{namespace}/pods/{name}/log", server.log)
    app.on_shutdown.append(server.close)
    return app


class _Server:
    def __init__(self, state: KubernetesState) -> None:
        self._state = state

    @property
    def admit(self) -> Any:
        """The middleware that asks for a token."""

        @web.middleware
        async def admit(request: web.Request, handler: Handler) -> web.StreamResponse:
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            if scheme.lower() != "bearer" or token not in self._state.tokens:
                return refuse(401, "Unauthorized")
            return await handler(request)

        return admit

    async def close(self, _: web.Application) -> None:
        """End all watches."""
        self._state.close()

    async def access_review(self, request: web.Request) -> web.Response:
        """Whether the caller may do something."""
        return web.json_response(access_review(self._state, await request.json()), status=201)

    async def who_am_i(self, request: web.Request) -> web.Response:
        """As whom the caller is known."""
        return web.json_response(who_am_i(await request.json()), status=201)

    # --- discovery ----------------------------------------------------------------------------

    async def version(self, _: web.Request) -> web.Response:
        """Which Kubernetes this is."""
        return web.json_response(_VERSION)

    async def ready(self, _: web.Request) -> web.Response:
        """It is."""
        return web.Response(text="ok")

    async def core(self, _: web.Request) -> web.Response:
        """Versions of the core group."""
        return web.json_response({"kind": "APIVersions", "versions": ["v1"]})

    async def group_list(self, _: web.Request) -> web.Response:
        """All other groups."""
        groups = [group_of(name, versions) for name, versions in sorted(self._groups().items())]
        return web.json_response({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})

    async def group(self, request: web.Request) -> web.Response:
        """One group."""
        name = request.match_info["group"]
        versions = self._groups().get(name)
        return web.json_response(group_of(name, versions)) if versions else unknown()

    async def resources(self, request: web.Request) -> web.Response:
        """What a group and version serves."""
        api = api_of(request)
        kinds = [kind for kind in KINDS if kind.api == api and kind.group in self._state.groups]
        if not kinds:
            return unknown()
        entries = [
            {
                "name": kind.plural,
                "kind": kind.name,
                "namespaced": not kind.cluster_scoped,
                "shortNames": list(kind.short),
                "verbs": ["get", "list", "watch", "delete"],
            }
            for kind in kinds
        ]
        return web.json_response(
            {"kind": "APIResourceList", "groupVersion": api, "resources": entries}
        )

    def _groups(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for kind in KINDS:
            if kind.group and kind.group in self._state.groups:
                found[kind.group].add(kind.api.partition("/")[2])
        return found

    # --- objects ------------------------------------------------------------------------------

    async def list(self, request: web.Request) -> web.StreamResponse:
        """List or watch a kind."""
        kind = self._kind(request)
        if kind is None:
            return unknown()
        watching = request.query.get("watch") in ("1", "true")
        if refused := self._forbids(request, "watch" if watching else "list", kind.plural):
            return refused
        try:
            wanted = Wanted(request)
        except ValueError as error:
            return refuse(400, str(error))
        if watching:
            return await self._watch(request, kind, wanted)
        return self._page(request, kind, wanted)

    def _page(self, request: web.Request, kind: Kind, wanted: Wanted) -> web.Response:
        found = [
            item
            for item in self._state.list(kind.name, request.match_info.get("namespace", ""))
            if wanted.selects(item)
        ]
        if "as=Table" in request.headers.get("Accept", ""):
            return web.json_response(table(kind.name, found))
        version, start = self._state.version, 0
        if token := request.query.get("continue"):
            version, start = json.loads(base64.urlsafe_b64decode(token))
            if version < self._state.oldest:
                return refuse(410, "The provided continue parameter is too old")
        limit = int(request.query.get("limit", 0)) or len(found) or 1
        meta: dict[str, Any] = {"resourceVersion": str(version)}
        if start + limit < len(found):
            token = json.dumps([version, start + limit])
            meta["continue"] = base64.urlsafe_b64encode(token.encode()).decode()
            meta["remainingItemCount"] = len(found) - start - limit
        items = [bare(item) for item in found[start : start + limit]]
        return web.json_response(
            {
                "kind": f"{kind.name}List",
                "apiVersion": kind.api,
                "metadata": meta,
                "items": items or None,
            }
        )

    async def _watch(self, request: web.Request, kind: Kind, wanted: Wanted) -> web.StreamResponse:
        stream = web.StreamResponse(headers={"Content-Type": "application/json"})
        await stream.prepare(request)
        with suppress(ConnectionResetError):  # whoever watched has gone
            await self._tell_changes(request, kind, wanted, stream)
            await stream.write_eof()
        return stream

    async def _tell_changes(
        self, request: web.Request, kind: Kind, wanted: Wanted, stream: web.StreamResponse
    ) -> None:
        state, now = self._state, asyncio.get_running_loop().time
        namespace = request.match_info.get("namespace", "")
        at = int(request.query.get("resourceVersion") or state.version)
        until = now() + float(request.query.get("timeoutSeconds", 300))
        while now() < until and not state.closing:
            if at < state.oldest:
                await _send(stream, "ERROR", status_of(410, f"too old resource version: {at}"))
                return
            changed = state.changed
            for change in list(state.changes_since(at, kind.name, namespace)):
                if wanted.selects(change.object):
                    await _send(stream, change.type, {"kind": kind.name, **change.object})
            at = state.version
            try:
                async with asyncio.timeout(BOOKMARK_SECONDS):
                    await changed.wait()
            except TimeoutError:
                meta = {"resourceVersion": str(at), "creationTimestamp": None}
                mark = {"kind": kind.name, "apiVersion": kind.api, "metadata": meta}
                await _send(stream, "BOOKMARK", mark)

    async def get(self, request: web.Request) -> web.Response:
        """One object."""
        kind = self._kind(request)
        if kind is None:
            return unknown()
        if refused := self._forbids(request, "get", kind.plural):
            return refused
        item = self._state.get(kind.name, *place_of(request, kind))
        if item is None:
            return missing(request, kind)
        return web.json_response({"kind": kind.name, **item})

    async def delete(self, request: web.Request) -> web.Response:
        """Delete an object, if the preconditions hold."""
        kind = self._kind(request)
        if kind is None:
            return unknown()
        if refused := self._forbids(request, "delete", kind.plural):
            return refused
        body = await request.json() if request.can_read_body else {}
        uid = (body.get("preconditions") or {}).get("uid", "")
        place = place_of(request, kind)
        item = self._state.get(kind.name, *place)
        try:
            deleted = self._state.delete(kind.name, *place, uid=uid)
        except ConflictError as error:
            return refuse(409, f"Precondition failed: {error}")
        return web.json_response(item) if deleted else missing(request, kind)

    async def log(self, request: web.Request) -> web.Response:
        """The log of a container, as far as it has ever run."""
        if refused := self._forbids(request, "get", "pods/log"):
            return refused
        namespace, name = request.match_info["namespace"], request.match_info["name"]
        pod = self._state.get("Pod", namespace, name)
        if pod is None:
            return refuse(404, f'pods "{name}" not found')
        container = request.query.get("container") or pod["spec"]["containers"][0]["name"]
        previous = request.query.get("previous") == "true"
        lines = self._state.logs.get((namespace, name, container, previous))
        if lines is None:
            return refuse(400, why_no_log(pod, container, previous=previous))
        tail = int(request.query.get("tailLines", len(lines)))
        return web.Response(text="".join(f"{line}\n" for line in lines[len(lines) - tail :]))

    # --- who may ------------------------------------------------------------------------------

    def _kind(self, request: web.Request) -> Kind | None:
        api, plural = api_of(request), request.match_info["plural"]
        for kind in KINDS:
            if kind.plural == plural and kind.api == api and kind.group in self._state.groups:
                return kind
        return None

    def _forbids(self, request: web.Request, verb: str, resource: str) -> web.Response | None:
        if Rule(verb, resource) not in self._state.forbidden:
            return None
        namespace = request.match_info.get("namespace", "")
        where = f' in the namespace "{namespace}"' if namespace else " at the cluster scope"
        return refuse(
            403,
            f'{resource} is forbidden: User "{USER}" cannot {verb} '
            f'resource "{resource}" in API group "{request.match_info.get("group", "")}"{where}',
        )


async def _send(stream: web.StreamResponse, type_: str, item: Manifest) -> None:
    await stream.write(json.dumps({"type": type_, "object": item}).encode() + b"\n")

"""A live cluster: lists, single objects, logs, and the one thing that it may change.

Every request names what it is for, so that a refusal becomes a Gap with the rule that is missing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import msgspec

from bot.cluster import overview, tables
from bot.cluster.decode import FAILURES, Page, names_from_json, object_from_json, page_from_json
from bot.cluster.kinds import Kind, kind_of
from bot.cluster.objects import KubeObject, Pod
from bot.cluster.search import search
from bot.cluster.secret_values import pull_secret_from_json
from bot.cluster.transport import Answer, Asked, Transport, garbled, refusal
from bot.cluster.watching import watch
from bot.evidence import GapReason
from bot.images import ImageRef
from bot.registries.pull_secrets import PullSecret, credentials_for
from bot.sources import ClusterChange, Matches, Overview, PullCredential, Query, SourceError

logger = logging.getLogger(__name__)
PAGE_ITEMS = 500
_MOST_PAGES = 400
_LOG_BYTES = 1024 * 1024
_WHOLE = "application/json"
_METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"


class _Group(msgspec.Struct, rename="camel"):
    versions: tuple[dict[str, str], ...] = ()
    preferred_version: dict[str, str] = {}


class LiveCluster:
    """A cluster behind its API. Implements `bot.sources.Cluster`; made by `client.connect`."""

    def __init__(
        self, name: str, default_namespace: str, transport: Transport, *, read_pull_secrets: bool
    ) -> None:
        self.name = name
        self.default_namespace = default_namespace
        self._transport = transport
        self._read_pull_secrets = read_pull_secrets
        self.calls = 0
        """Reads so far, and in `received` the bytes of their answers."""
        self.received = 0
        self._served: dict[str, str] = {}
        """Group and version of kinds that this cluster does not serve under the usual one."""

    def now(self) -> datetime:
        """The present."""
        return datetime.now(UTC)

    # --- objects ------------------------------------------------------------------------------

    async def get(self, kind: str, namespace: str, name: str) -> KubeObject | None:
        """One object; None when it does not exist, or its kind is not installed."""
        of = kind_of(kind)
        asked = Asked("get", of, namespace)
        answer = await self._ask(of, namespace, quote(name, safe=""), asked)
        if answer is None:
            return None
        try:
            item, complaints = object_from_json(of, answer.body)
        except FAILURES as error:
            raise garbled(asked, error) from error
        _log(complaints)
        return item

    async def list(
        self, kind: str, namespace: str = "", *, labels: str = "", fields: str = ""
    ) -> tuple[KubeObject, ...]:
        """All objects of a kind, of all namespaces if none is named; empty if not installed."""
        page = await self.listing(kind_of(kind), namespace, labels=labels, fields=fields)
        return page.items

    async def listing(
        self,
        kind: Kind,
        namespace: str = "",
        *,
        labels: str = "",
        fields: str = "",
        names_only: bool = False,
    ) -> Page:
        """List in pages; the result is one page with everything, as of one resource version.

        `names_only` leaves the objects with their metadata. A continue token that has expired in
        between makes it begin again, unpaged. Raises SourceError.
        """
        asked = Asked("list", kind, namespace)
        decode, accept = (names_from_json, _METADATA) if names_only else (page_from_json, _WHOLE)
        query = {"labelSelector": labels, "fieldSelector": fields, "limit": str(PAGE_ITEMS)}
        items: list[KubeObject] = []
        for _ in range(_MOST_PAGES):
            answer = await self._ask(kind, namespace, "", asked, query, accept)
            if answer is None:
                return Page(items=())
            if answer.status == 410:
                items.clear()
                query |= {"continue": "", "limit": ""}
                continue
            try:
                page = decode(kind, answer.body)
            except FAILURES as error:
                raise garbled(asked, error) from error
            _log(page.complaints)
            items.extend(page.items)
            if not page.continue_token:
                return msgspec.structs.replace(page, items=tuple(items))
            query["continue"] = page.continue_token
        raise SourceError(GapReason.GARBLED, f"the cluster's list has no end ({asked})")

    async def table(self, kind: str, namespace: str) -> tuple[tables.Row, ...]:
        """The rows that kubectl would print, by lower-case column; empty if not installed."""
        of = kind_of(kind)
        asked = Asked("list", of, namespace)
        answer = await self._ask(of, namespace, "", asked, tables.QUERY, tables.ACCEPT)
        if answer is None:
            return ()
        try:
            return tables.rows_from_json(answer.body)
        except FAILURES as error:
            raise garbled(asked, error) from error

    def watch(self, kind: str, namespace: str = "") -> AsyncIterator[ClusterChange]:
        """Changes from now on, for ever. Raises SourceError when watching is not allowed."""
        return watch(self, self._transport, kind_of(kind), namespace)

    def path(self, kind: Kind, namespace: str, rest: str = "") -> str:
        """Give the path of a kind's objects, or of one of them."""
        api = self._served.get(kind.name, kind.api)
        root = f"/apis/{api}" if "/" in api else f"/api/{api}"
        space = f"/namespaces/{quote(namespace, safe='')}" if namespace else ""
        space = "" if kind.cluster_scoped else space
        return f"{root}{space}/{kind.plural}" + (f"/{rest}" if rest else "")

    async def _ask(
        self,
        kind: Kind,
        namespace: str,
        rest: str,
        asked: Asked,
        query: dict[str, str] | None = None,
        accept: str = _WHOLE,
    ) -> Answer | None:
        """Send a read; None for a definite no. Raises SourceError."""
        wanted = {key: value for key, value in (query or {}).items() if value}
        for _ in range(2):
            path = self.path(kind, namespace, rest)
            answer = await self._transport.request("GET", path, wanted, accept=accept)
            self.calls += 1
            self.received += len(answer.body)
            if answer.status != 404 or not kind.group or not await self._moved(kind):
                break
        if answer.status == 404:
            return None
        if answer.status == 200 or (answer.status == 410 and asked.verb == "list"):
            return answer
        raise refusal(answer, asked)

    async def _moved(self, kind: Kind) -> bool:
        """Find another version of the kind's group when the usual one is not served."""
        if kind.name in self._served:
            return False
        self._served[kind.name] = kind.api
        answer = await self._transport.request("GET", f"/apis/{kind.group}", {})
        if answer.status != 200:
            return False
        try:
            group = msgspec.json.decode(answer.body, type=_Group)
        except FAILURES:
            return False
        versions = {version.get("groupVersion", "") for version in group.versions}
        preferred = group.preferred_version.get("groupVersion", "")
        if kind.api in versions or not preferred:
            return False
        self._served[kind.name] = preferred
        return True

    async def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Answer:
        """Ask something that is about no object, as reviews and the version are."""
        return await self._transport.request(method, path, {}, body=body)

    # --- names --------------------------------------------------------------------------------

    async def find(self, query: Query) -> Matches:
        """Say what a query may mean, without reading whole objects."""
        if query.cluster and query.cluster != self.name:
            raise SourceError(
                GapReason.NOT_CONFIGURED,
                f"there is no cluster {query.cluster!r} here; this one is {self.name!r}",
                "leave --cluster out",
            )
        return await search(self, query)

    async def overview(self) -> Overview:
        """How all pods and nodes are, without their objects."""
        return await overview.take(self)

    # --- logs ---------------------------------------------------------------------------------

    async def log(
        self, namespace: str, pod: str, container: str, *, previous: bool = False, lines: int = 100
    ) -> tuple[str, ...] | None:
        """The last lines of a container's log; None when there is none (yet, or any more)."""
        kind = kind_of("Pod")
        query = {
            "container": container,
            "tailLines": str(lines),
            "limitBytes": str(_LOG_BYTES),
            "previous": "true" if previous else "false",
        }
        path = self.path(kind, namespace, f"{quote(pod, safe='')}/log")
        answer = await self._transport.request("GET", path, query)
        if answer.status in (400, 404):
            return None
        if answer.status != 200:
            raise refusal(answer, Asked("get", kind, namespace, "log"))
        text = answer.body.decode("utf-8", "replace").replace("\r\n", "\n")
        return tuple(text.removesuffix("\n").split("\n"))[-lines:] if text else ()

    # --- what needs more than reading -----------------------------------------------------------

    async def pull_credentials(
        self, namespace: str, secrets: Sequence[str], image: ImageRef
    ) -> tuple[PullCredential, ...]:
        """Credentials of these pull secrets for the image; none unless an operator allows it."""
        if not self._read_pull_secrets:
            return ()
        found = await asyncio.gather(*(self._pull_secret(namespace, name) for name in secrets))
        return credentials_for([secret for secret in found if secret is not None], image)

    async def _pull_secret(self, namespace: str, name: str) -> PullSecret | None:
        kind = kind_of("Secret")
        asked = Asked("get", kind, namespace)
        answer = await self._ask(kind, namespace, quote(name, safe=""), asked)
        if answer is None:
            return None
        try:
            return pull_secret_from_json(namespace, name, answer.body)
        except FAILURES as error:
            raise garbled(asked, error) from error

    async def delete_pod(self, namespace: str, name: str, uid: str) -> bool:
        """Delete exactly this pod; False when it was gone, or another had taken its name."""
        kind = kind_of(Pod.__name__)
        body = {
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "preconditions": {"uid": uid},
        }
        path = self.path(kind, namespace, quote(name, safe=""))
        answer = await self._transport.request("DELETE", path, {}, body=body)
        if answer.status in (404, 409):
            return False
        if answer.status in (200, 202):
            return True
        raise refusal(answer, Asked("delete", kind, namespace))


def _log(complaints: Sequence[str]) -> None:
    for text in complaints[:5]:
        logger.warning("an object of the cluster was read without a part: %s", text)

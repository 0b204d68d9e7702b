"""A watch that does not end: reconnects, and lists again where the server has forgotten.

After an expired resource version the new list is compared with what was told before, so that no
change is lost and none is told twice.
https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from time import monotonic
from typing import Protocol

import msgspec

from bot.cluster.decode import FAILURES, Page, object_from_json
from bot.cluster.kinds import Kind
from bot.cluster.objects import KubeObject, Metadata
from bot.cluster.transport import Answer, Asked, Transport, garbled, refusal
from bot.evidence import GapReason
from bot.sources import ClusterChange, SourceError

logger = logging.getLogger(__name__)
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 30.0
"""Seconds between attempts; each failure doubles the pause."""
STREAM_SECONDS = 290
REFUSED_SECONDS = 60.0
"""A watch that was allowed may be refused for so long: an API server that starts refuses everybody
until it has read its roles, and a token may be replaced."""
_FINAL = (GapReason.FORBIDDEN, GapReason.UNAUTHORIZED)


class Lister(Protocol):
    """Where a watch begins."""

    async def listing(self, kind: Kind, namespace: str = "") -> Page:
        """List everything, with the resource version."""
        ...

    def path(self, kind: Kind, namespace: str) -> str:
        """Give the path of the kind's objects."""
        ...


class _Event(msgspec.Struct):
    type: str
    object: msgspec.Raw


class _Expired(msgspec.Struct):
    code: int = 0
    message: str = ""


class _GoneError(Exception):
    """The server no longer has the changes since our resource version."""


_event = msgspec.json.Decoder(_Event)


class _Known:
    """What was told so far: the uid and version of each object, by namespace and name."""

    def __init__(self) -> None:
        self.version = ""
        self.allowed_at = -REFUSED_SECONDS
        """When the server last took a request of ours, on the monotonic clock."""
        self._seen: dict[tuple[str, str], tuple[str, str]] = {}

    def compare(self, kind: Kind, page: Page) -> Iterator[ClusterChange]:
        """Tell what differs between a list and what was told, and believe the list."""
        before, self._seen = self._seen, {}
        self.version = page.resource_version
        for item in page.items:
            old = before.pop((item.namespace, item.name), None)
            self._note(item)
            if old is None or old[0] != item.metadata.uid:
                yield ClusterChange("ADDED", item)
            elif old[1] != item.metadata.resource_version:
                yield ClusterChange("MODIFIED", item)
        for (namespace, name), (uid, _) in before.items():
            gone = kind.type(metadata=Metadata(namespace=namespace, name=name, uid=uid))
            yield ClusterChange("DELETED", gone)

    def apply(self, change: ClusterChange) -> bool:
        """Believe a change; False when it was known already."""
        item = change.object
        self.version = item.metadata.resource_version or self.version
        key = (item.namespace, item.name)
        if change.kind == "DELETED":
            return self._seen.pop(key, None) is not None
        new = (item.metadata.uid, item.metadata.resource_version)
        if self._seen.get(key) == new:
            return False
        self._note(item)
        return True

    def _note(self, item: KubeObject) -> None:
        meta = item.metadata
        self._seen[(meta.namespace, meta.name)] = (meta.uid, meta.resource_version)


async def watch(
    lister: Lister, transport: Transport, kind: Kind, namespace: str
) -> AsyncIterator[ClusterChange]:
    """Tell changes from now on, for ever.

    Raises SourceError when it is not allowed, and when the first list fails.
    """
    known = _Known()
    for _ in known.compare(kind, await lister.listing(kind, namespace)):
        pass  # what there is at the beginning is no change
    pause = FIRST_PAUSE
    while True:
        began = monotonic()
        try:
            async with aclosing(_stream(lister, transport, kind, namespace, known)) as changes:
                async for change in changes:
                    yield change
        except _GoneError:
            for change in known.compare(kind, await _listed_again(lister, kind, namespace, known)):
                yield change
        except SourceError as error:
            _raise_final(error, known)
        pause = FIRST_PAUSE if monotonic() - began > LONGEST_PAUSE else pause
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


async def _listed_again(lister: Lister, kind: Kind, namespace: str, known: _Known) -> Page:
    pause = FIRST_PAUSE
    while True:
        try:
            return await lister.listing(kind, namespace)
        except SourceError as error:
            _raise_final(error, known)
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def _raise_final(error: SourceError, known: _Known) -> None:
    if error.reason in _FINAL and monotonic() - known.allowed_at >= REFUSED_SECONDS:
        raise error
    logger.warning("the watch broke off and begins again: %s", error)


async def _stream(
    lister: Lister, transport: Transport, kind: Kind, namespace: str, known: _Known
) -> AsyncGenerator[ClusterChange]:
    asked = Asked("watch", kind, namespace)
    query = {
        "watch": "1",
        "allowWatchBookmarks": "true",
        "resourceVersion": known.version,
        "timeoutSeconds": str(STREAM_SECONDS),
    }
    async with transport.lines(lister.path(kind, namespace), query) as lines:
        if isinstance(lines, Answer):
            if lines.status == 410:
                raise _GoneError
            raise refusal(lines, asked)
        try:
            async for line in lines:
                change = _decoded(line, kind, known, asked)
                if change is not None and known.apply(change):
                    yield change
        finally:
            known.allowed_at = monotonic()


def _decoded(line: bytes, kind: Kind, known: _Known, asked: Asked) -> ClusterChange | None:
    try:
        return _change(_event.decode(line), kind, known, asked)
    except FAILURES as error:
        raise garbled(asked, error) from error


def _change(event: _Event, kind: Kind, known: _Known, asked: Asked) -> ClusterChange | None:
    if event.type == "ERROR":
        status = msgspec.json.decode(event.object, type=_Expired)
        if status.code == 410:
            raise _GoneError
        raise refusal(Answer(status.code, {}, bytes(memoryview(event.object))), asked)
    item, _ = object_from_json(kind, event.object)
    if event.type == "BOOKMARK":
        known.version = item.metadata.resource_version or known.version
        return None
    return ClusterChange(event.type, item)

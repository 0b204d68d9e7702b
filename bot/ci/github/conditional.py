"""Memory for conditional requests: answers with their ETags, bounded, gone with the process.

GitHub does not count an answer 304 against the rate limit, so polling a run costs nothing while
nothing changes. The rules of revalidation are hishel's (RFC 9111); this is only where it keeps
things. Keys contain the credential, so that one token's answer is never another's.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import replace

import hishel

_ENTRY_BYTES = 2_000_000
_TOTAL_BYTES = 32_000_000


class _Kept:
    __slots__ = ("body", "entry", "key")

    def __init__(self, key: str, entry: hishel.Entry, body: bytes) -> None:
        self.key = key
        self.entry = entry
        self.body = body


class MemoryStorage(hishel.AsyncBaseStorage):
    """Answers in memory, the least recently used of them dropped first."""

    def __init__(self, entry_bytes: int = _ENTRY_BYTES, total_bytes: int = _TOTAL_BYTES) -> None:
        super().__init__(max_stream_size=entry_bytes)
        self._entry_bytes = entry_bytes
        self._total_bytes = total_bytes
        self._size = 0
        self._kept: OrderedDict[uuid.UUID, _Kept] = OrderedDict()

    async def create_entry(
        self,
        request: hishel.Request,
        response: hishel.Response,
        key: str,
        *,
        ttl: float | None = None,  # noqa: ARG002 - we always revalidate, so nothing expires by age
        tti: float | None = None,  # noqa: ARG002
    ) -> hishel.Entry:
        """Hand the response on and keep its body once it has been read to its end."""
        entry = hishel.Entry(id=uuid.uuid4(), request=request, response=response)
        return replace(entry, response=replace(response, stream=self._saving(entry, key)))

    async def _saving(self, entry: hishel.Entry, key: str) -> AsyncIterator[bytes]:
        chunks: list[bytes] | None = []
        size = 0
        stream = entry.response.stream
        if isinstance(stream, AsyncIterator):
            async for chunk in stream:
                size += len(chunk)
                if chunks is not None:
                    chunks.append(chunk)
                if size > self._entry_bytes:
                    chunks = None
                yield chunk
        if chunks is not None:
            self._keep(_Kept(key, entry, b"".join(chunks)))

    def _keep(self, kept: _Kept) -> None:
        for other in [other for other in self._kept.values() if other.key == kept.key]:
            self._drop(other.entry.id)
        self._kept[kept.entry.id] = kept
        self._size += len(kept.body)
        while self._size > self._total_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, identity: uuid.UUID) -> None:
        kept = self._kept.pop(identity, None)
        self._size -= len(kept.body) if kept else 0

    async def get_entries(self, key: str) -> list[hishel.Entry]:
        """Give the entries under a key, each with its whole body."""
        found = [kept for kept in self._kept.values() if kept.key == key]
        for kept in found:
            self._kept.move_to_end(kept.entry.id)
        return [
            replace(kept.entry, response=replace(kept.entry.response, stream=_once(kept.body)))
            for kept in found
        ]

    async def update_headers(self, id: uuid.UUID, headers: hishel.Headers) -> None:
        """Replace the headers of an entry, where it still exists."""
        kept = self._kept.get(id)
        if kept is not None:
            kept.entry = replace(kept.entry, response=replace(kept.entry.response, headers=headers))

    async def remove_entry(self, id: uuid.UUID) -> None:
        """Forget an entry."""
        self._drop(id)


def cache_key(token: str, url: str, accept: str) -> str:
    """Key of an answer: the same question with the same credential."""
    return hashlib.sha256("\n".join((token, url, accept)).encode()).hexdigest()


async def _once(body: bytes) -> AsyncIterator[bytes]:
    yield body

"""One HTTP question to a registry: bounded in time and size, redirects by hand, errors by kind."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from urllib.parse import urljoin
from weakref import WeakValueDictionary

import httpx
import msgspec
import stamina

from bot.evidence import GapReason
from bot.registries.failures import PassingError, errors_by_kind, worth_another_try
from bot.registries.policy import Origin, Policy, origin_of, refused
from bot.sources import SourceError

_MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PER_HOST = 2
_ATTEMPTS = 2
_AGENT = "whyfailing"
_PATIENCE = 2.0
"""Longest Retry-After, in seconds, that is waited for."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of one question. Seconds and bytes."""

    connect: float = 3.0
    total: float = 10.0
    body: int = 4 * 1024 * 1024
    token: int = 64 * 1024


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """What came back. Header names are lower case, several of one name are joined by commas."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class _RepliedError(PassingError):
    """A reply that may be another one the next time; the last one is the answer."""

    def __init__(self, reply: Response, wait: float | bool = True) -> None:
        super().__init__(f"answered {reply.status}", wait)
        self.reply = reply


class Http:
    """Questions to all registries, two at a time to each host. Raises SourceError."""

    def __init__(self, transport: httpx.AsyncBaseTransport, policy: Policy, limits: Limits) -> None:
        self._transport = transport
        self._policy = policy
        self.limits = limits
        self._places: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        limit: int | None = None,
    ) -> Response:
        """Ask, following redirects; once more when the failure may have passed."""
        wanted = _Question(method, url, dict(headers or {}), body, limit or self.limits.body)
        try:
            async for attempt in stamina.retry_context(
                on=worth_another_try,
                attempts=_ATTEMPTS,
                timeout=self.limits.total,
                wait_initial=0.05,
                wait_max=0.2,
                wait_jitter=0.05,
            ):
                with attempt:
                    return await self._ask_once(wanted)
        except _RepliedError as error:
            return error.reply
        raise AssertionError  # the loop returns or raises

    def _place_at(self, host: str) -> asyncio.Semaphore:
        place = self._places.get(host)
        if place is None:
            place = self._places[host] = asyncio.Semaphore(_PER_HOST)
        return place

    async def _ask_once(self, wanted: _Question) -> Response:
        origin = origin_of(wanted.url)
        with errors_by_kind(origin, self.limits.total):
            async with self._place_at(origin.host), asyncio.timeout(self.limits.total):
                reply = await self._follow(wanted, origin)
        if reply.status in (502, 503, 504):
            raise _RepliedError(reply)
        wait = _seconds(reply.headers.get("retry-after", ""))
        if reply.status == 429 and wait is not None and wait <= _PATIENCE:
            raise _RepliedError(reply, wait)
        return reply

    async def _follow(self, wanted: _Question, first: Origin) -> Response:
        url, headers = wanted.url, wanted.headers
        for _ in range(_MOST_REDIRECTS + 1):
            reply = await self._send(msgspec.structs.replace(wanted, url=url, headers=headers))
            place = reply.headers.get("location", "")
            if reply.status not in _REDIRECTS or not place or wanted.body is not None:
                return reply
            target = urljoin(url, place[:4096])
            origin = origin_of(target)
            if origin_of(url).scheme == "https" and origin.scheme != "https":
                raise refused(f"{first} redirects from https to plain http", "")
            self._policy.check_redirect(first, origin)
            if origin != origin_of(url):
                headers = {k: v for k, v in headers.items() if k.lower() != "authorization"}
            url = target
        raise SourceError(GapReason.GARBLED, f"{first} redirects more than {_MOST_REDIRECTS} times")

    async def _send(self, wanted: _Question) -> Response:
        # The transport is used without a client: no cookies, no netrc, no redirects of its own.
        request = httpx.Request(
            wanted.method,
            wanted.url,
            headers={"Accept-Encoding": "identity", "User-Agent": _AGENT, **wanted.headers},
            content=wanted.body,
            extensions={
                "timeout": httpx.Timeout(self.limits.total, connect=self.limits.connect).as_dict()
            },
        )
        reply = await self._transport.handle_async_request(request)
        try:
            if reply.headers.get("content-encoding", "identity").lower() != "identity":
                raise SourceError(GapReason.GARBLED, "the answer is compressed without being asked")
            body = await _read(reply.aiter_raw(), wanted.limit, str(origin_of(wanted.url)))
        finally:
            await reply.aclose()
        return Response(
            status=reply.status_code,
            headers={name.lower(): value[:16384] for name, value in reply.headers.items()},
            body=body,
        )


class _Question(msgspec.Struct, frozen=True):
    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None
    limit: int

    def __repr__(self) -> str:
        return f"_Question({self.method})"


async def _read(chunks: AsyncIterator[bytes], limit: int, place: str) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise SourceError(GapReason.GARBLED, f"{place} answers with more than {limit} bytes")
    return bytes(body)


def _seconds(value: str) -> float | None:
    """Read Retry-After; GHCR writes a Go duration there or in its message (`880.092µs`)."""
    match = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(s|ms|µs|us)?", value.strip())
    if match is None:
        return None
    scale = {"ms": 1e-3, "µs": 1e-6, "us": 1e-6}.get(match[2] or "s", 1.0)
    return max(float(match[1]) * scale, 0.01)

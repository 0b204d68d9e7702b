"""The network guard: an httpx transport that connects only where the policy allows.

A name is resolved once, all its addresses are checked, and the connection goes to a checked
address, while TLS and the Host header keep the name. So a name that resolves differently the
second time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence

import httpcore
import httpx

from bot.evidence import GapReason
from bot.registries.addresses import first_forbidden
from bot.registries.policy import Policy, origin_of, refused
from bot.sources import SourceError

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
_MOST_ADDRESSES = 16
_CONNECTIONS = 32
_IDLE_SECONDS = 30.0


async def resolve(host: str, port: int) -> Sequence[str]:
    """All addresses of a name. Raises OSError when it has none."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport, refusing what the policy refuses. Raises SourceError for that."""

    def __init__(self, policy: Policy, resolver: Resolver = resolve) -> None:
        # SSL_CERT_FILE is honoured, for registries behind a company's own authority. A proxy of
        # the environment is not: it would resolve the names itself.
        context = httpx.create_ssl_context(trust_env=True)
        super().__init__(verify=context)
        self._policy = policy
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=_CONNECTIONS,
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=_GuardedBackend(policy, resolver),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Check where a request goes, then send it."""
        self._policy.check(origin_of(str(request.url)))
        return await super().handle_async_request(request)


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    def __init__(self, policy: Policy, resolver: Resolver) -> None:
        self._policy = policy
        self._resolver = resolver
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._addresses(host, port)
        failure: Exception | None = None
        for address in addresses:
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"{host} has no address")

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            addresses = (await self._resolver(host.strip("[]"), port))[:_MOST_ADDRESSES]
        except (OSError, UnicodeError):
            addresses = ()
        if not addresses:
            raise SourceError(
                GapReason.UNREACHABLE,
                f"DNS: the name {host} does not resolve from where the bot runs",
            )
        forbidden = first_forbidden(addresses)
        if forbidden and not self._policy.may_be_private(host, port):
            raise refused(
                f"{host} resolves to {forbidden}, which is not a public address",
                f"set allow_private for the registry {host} in the settings if that is right",
            )
        return addresses

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)

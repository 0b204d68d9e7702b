"""What can go wrong on the way to a cluster, and the lines of a response."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp

from bot.evidence import GapReason
from bot.redact import one_line
from bot.sources import SourceError

NO_ANSWER = (aiohttp.ClientError, TimeoutError, OSError)
"""What aiohttp raises when there is no answer."""
_LONGEST_LINE = 16 * 1024**2


def no_answer(error: Exception) -> SourceError:
    """Say why there was no answer, and what would help."""
    text = one_line(str(error)) or type(error).__name__
    match error:
        case TimeoutError():
            return SourceError(GapReason.TIMED_OUT, "the cluster did not answer in time")
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientConnectorSSLError():
            return SourceError(
                GapReason.UNREACHABLE,
                f"the cluster's certificate is not trusted: {text}",
                "check certificate-authority-data and server in the kubeconfig",
            )
        case aiohttp.ClientConnectorDNSError():
            return SourceError(
                GapReason.UNREACHABLE,
                f"the cluster's name does not resolve: {text}",
                "check server in the kubeconfig, and the VPN",
            )
        case aiohttp.ClientConnectorError():
            return SourceError(
                GapReason.UNREACHABLE,
                f"nothing answers at the cluster's address: {text}",
                "check that the cluster runs, and the VPN",
            )
        case _:
            return SourceError(GapReason.UNREACHABLE, f"the connection broke off: {text}")


async def whole(response: aiohttp.ClientResponse, most: int) -> bytes | None:
    """Read a response to its end; None when it has more than so many bytes.

    One `content.read(most)` gives what has arrived by then, not the whole.
    """
    data = bytearray()
    async for chunk in response.content.iter_any():
        data += chunk
        if len(data) > most:
            return None
    return bytes(data)


async def lines_of(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """Read a response line by line. Raises SourceError when it breaks off."""
    rest = b""
    try:
        async for chunk in response.content.iter_any():
            *whole, rest = (rest + chunk).split(b"\n")
            if len(rest) > _LONGEST_LINE:
                raise SourceError(GapReason.GARBLED, "the cluster sends a line without an end")
            for line in whole:
                if line.strip():
                    yield line
    except NO_ANSWER as error:
        raise no_answer(error) from error

"""Why a question to a registry got no answer, by kind: DNS, TLS, timeout, refused, reset.

All of it is seen from where the bot runs, which is not where the node is.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator

import httpx

from bot.evidence import GapReason
from bot.registries.policy import Origin
from bot.sources import SourceError

# OpenSSL's verification errors: https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/
_EXPIRED, _HOSTNAME = 10, 62


class PassingError(SourceError):
    """A failure that may be gone the next time; `wait` seconds, or True for the usual pause."""

    def __init__(self, detail: str, wait: float | bool = True) -> None:
        super().__init__(GapReason.UNREACHABLE, detail)
        self.wait = wait


def worth_another_try(error: Exception) -> float | bool:
    """How long to wait before the question is asked again, or False for never."""
    return error.wait if isinstance(error, PassingError) else False


@contextlib.contextmanager
def errors_by_kind(origin: Origin, seconds: float) -> Iterator[None]:
    """Turn what goes wrong inside into a SourceError that names the kind."""
    try:
        yield
    except TimeoutError:
        raise SourceError(
            GapReason.TIMED_OUT, f"timeout: {origin} did not answer within {seconds:g} s"
        ) from None
    except httpx.ConnectTimeout:
        raise SourceError(
            GapReason.TIMED_OUT, f"timeout: no connection to {origin} in time"
        ) from None
    except httpx.TimeoutException:
        raise SourceError(GapReason.TIMED_OUT, f"timeout: {origin} stopped answering") from None
    except httpx.InvalidURL:
        raise SourceError(GapReason.GARBLED, f"{origin} names an address that is none") from None
    except httpx.TransportError as error:
        raise _by_cause(origin, error) from None


def _by_cause(origin: Origin, error: Exception) -> SourceError:
    chain = list(_chain(error))
    for cause in chain:
        if isinstance(cause, ssl.SSLError):
            return SourceError(GapReason.UNREACHABLE, f"TLS: {_tls(origin, cause)}")
    if any(isinstance(cause, ConnectionRefusedError) for cause in chain) or (
        isinstance(error, httpx.ConnectError) and "refused" in str(error)
    ):
        return PassingError(f"connection refused: nothing listens at {origin}")
    if isinstance(error, httpx.ConnectError):
        return PassingError(f"unreachable: no connection to {origin}")
    if isinstance(error, httpx.ProtocolError) and not isinstance(error, httpx.RemoteProtocolError):
        return SourceError(GapReason.GARBLED, f"{origin} does not speak HTTP properly")
    return PassingError(f"connection reset: {origin} closed the connection before it answered")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(8):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def _tls(origin: Origin, error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        match error.verify_code:
            case code if code == _EXPIRED:
                return f"the certificate of {origin} has expired"
            case code if code == _HOSTNAME:
                return f"the certificate of {origin} is for another name"
            case _:
                return f"the certificate of {origin} is signed by an authority that is not trusted"
    if "WRONG_VERSION_NUMBER" in str(error):
        return f"{origin} answers https with plain HTTP"
    return f"the handshake with {origin} failed"

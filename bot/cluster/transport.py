"""HTTP as the API needs it, and what each refusal of the API server means.

https://kubernetes.io/docs/reference/using-api/api-concepts/,
https://github.com/kubernetes/apimachinery/blob/master/pkg/apis/meta/v1/types.go (StatusReason)
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import msgspec

from bot.cluster.kinds import Kind
from bot.evidence import GapReason
from bot.redact import one_line
from bot.sources import SourceError

LOG_IN_AGAIN = "log in to the cluster again; a token expires"


class Answer(msgspec.Struct, frozen=True):
    """A response, read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes


class Transport(Protocol):
    """Requests with the cluster's address and credential. Raises SourceError when none arrives."""

    async def request(
        self,
        method: str,
        path: str,
        query: dict[str, str],
        *,
        accept: str = "application/json",
        body: dict[str, Any] | None = None,
    ) -> Answer:
        """Send a request and read the answer; reads are tried again when the server is busy."""
        ...

    def lines(
        self, path: str, query: dict[str, str]
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes] | Answer]:
        """Open a stream of lines, which ends when the server ends it; or give the refusal."""
        ...


class Asked(msgspec.Struct, frozen=True):
    """What a request was for, so that a refusal can name the permission that is missing."""

    verb: str
    kind: Kind
    namespace: str = ""
    subresource: str = ""

    def __str__(self) -> str:
        what = self.kind.plural + (f"/{self.subresource}" if self.subresource else "")
        return f"{self.verb} {what}" + (f" in {self.namespace}" if self.namespace else "")

    @property
    def rule(self) -> str:
        """The line that a Role needs."""
        resource = self.kind.plural + (f"/{self.subresource}" if self.subresource else "")
        return (
            f'{{apiGroups: ["{self.kind.group}"], resources: ["{resource}"], '
            f'verbs: ["{self.verb}"]}}'
        )


class _Status(msgspec.Struct):
    message: str = ""
    reason: str = ""


def refusal(answer: Answer, asked: Asked) -> SourceError:
    """Say what an answer means that is neither what was asked for nor a definite no."""
    message = status_of(answer).message
    match answer.status:
        case 401:
            return _error(GapReason.UNAUTHORIZED, f"the cluster refused the credential ({asked})")
        case 403 if "system:anonymous" in message:
            return _error(GapReason.UNAUTHORIZED, f"the cluster was sent no credential ({asked})")
        case 403:
            return SourceError(
                GapReason.FORBIDDEN,
                f"the bot may not {asked}",
                f"add to the bot's role: - {asked.rule}",
            )
        case 429:
            wait = answer.headers.get("retry-after", "")
            return SourceError(
                GapReason.RATE_LIMITED,
                f"the cluster has too much to do ({asked})",
                f"ask again in {wait} s" if wait.isdigit() else "ask again in a minute",
            )
        case 408 | 504:
            return SourceError(
                GapReason.TIMED_OUT, _told(f"the cluster took too long ({asked})", message)
            )
        case _:
            return SourceError(
                GapReason.UNREACHABLE,
                _told(f"the cluster answered {answer.status} ({asked})", message),
            )


def _error(reason: GapReason, detail: str) -> SourceError:
    return SourceError(reason, detail, LOG_IN_AGAIN)


def _told(text: str, message: str) -> str:
    return f"{text}: {one_line(message, 200)}" if message else text


def status_of(answer: Answer) -> _Status:
    """Read the API's own words; empty for an answer that is none of the API's."""
    try:
        return msgspec.json.decode(answer.body, type=_Status)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return _Status()


def garbled(asked: Asked, error: Exception) -> SourceError:
    """Say that an answer could not be read."""
    return SourceError(
        GapReason.GARBLED,
        f"the cluster's answer could not be read ({asked}): {one_line(str(error), 200)}",
    )

"""One request to a registry and its response, and what the protocol's fields say. Pure.

Protocol: https://github.com/opencontainers/distribution-spec/blob/main/spec.md and
https://distribution.github.io/distribution/spec/auth/token/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

import msgspec

from bot.registries.answers import Witness
from bot.registries.wire import Challenge, ProtocolError, read_challenges, read_error


class Question(StrEnum):
    """What a request asks of a registry."""

    ROOT = "is this a registry"
    MANIFEST = "manifest"
    TAGS = "tags"
    BLOB = "blob"
    TOKEN = "token"  # noqa: S105 -- a word, no secret
    EXCHANGE = "exchange of an identity"
    PUSH = "push"
    MANAGEMENT = "management API"


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """A request and its response. Header names are lower case; `path` is with its query."""

    host: str
    kind: str
    method: str
    path: str
    status: int
    headers: Mapping[str, str] = {}
    body: str = ""
    authenticated: bool = False
    """Whether it was asked with somebody's credential."""
    answered_challenge: bool = False
    """Whether the challenge was answered before, be it with an anonymous token."""

    @property
    def question(self) -> Question:
        """What was asked, by method, path and scope."""
        return _question(self.method, self.path)

    @property
    def challenges(self) -> tuple[Challenge, ...]:
        """The challenges of the response, in its order."""
        return read_challenges(self.headers.get("www-authenticate", ""))

    @property
    def error(self) -> ProtocolError:
        """What the response says of itself."""
        return read_error(self.body)

    @property
    def first_try(self) -> bool:
        """Whether nothing was shown to the registry: a 401 is then only its challenge."""
        return not (self.authenticated or self.answered_challenge)

    @property
    def scope_missing(self) -> bool:
        """Whether the token was good and does not reach this repository."""
        return any(challenge.error == "insufficient_scope" for challenge in self.challenges)

    @property
    def witness(self) -> Witness:
        """The exchange as proof: no query, no header of the request, a refusal's words cut."""
        error = self.error if self.status >= 400 else ProtocolError()
        return Witness(
            method=self.method,
            url=f"https://{self.host}{self.path.partition('?')[0]}",
            status=self.status,
            code=error.code,
            message=error.message,
        )


_PARTS = (
    ("/manifests/", Question.MANIFEST),
    ("/tags/list", Question.TAGS),
    ("/blobs/", Question.BLOB),
)
_TOKEN_PATH = re.compile(r"/(?:token|auth|login)/?$", re.IGNORECASE)
# The actions at the end of a scope: `repository:NAME:pull,push`, `repository:NAME:*`.
_PUSH_SCOPE = re.compile(r"(?:[:,]|%3A|%2C)(?:push|\*|%2A)(?=,|%2C|[&\s]|$)", re.IGNORECASE)


def _question(method: str, path: str) -> Question:
    bare, _, query = path.partition("?")
    lowered = bare.lower()
    of_registry = lowered.startswith("/v2/")
    if of_registry and any(part in lowered for part, _ in _PARTS):
        writes = method in ("POST", "PUT", "PATCH")
        found = next(question for part, question in _PARTS if part in lowered)
        return Question.PUSH if writes else found
    if lowered.endswith("/exchange"):
        return Question.EXCHANGE
    if _TOKEN_PATH.search(lowered) or "scope=" in query:
        return Question.PUSH if _PUSH_SCOPE.search(query) else Question.TOKEN
    return Question.ROOT if lowered.rstrip("/") == "/v2" else Question.MANAGEMENT

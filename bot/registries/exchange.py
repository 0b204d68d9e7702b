"""One request to a registry and its response, and what the protocol's fields say. Pure.

Protocol: https://github.com/opencontainers/distribution-spec/blob/main/spec.md and
https://distribution.github.io/distribution/spec/auth/token/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from itertools import pairwise
from typing import Any

import msgspec

from bot.redact import one_line
from bot.registries.answers import Witness

_LONGEST_BODY = 65_536
_CODE = re.compile(r"\b([A-Z]{3,20}(?:_[A-Z]{2,20}){0,4})\b")
_PRINTED = re.compile(
    r"\b(manifest unknown|name unknown|name invalid|blob unknown|tag invalid|denied|unauthorized"
    r"|unsupported|toomanyrequests)\b(?::|$)",
    re.IGNORECASE,
)
_PARAMETER = re.compile(r'([a-zA-Z_]{1,32})\s{0,4}=\s{0,4}(?:"([^"]{0,2048})"|([^\s,"]{1,512}))')
_SCHEME = re.compile(r"(?:^|,|\n)\s{0,4}(bearer|basic)\b", re.IGNORECASE)


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


class Challenge(msgspec.Struct, frozen=True, kw_only=True):
    """One challenge of a WWW-Authenticate header. `scheme` is lower case."""

    scheme: str
    realm: str = ""
    service: str = ""
    error: str = ""
    description: str = ""


class ProtocolError(msgspec.Struct, frozen=True, kw_only=True):
    """The registry's own words. `code` is upper case, empty where it gives none."""

    code: str = ""
    message: str = ""
    wraps_another: bool = False
    """Whether the error carries the errors of an upstream registry (a pull-through cache)."""


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


def read_challenges(header: str) -> tuple[Challenge, ...]:
    """Read WWW-Authenticate: one or more challenges, in one header or in several joined by commas.

    Scheme and parameter names are of any case, values may be on lines of their own.
    """
    header = header[:8192]
    # A scheme's name inside a quoted value is none.
    outside = re.sub(r'"[^"]*"', lambda quoted: "_" * len(quoted.group(0)), header)
    starts = [match.start(1) for match in _SCHEME.finditer(outside)]
    return tuple(_read_challenge(header[a:b]) for a, b in pairwise([*starts, len(header)]))


def _read_challenge(text: str) -> Challenge:
    scheme = text[:6].strip().lower()
    values = {
        match.group(1).lower(): match.group(2) if match.group(2) is not None else match.group(3)
        for match in _PARAMETER.finditer(text)
    }
    return Challenge(
        scheme=scheme,
        realm=values.get("realm", ""),
        service=values.get("service", ""),
        error=values.get("error", "").lower(),
        description=one_line(values.get("error_description", "")),
    )


def read_error(body: str) -> ProtocolError:
    """Read the first error of a body: the protocol's JSON, other JSON errors, or printed text."""
    body = body[:_LONGEST_BODY].strip()
    try:
        decoded = msgspec.json.decode(body.encode()) if body[:1] in ("{", "[") else None
    except (msgspec.DecodeError, RecursionError):
        decoded = None
    if isinstance(decoded, dict):
        return _read_object(decoded)
    printed = _PRINTED.search(body[:2048])
    code = _CODE.search(body[:2048]) if body.startswith("{") else None
    if printed and not code:
        return ProtocolError(
            code=printed.group(1).upper().replace(" ", "_"), message=one_line(body)
        )
    return ProtocolError(code=code.group(1) if code else "", message=one_line(body))


def _read_object(decoded: dict[str, Any]) -> ProtocolError:
    errors = decoded.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    if isinstance(first, dict):
        detail = first.get("detail")
        return ProtocolError(
            code=_short(first.get("code")).upper(),
            message=one_line(
                " ".join(filter(None, (_short(first.get("message")), _words(detail))))
            ),
            wraps_another=isinstance(detail, dict) and isinstance(detail.get("errors"), list),
        )
    code = _short(decoded.get("__type") or decoded.get("code")).rpartition("#")[2]
    words = next(
        (decoded[key] for key in ("message", "detail", "details", "error") if decoded.get(key)), ""
    )
    return ProtocolError(code=code, message=one_line(_short(words)))


def _short(value: object) -> str:
    return value[:2048] if isinstance(value, str) else ""


def _words(detail: object) -> str:
    return f"({detail[:512]})" if isinstance(detail, str) and detail else ""

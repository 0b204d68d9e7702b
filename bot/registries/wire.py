"""The protocol's own words in a response: challenges and errors. Pure, for any text.

https://distribution.github.io/distribution/spec/auth/token/ and
https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import msgspec

from bot.redact import one_line

_LONGEST_BODY = 65_536
_CODE = re.compile(r"\b([A-Z]{3,20}(?:_[A-Z]{2,20}){0,4})\b")
_PRINTED = re.compile(
    r"\b(manifest unknown|name unknown|name invalid|blob unknown|tag invalid|denied|unauthorized"
    r"|unsupported|toomanyrequests)\b(?::|$)",
    re.IGNORECASE,
)
_PARAMETER = re.compile(r'([a-zA-Z_]{1,32})\s{0,4}=\s{0,4}(?:"([^"]{0,2048})"|([^\s,"]{1,512}))')
_SCHEME = re.compile(r"(?:^|,|\n)\s{0,4}(bearer|basic)\b", re.IGNORECASE)


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

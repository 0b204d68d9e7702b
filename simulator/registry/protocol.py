"""The protocol's grammar and errors, shared by all routes.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

import msgspec
from aiohttp import web

NAME = re.compile(
    r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*", re.ASCII
)
TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}", re.ASCII)
DIGEST = re.compile(r"sha256:[a-f0-9]{64}", re.ASCII)
_VERSION = {"Docker-Distribution-Api-Version": "registry/2.0"}


class RegistryError(Exception):
    """An error of the protocol: status, code, message, detail and further headers."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        detail: object = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.errors = [_error(code, message, detail)]
        self.headers = headers or {}

    def response(self) -> web.Response:
        """The error as the client gets it."""
        return json(self.status, {"errors": self.errors}, self.headers)


def _error(code: str, message: str, detail: object) -> dict[str, Any]:
    error: dict[str, Any] = {"code": code, "message": message}
    return {**error, "detail": detail} if detail is not None else error


def json(status: int, body: object, headers: dict[str, str] | None = None) -> web.Response:
    """A JSON response of a registry."""
    return web.Response(
        status=status,
        body=msgspec.json.encode(body),
        content_type="application/json",
        headers={**_VERSION, **(headers or {})},
    )


def empty(status: int, headers: dict[str, str]) -> web.Response:
    """A response without a body."""
    return web.Response(status=status, headers={**_VERSION, **headers})


def check_name(name: str) -> None:
    """Refuse what is no repository name."""
    if not NAME.fullmatch(name) or len(name) > 255:
        raise RegistryError(400, "NAME_INVALID", "invalid repository name", {"name": name[:100]})


def check_digest(digest: str) -> None:
    """Refuse what is no sha256 digest."""
    if not DIGEST.fullmatch(digest):
        raise RegistryError(400, "DIGEST_INVALID", "provided digest did not match uploaded content")


def read_basic(header: str) -> tuple[str, str] | None:
    """User and password of an Authorization header; None when it is of another kind."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return (user, password) if colon else ("", "")

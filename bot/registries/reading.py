"""What one response of a registry proves. Pure: one response, one reading.

The protocol's own code is read first, then the status, then what is odd about the kind of registry.
A response that proves nothing yet (a challenge, a redirect, a HEAD without a code) is `NotYet`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from bot.registries.answers import ImageFound, ManifestUnsupported, RateLimited, TagAbsent
from bot.registries.exchange import Exchange, Question
from bot.registries.readings import (
    NotYet,
    PushRefused,
    Reading,
    Refusal,
    Shown,
    Trouble,
    Unavailable,
)
from bot.registries.refusals import read_push_refusal, read_refusal

ANONYMOUS = "anonymous"
INDEX_TYPES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
IMAGE_TYPES = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
# The configuration of a container's manifest; anything else is an artifact of its own kind,
# https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidelines-for-artifact-usage
CONFIG_TYPES = (
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.container.image.v1+json",
    "application/octet-stream",
)
_LIMITED = re.compile(r"toomanyrequests|throttling|too_many_requests", re.IGNORECASE)
_LIMITED_TEXT = re.compile(
    r"\bpull rate limit\b|\brate limit exceeded\b|\btoo many requests\b", re.IGNORECASE
)


def read_response(exchange: Exchange, asked_as: str = ANONYMOUS) -> Reading:
    """Tell what a response proves about the image that was asked for."""
    status, push = exchange.status, exchange.question is Question.PUSH
    if _is_limited(exchange) and push:
        return PushRefused(Refusal.RATE, exchange.authenticated, exchange.witness)
    if _is_limited(exchange):
        return read_limits(exchange, asked_as)
    if status >= 500 or status == 407:
        return Unavailable(_trouble(exchange), exchange.witness)
    if 300 <= status < 400:
        return NotYet("a redirect: the place that it names decides")
    if status < 300:
        return _read_success(exchange, asked_as)
    return read_push_refusal(exchange) if push else read_refusal(exchange, asked_as)


def read_limits(exchange: Exchange, asked_as: str) -> RateLimited:
    """Read the numbers of a 429; https://docs.docker.com/docker-hub/usage/pulls/ has the headers.

    The Hub's REST API gives the time of the next try in a header of its own, as a Unix time; it is
    left out, since nothing here knows the time.
    """
    headers = exchange.headers
    limit, window = _count(headers.get("ratelimit-limit", ""))
    remaining, _ = _count(headers.get("ratelimit-remaining", ""))
    retry = headers.get("retry-after", "")
    return RateLimited(
        asked_as=asked_as,
        witness=exchange.witness,
        limit=limit,
        remaining=remaining,
        window_seconds=window,
        retry_after_seconds=int(retry) if re.fullmatch(r"[0-9]{1,8}", retry) else None,
        source=headers.get("docker-ratelimit-source", "")[:100],
    )


def pulls_left(headers: Mapping[str, str]) -> int | None:
    """How many pulls this caller has left; None when the registry counts none."""
    return _count(headers.get("ratelimit-remaining", ""))[0]


def decode_object(body: str) -> dict[str, Any]:
    """The JSON object of a body; empty when it is none."""
    try:
        decoded = msgspec.json.decode(body.encode()) if body else None
    except (msgspec.DecodeError, RecursionError):
        return {}
    return decoded if isinstance(decoded, dict) else {}


def _count(value: str) -> tuple[int | None, int | None]:
    match = re.fullmatch(r"([0-9]{1,9})(?:;w=([0-9]{1,9}))?", value.strip())
    if match is None:
        return None, None
    return int(match[1]), int(match[2]) if match[2] else None


def _is_limited(exchange: Exchange) -> bool:
    error = exchange.error
    if exchange.status < 400:
        return False
    return (
        exchange.status == 429
        or _LIMITED.match(error.code) is not None
        or _LIMITED_TEXT.search(error.message) is not None
    )


def _trouble(exchange: Exchange) -> Trouble:
    if exchange.status == 407:
        return Trouble.PROXY
    return Trouble.MIRROR if exchange.error.wraps_another else Trouble.SERVER


def _read_success(exchange: Exchange, asked_as: str) -> Reading:
    match exchange.question:
        case Question.MANIFEST:
            return _read_manifest(exchange, asked_as)
        case Question.TAGS if exchange.body and not decode_object(exchange.body).get("tags"):
            return TagAbsent(asked_as=asked_as, witness=exchange.witness)
        case Question.TAGS:
            return Shown(exchange.witness)
        case Question.PUSH if exchange.method in ("POST", "PUT", "PATCH"):
            return Shown(exchange.witness)
        case Question.MANAGEMENT if "/tags/" in exchange.path:
            return Shown(exchange.witness)
        case _:
            return NotYet("it says that the caller is let in, and nothing about a tag")


def _read_manifest(exchange: Exchange, asked_as: str) -> Reading:
    if exchange.method not in ("GET", "HEAD"):
        return Shown(exchange.witness)
    media_type = exchange.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "text/html":
        return Unavailable(Trouble.MIRROR, exchange.witness)
    manifest = decode_object(exchange.body)
    media_type = str(manifest.get("mediaType") or media_type)[:200]
    known = media_type in INDEX_TYPES or media_type in IMAGE_TYPES
    if manifest.get("schemaVersion") == 1 or not (known or media_type in ("", "application/json")):
        return ManifestUnsupported(
            asked_as=asked_as, witness=exchange.witness, media_type=media_type
        )
    if artifact := _artifact_type(manifest):
        return ManifestUnsupported(asked_as=asked_as, witness=exchange.witness, media_type=artifact)
    return ImageFound(
        asked_as=asked_as,
        witness=exchange.witness,
        digest=exchange.headers.get("docker-content-digest", "")[:200],
        media_type=media_type,
    )


def _artifact_type(manifest: Mapping[str, Any]) -> str:
    """The kind of an artifact that is no container image, such as a Helm chart; else empty."""
    config = manifest.get("config")
    kind = str(config.get("mediaType") or "")[:200] if isinstance(config, dict) else ""
    return "" if kind in CONFIG_TYPES else kind

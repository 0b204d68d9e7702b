"""Manifests, indexes and configurations: platforms and labels. Pure; everything is bounded.

https://github.com/opencontainers/image-spec/blob/main/image-index.md and `config.md`
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from bot.redact import one_line
from bot.registries.answers import Platform
from bot.registries.reading import INDEX_TYPES, decode_object

_MOST_ENTRIES = 1000
_MOST_PLATFORMS = 64
_MOST_LABELS = 64
_DIGEST = re.compile(r"sha(?:256:[a-f0-9]{64}|512:[a-f0-9]{128})")
# The label that says what a build wrote it for; its entries are no images.
_ATTESTATION = "vnd.docker.reference.type"


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What a manifest or an index says, and where to read on; digests are empty when not."""

    is_index: bool = False
    platforms: tuple[Platform, ...] = ()
    labels: dict[str, str] = {}
    child: str = ""
    """Digest of the manifest of an index whose labels stand for all."""
    config: str = ""
    """Digest of a manifest's configuration."""


def read_manifest(body: str, media_type: str) -> Contents:
    """Read a manifest or an index; empty contents for a text that is neither."""
    document = decode_object(body)
    labels = read_labels(document.get("annotations"))
    if media_type in INDEX_TYPES or isinstance(document.get("manifests"), list):
        entries = list(_entries(document.get("manifests")))
        found = dict(entries)
        return Contents(
            is_index=True,
            platforms=tuple(sorted(found)[:_MOST_PLATFORMS]),
            labels=labels,
            child=found.get(Platform("linux", "amd64")) or (entries[0][1] if entries else ""),
        )
    config = document.get("config")
    digest = config.get("digest") if isinstance(config, dict) else None
    return Contents(labels=labels, config=_digest(digest))


def read_config(body: str) -> Contents:
    """Read a configuration: its one platform and its labels."""
    document = decode_object(body)
    platform = _platform(document)
    settings = document.get("config")
    return Contents(
        platforms=(platform,) if platform else (),
        labels=read_labels(settings.get("Labels") if isinstance(settings, dict) else None),
    )


def read_labels(value: object) -> dict[str, str]:
    """Labels and annotations of names and texts, at most 64, cleaned and cut."""
    if not isinstance(value, dict):
        return {}
    texts = ((name, text) for name, text in value.items() if isinstance(text, str) and name)
    return {
        one_line(str(name), 200): one_line(text, 500)
        for _, (name, text) in zip(range(_MOST_LABELS), _by_use(texts), strict=False)
    }


def _by_use(labels: Iterator[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those first that say where an image comes from, so that a flood does not push them out."""
    return sorted(labels, key=lambda label: not label[0].startswith("org.opencontainers.image."))


def _entries(value: object) -> Iterator[tuple[Platform, str]]:
    for entry in value[:_MOST_ENTRIES] if isinstance(value, list) else ():
        if not isinstance(entry, dict):
            continue
        annotations = entry.get("annotations")
        if isinstance(annotations, dict) and _ATTESTATION in annotations:
            continue
        platform = _platform(entry.get("platform"))
        if platform:
            yield platform, _digest(entry.get("digest"))


def _platform(value: object) -> Platform | None:
    if not isinstance(value, dict):
        return None
    parts: Mapping[str, Any] = value
    os, architecture, variant = (
        one_line(text, 40) if isinstance(text := parts.get(name), str) else ""
        for name in ("os", "architecture", "variant")
    )
    if not os or not architecture or os == "unknown":
        return None
    return Platform(os, architecture, variant)


def _digest(value: object) -> str:
    return value if isinstance(value, str) and _DIGEST.fullmatch(value) else ""

"""Make the parts of an image: layers, configurations, manifests, indexes."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
_EMPTY_TAR = bytes(1024)


class Stored(msgspec.Struct, frozen=True):
    """A manifest or index as it was pushed."""

    media_type: str
    body: bytes

    @property
    def digest(self) -> str:
        """The sha256 digest of the body."""
        return digest_of(self.body)


def digest_of(body: bytes) -> str:
    """`sha256:` and the hexadecimal digest."""
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def make_image(platform: str, labels: Mapping[str, str]) -> tuple[Stored, dict[str, bytes]]:
    """Make one image for `os/architecture[/variant]`: its manifest, and its blobs by digest."""
    os, architecture, *variant = platform.split("/")
    layer = gzip.compress(_EMPTY_TAR, mtime=0)
    config = msgspec.json.encode(
        {
            "os": os,
            "architecture": architecture,
            **({"variant": variant[0]} if variant else {}),
            "config": {"Labels": dict(labels)},
            "rootfs": {"type": "layers", "diff_ids": [digest_of(_EMPTY_TAR)]},
        }
    )
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": descriptor(CONFIG, config),
        "layers": [descriptor(LAYER, layer)],
    }
    blobs = {digest_of(layer): layer, digest_of(config): config}
    return Stored(MANIFEST, msgspec.json.encode(manifest)), blobs


def make_index(images: Mapping[str, Stored]) -> Stored:
    """Make an index of images by platform, with an attestation entry as BuildKit adds one."""
    entries = [
        {**descriptor(image.media_type, image.body), "platform": _platform(platform)}
        for platform, image in images.items()
    ]
    first = next(iter(images.values()))
    attestation = {
        **descriptor(MANIFEST, first.body),
        "platform": {"os": "unknown", "architecture": "unknown"},
        "annotations": {
            "vnd.docker.reference.type": "attestation-manifest",
            "vnd.docker.reference.digest": first.digest,
        },
    }
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [*entries, attestation]}
    return Stored(INDEX, msgspec.json.encode(index))


def descriptor(media_type: str, body: bytes) -> dict[str, Any]:
    """Describe content: media type, digest, size in bytes."""
    return {"mediaType": media_type, "digest": digest_of(body), "size": len(body)}


def _platform(text: str) -> dict[str, str]:
    names = ("os", "architecture", "variant")
    return dict(zip(names, text.split("/"), strict=False))

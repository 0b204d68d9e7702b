#!/usr/bin/env python3
"""Makes the images of the tests without docker and pushes them to the local registries.

A layer is a tar of one program, a configuration and a manifest are JSON; the same content gives the
same digests. Only the standard library is needed, since `up` runs this with the machine's Python.
Settings: CLUSTER_BIN, CLUSTER_REGISTRY, CLUSTER_PRIVATE_REGISTRY.
https://github.com/opencontainers/image-spec and distribution-spec
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import os
import struct
import tarfile
from collections.abc import Sequence
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LOGIN = ("reader", "only-for-tests")
"""What the private registry wants to be told; it listens on loopback and has nothing of value."""
_MEDIA = "application/vnd.oci.image.{}+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
# The header of an ELF program for arm64: a kernel for amd64 answers ENOEXEC.
_FOREIGN = struct.pack("<4s5B7xHHIQQQIHHHHHH", b"\x7fELF", 2, 1, 1, 0, 0, 2, 0xB7, 1, *[0] * 3,
                       0, 64, 56, 0, 64, 0, 0)  # fmt: skip


def program() -> bytes:
    """The program of every image: its arguments are steps, see workload/main.go."""
    return (Path(os.environ["CLUSTER_BIN"]) / "workload").read_bytes()


def push(
    registry: str,
    name: str,
    *,
    content: bytes | None = None,
    steps: Sequence[str] = ("pause",),
    user: str = "",
    architecture: str = "",
    login: tuple[str, str] | None = None,
) -> str:
    """Push REPOSITORY:TAG to a registry, HOST:PORT, and return its digest.

    With an architecture the image is an index that has that platform alone. Raises OSError when
    the registry does not take it.
    """
    repository, _, tag = name.rpartition(":")
    place = _Repository(registry, repository, login)
    tar = _tar(program() if content is None else content)
    layer = gzip.compress(tar, 1, mtime=0)
    config = {
        "architecture": architecture or "amd64",
        "os": "linux",
        "config": {"Entrypoint": ["/workload"], "Cmd": list(steps), "User": user},
        "rootfs": {"type": "layers", "diff_ids": [_digest(tar)]},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MEDIA.format("manifest.v1"),
        "config": place.blob(_MEDIA.format("config.v1"), json.dumps(config).encode()),
        "layers": [place.blob(_LAYER, layer)],
    }
    if not architecture:
        return str(place.manifest(manifest, tag)["digest"])
    entry = place.manifest(manifest, "")
    entry["platform"] = {"architecture": architecture, "os": "linux"}
    media = _MEDIA.format("index.v1")
    index = {"schemaVersion": 2, "mediaType": media, "manifests": [entry]}
    return str(place.manifest(index, tag)["digest"])


class _Repository:
    def __init__(self, registry: str, name: str, login: tuple[str, str] | None) -> None:
        self._registry = registry
        self._name = name
        self._headers: dict[str, str] = {}
        if login:
            told = base64.b64encode(":".join(login).encode()).decode()
            self._headers["Authorization"] = f"Basic {told}"

    def blob(self, media: str, body: bytes) -> dict[str, Any]:
        digest = _digest(body)
        upload = self._send("POST", f"/v2/{self._name}/blobs/uploads/", b"", media)
        place = urlsplit(upload)
        query = f"{place.query}&" if place.query else ""
        self._send("PUT", f"{place.path}?{query}digest={digest}", body, "application/octet-stream")
        return {"mediaType": media, "digest": digest, "size": len(body)}

    def manifest(self, value: dict[str, Any], tag: str) -> dict[str, Any]:
        body, media = json.dumps(value).encode(), value["mediaType"]
        self._send("PUT", f"/v2/{self._name}/manifests/{tag or _digest(body)}", body, media)
        return {"mediaType": media, "digest": _digest(body), "size": len(body)}

    def _send(self, method: str, path: str, body: bytes, media: str) -> str:
        connection = HTTPConnection(self._registry, timeout=30)
        try:
            connection.request(method, path, body, {**self._headers, "Content-Type": media})
            answer = connection.getresponse()
            said = answer.read()
        finally:
            connection.close()
        if answer.status >= 300:
            raise OSError(f"{method} {self._registry}{path}: {answer.status} {said[:500]!r}")
        return answer.headers.get("Location", "")


def _digest(body: bytes) -> str:
    return "sha256:" + hashlib.sha256(body).hexdigest()


def _tar(content: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, body, mode in (("workload", content, 0o755), ("notes.txt", b"notes\n", 0o644)):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(body), mode
            tar.addfile(member, io.BytesIO(body))
    return out.getvalue()


def push_all() -> None:
    """Push every image that the tests expect to be there."""
    registry, private = os.environ["CLUSTER_REGISTRY"], os.environ["CLUSTER_PRIVATE_REGISTRY"]
    for name in ("pause:1", "workload:1", "shop/api:1.8.0", "shop/api:1.8.1"):
        push(registry, name)
    push(registry, "shop/board:2.0.0", architecture="arm64")
    push(registry, "shop/foreign:1", content=_FOREIGN)
    push(registry, "shop/named-user:1", user="app")
    push(private, "shop/ledger:1", login=LOGIN)


if __name__ == "__main__":
    push_all()

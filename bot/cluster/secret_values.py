"""Which registries a pull secret has credentials for, and those credentials where they are wanted.

https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from bot.images import DOCKER_HUB, ImageRef
from bot.sources import PullCredential

_BROKEN = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)
_KEYS = {
    "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
    "kubernetes.io/dockercfg": ".dockercfg",
}


class _Secret(msgspec.Struct):
    type: str = ""
    data: dict[str, str | None] | None = None


def registries_of(
    type_: str, data: Mapping[str, str | None], string_data: Mapping[str, str | None]
) -> tuple[tuple[str, ...] | None, str]:
    """Name the registries of a pull secret, as it writes them, and what is wrong with it.

    None when the secret is no pull secret or its value cannot be seen (left out, or masked by the
    tool that recorded it).
    """
    entries, problem = _entries(type_, data, string_data)
    return (None if entries is None else tuple(sorted(entries))), problem


def credentials_for(body: bytes, origin: str, image: ImageRef) -> tuple[PullCredential, ...]:
    """Give a pull secret's credentials for an image, the most specific entry first.

    `body` is the Secret as the API sends it; `origin` is what a person knows it by.
    """
    try:
        secret = msgspec.json.decode(body, type=_Secret)
    except _BROKEN:
        return ()
    entries, _ = _entries(secret.type, secret.data or {}, {})
    found = [
        PullCredential(origin, *names)
        for host, entry in sorted((entries or {}).items(), key=lambda one: -len(one[0]))
        if _covers(host, image) and (names := _login(entry))
    ]
    return tuple(found)


def _entries(
    type_: str, data: Mapping[str, str | None], string_data: Mapping[str, str | None]
) -> tuple[dict[str, Any] | None, str]:
    key = _KEYS.get(type_)
    if key is None:
        return None, ""
    text = string_data.get(key) or _plain(data.get(key))
    if text is None:
        return None, ""
    try:
        document = msgspec.json.decode(text, type=dict[str, Any])
    except _BROKEN:
        return None, f"its {key} is no JSON object"
    entries = document if key == ".dockercfg" else document.get("auths")
    if not isinstance(entries, dict):
        return None, f"its {key} has no auths"
    return entries, ""


def _covers(host: str, image: ImageRef) -> bool:
    """Whether an entry is meant for an image: `*` stands within one label, a path is a prefix.

    https://kubernetes.io/docs/concepts/containers/images/#config-json
    """
    bare = re.sub(r"^https?://", "", host).rstrip("/")
    bare = re.sub(r"/v[12]$", "", bare)
    name, _, path = bare.partition("/")
    if name in ("index.docker.io", "registry-1.docker.io"):
        name = DOCKER_HUB
    wanted, given = image.registry.split("."), name.split(".")
    same = len(wanted) == len(given) and all(map(fnmatchcase, wanted, given))
    repository = f"{image.repository}/"
    return same and (not path or repository.startswith(f"{path}/"))


def _login(entry: Any) -> tuple[str, str] | None:
    """Read user name and password of an entry; `auth` is both of them in base64."""
    match entry:
        case {"auth": str(encoded)} if encoded:
            user, _, password = (_plain(encoded) or b"").decode("utf-8", "replace").partition(":")
        case {"username": str(user), "password": str(password)}:
            pass
        case _:
            return None
    return (user, password) if user and password else None


def _plain(encoded: str | None) -> bytes | None:
    """Decode a value of `data`; None for a mask such as `***HIDDEN***` and for nothing."""
    if not encoded:
        return None
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None

"""Which registries a pull secret has credentials for. The values do not leave this file.

https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import msgspec

_KEYS = {
    "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
    "kubernetes.io/dockercfg": ".dockercfg",
}


def registries_of(
    type_: str, data: Mapping[str, str | None], string_data: Mapping[str, str | None]
) -> tuple[tuple[str, ...] | None, str]:
    """Name the registries of a pull secret, as it writes them, and what is wrong with it.

    None when the secret is no pull secret or its value cannot be seen (left out, or masked by the
    tool that recorded it).
    """
    key = _KEYS.get(type_)
    if key is None:
        return None, ""
    text = string_data.get(key) or _plain(data.get(key))
    if text is None:
        return None, ""
    try:
        document = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None, f"its {key} is no JSON object"
    if key == ".dockercfg":
        return tuple(sorted(document)), ""
    entries = document.get("auths")
    if not isinstance(entries, dict):
        return None, f"its {key} has no auths"
    return tuple(sorted(entries)), ""


def _plain(encoded: str | None) -> bytes | None:
    """Decode a value of `data`; None for a mask such as `***HIDDEN***` and for nothing."""
    if not encoded:
        return None
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None

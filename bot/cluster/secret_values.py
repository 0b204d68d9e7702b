"""The values of pull secrets: read, handed to the reader of their format, and forgotten.

https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

import msgspec

from bot.registries.pull_secrets import DATA_KEYS, PullSecret, read_pull_secret

Values = Mapping[str, str | None]


class _Secret(msgspec.Struct):
    type: str = ""
    data: dict[str, str | None] | None = None


def registries_of(
    name: str, secret_type: str, data: Values, string_data: Values
) -> tuple[tuple[str, ...] | None, str]:
    """Name the registries of a pull secret, as it writes them, and what is wrong with it.

    None when the secret is no pull secret, does not parse, or its value cannot be seen (left out,
    or masked by the tool that recorded it).
    """
    key = DATA_KEYS.get(secret_type, "")
    written = string_data.get(key)
    value = written.encode() if written else _plain(data.get(key))
    if not key or value is None:
        return None, ""
    secret = read_pull_secret("", name, secret_type, {key: value})
    if secret.problem:
        return None, secret.problem
    return tuple(sorted(entry.key for entry in secret.entries)), ""


def pull_secret_from_json(namespace: str, name: str, body: bytes) -> PullSecret:
    """Read a Secret as the API sends it. Raises msgspec.MsgspecError when it is none."""
    secret = msgspec.json.decode(body, type=_Secret)
    data = {key: _plain(value) or b"" for key, value in (secret.data or {}).items()}
    return read_pull_secret(namespace, name, secret.type, data)


def _plain(encoded: str | None) -> bytes | None:
    """Decode a value of `data`; None for a mask such as `***HIDDEN***` and for nothing."""
    if not encoded:
        return None
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None

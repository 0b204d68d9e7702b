"""Pull secrets: what they hold, and which of it the kubelet takes for an image. Pure.

The rules are the kubelet's: https://github.com/kubernetes/kubernetes,
`pkg/credentialprovider/config.go`; `keyring` compares keys with images.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from bot.images import DOCKER_HUB, ImageRef
from bot.redact import one_line
from bot.registries.keyring import covers, matches, normalise, split_port
from bot.sources import PullCredential

DATA_KEYS = {
    "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
    "kubernetes.io/dockercfg": ".dockercfg",
}
_LARGEST = 1024 * 1024  # the largest Secret that Kubernetes stores
_HUB_LOOKALIKES = {
    "index.docker.io",
    "registry-1.docker.io",
    "hub.docker.com",
    "registry.hub.docker.com",
    "auth.docker.io",
    "www.docker.com",
    "docker.com",
}


class PullEntry(msgspec.Struct, frozen=True):
    """One registry of a pull secret. `key` is as written; the password is never shown."""

    key: str
    username: str
    password: str

    def __repr__(self) -> str:
        return f"PullEntry({self.key!r})"


class PullSecret(msgspec.Struct, frozen=True, kw_only=True):
    """A pull secret, read. `problem` is a sentence; with one, the kubelet uses none of it."""

    namespace: str
    name: str
    entries: tuple[PullEntry, ...] = ()
    problem: str = ""

    @property
    def origin(self) -> str:
        """How answers name it."""
        return f"pull secret {self.namespace}/{self.name}"


class _Auth(msgspec.Struct):
    username: str = ""
    password: str = ""
    auth: str = ""


class _Config(msgspec.Struct):
    auths: dict[str, _Auth]


def read_pull_secret(
    namespace: str, name: str, secret_type: str, data: Mapping[str, bytes]
) -> PullSecret:
    """Read a Secret's decoded data as the kubelet does; never raises."""
    key = DATA_KEYS.get(secret_type)
    if key is None:
        problem = (
            f"secret {name} is of type {one_line(secret_type, 100) or 'Opaque'}, which is ignored "
            "for pulling: it must be kubernetes.io/dockerconfigjson"
        )
        return PullSecret(namespace=namespace, name=name, problem=problem)
    text = data.get(key)
    if not text:
        return PullSecret(
            namespace=namespace, name=name, problem=f"secret {name} has no value at {key}"
        )
    try:
        entries = _read_entries(key, text)
    except ValueError as error:
        return PullSecret(namespace=namespace, name=name, problem=f"{key} of secret {name} {error}")
    return PullSecret(namespace=namespace, name=name, entries=entries)


def _read_entries(key: str, text: bytes) -> tuple[PullEntry, ...]:
    if len(text) > _LARGEST:
        raise ValueError("is larger than a Secret can be")
    try:
        if key == ".dockercfg":
            auths = msgspec.json.decode(text, type=dict[str, _Auth])
        else:
            auths = msgspec.json.decode(text, type=_Config).auths
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        # The decoder's own words may quote the value.
        wanted = '{"auths": {...}}' if key == ".dockerconfigjson" else "an object of registries"
        raise ValueError(f"does not parse: it must be JSON of the form {wanted}") from None
    return tuple(PullEntry(host, *_user_of(host, auth)) for host, auth in auths.items())


def _user_of(host: str, auth: _Auth) -> tuple[str, str]:
    """`auth` wins over the separate fields; a broken one spoils the whole secret."""
    if not auth.auth:
        return auth.username, auth.password
    padded = auth.auth + "=" * (-len(auth.auth) % 4)
    try:
        user, colon, password = base64.b64decode(padded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        colon = user = password = ""
    if not colon:
        raise ValueError(
            f"does not parse: auth of {one_line(host, 100)} is not base64 of user:password"
        )
    return user, password


def credentials_for(secrets: Iterable[PullSecret], image: ImageRef) -> tuple[PullCredential, ...]:
    """The credentials that the kubelet tries for an image, in its order: longer keys first.

    The default of Docker Hub is tried only when no other key fits.
    """
    entries = [
        (normalise(entry.key) or "", secret, entry)
        for secret in secrets
        for entry in secret.entries
        if covers(entry.key, image)
    ]
    by_match = [item for item in entries if matches(item[0], image)]
    ordered = sorted(by_match or entries, key=lambda item: item[0], reverse=True)
    return tuple(
        PullCredential(secret.origin, entry.username, entry.password)
        for _, secret, entry in ordered
    )


def problem_for(secrets: Sequence[PullSecret], image: ImageRef) -> str:
    """Why none of these pull secrets is used for the image, as a sentence; empty when one is."""
    if any(covers(entry.key, image) for secret in secrets for entry in secret.entries):
        return ""
    problems = [secret.problem for secret in secrets if secret.problem]
    keys = sorted({entry.key for secret in secrets for entry in secret.entries})
    if not keys:
        return "; ".join(problems) or "no pull secret has an entry"
    listed = ", ".join(one_line(key, 100) for key in keys[:5])
    more = f" and {len(keys) - 5} more" if len(keys) > 5 else ""
    return "; ".join([*problems, f"the entries are for {listed}{more}; {_wanted(keys, image)}"])


def _wanted(keys: Sequence[str], image: ImageRef) -> str:
    hosts = {(normalise(key) or "").partition("/")[0] for key in keys}
    if image.registry == DOCKER_HUB:
        near = hosts & _HUB_LOOKALIKES
        hint = f", and {sorted(near)[0]} is not taken for it as written" if near else ""
        return f"for Docker Hub the key must be https://index.docker.io/v1/{hint}"
    bare, _ = split_port(image.registry)
    if bare in {split_port(host)[0] for host in hosts} and image.registry not in hosts:
        return f"the port must be the same: the key must be {image.registry}"
    if image.registry in hosts:
        return f"the path of a key must begin as {image.name} does"
    return f"the key must be {image.registry}"

"""What pods are given: ConfigMaps, Secrets and ServiceAccounts."""

from __future__ import annotations

from bot.cluster.objects.base import LocalReference, Object


class ConfigMap(Object, frozen=True):
    """A ConfigMap: its key names only (`keys`), filled by the reader."""

    keys: tuple[str, ...] = ()


class Secret(Object, frozen=True):
    """A Secret: its type, key names and, for pull secrets, the hosts it has credentials for.

    `keys` and `registries` are filled by the reader from the values, which are then forgotten;
    `registries` is None when the values were not readable, and `problem` says what is wrong with a
    pull secret that does not parse.
    """

    type: str = ""
    keys: tuple[str, ...] = ()
    registries: tuple[str, ...] | None = None
    problem: str = ""


class ServiceAccount(Object, frozen=True):
    """A ServiceAccount."""

    image_pull_secrets: tuple[LocalReference, ...] = ()

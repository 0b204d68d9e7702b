"""Which pull secrets of a pod cover its image, by the kubelet's rules.

https://github.com/kubernetes/kubernetes/blob/master/pkg/credentialprovider/keyring.go: a key is a
host, perhaps with port and path; host labels are globs; a path is a prefix. For Docker Hub the key
is `https://index.docker.io/v1/`; `docker.io` looks right and matches nothing.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

import msgspec

from bot.cluster import objects as k
from bot.cluster.readers import facts as f
from bot.images import DOCKER_HUB, ImageRef
from bot.said import of
from bot.view import View

_TYPES = ("kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg")
_HUB_KEY = "index.docker.io"


class PullSecrets(msgspec.Struct, frozen=True, kw_only=True):
    """The pull secrets that a pod names, and what is wrong with each."""

    named: tuple[str, ...]
    missing: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()
    """Why a secret that exists gives no credential for this image, one sentence each."""
    covering: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()

    @property
    def none_covers(self) -> bool:
        """Whether it is known that no secret of the pod has a credential for the image."""
        return bool(self.named) and not self.covering and not self.unreadable


def pull_secrets(view: View, pod: k.Pod, image: ImageRef) -> PullSecrets:
    """Look at each pull secret that the pod names."""
    named = tuple(each.name for each in pod.spec.image_pull_secrets if each.name)
    told = {
        name
        for fact, item in of(view, f.PullSecretsUnavailable)
        for name in fact.names
        if item.about is pod
    }
    missing: list[str] = []
    mistakes: list[str] = []
    covering: list[str] = []
    unreadable: list[str] = []
    for name in named:
        secret = view.find(k.Secret, pod.namespace, name)
        if secret is None:
            absent = name in told or view.absent(k.Secret, pod.namespace, name)
            (missing if absent else unreadable).append(name)
        elif mistake := _mistake(secret, image):
            mistakes.append(mistake)
        elif secret.registries is None:
            unreadable.append(name)
        else:
            covering.append(name)
    return PullSecrets(
        named=named,
        missing=tuple(missing),
        mistakes=tuple(mistakes),
        covering=tuple(covering),
        unreadable=tuple(unreadable),
    )


def _mistake(secret: k.Secret, image: ImageRef) -> str:
    if secret.type not in _TYPES:
        return (
            f"secret {secret.name} has type {secret.type or 'none'}, and the kubelet reads only"
            f" {_TYPES[0]}"
        )
    if secret.problem:
        return f"secret {secret.name} does not parse: {secret.problem}"
    if secret.registries is None or any(covers(key, image) for key in secret.registries):
        return ""
    hosts = ", ".join(secret.registries) or "no registry at all"
    trap = any(_host(key) in (DOCKER_HUB, "registry-1.docker.io") for key in secret.registries)
    if image.registry == DOCKER_HUB and trap:
        return (
            f"secret {secret.name} is for {hosts}; for Docker Hub the kubelet looks for"
            f" https://{_HUB_KEY}/v1/"
        )
    return f"secret {secret.name} is for {hosts}, not for {image.registry}"


def covers(key: str, image: ImageRef) -> bool:
    """Whether a credential that is stored under this key is used for this image."""
    host, _, path = _plain(key).partition("/")
    wanted = _HUB_KEY if image.registry == DOCKER_HUB else image.registry
    name, _, port = host.partition(":")
    wanted_name, _, wanted_port = wanted.partition(":")
    labels, wanted_labels = name.split("."), wanted_name.split(".")
    return (
        port == wanted_port
        and len(labels) == len(wanted_labels)
        and all(map(fnmatchcase, wanted_labels, labels))
        and image.repository.startswith(path)
    )


def _plain(key: str) -> str:
    bare = key.partition("://")[2] or key
    for version in ("/v1", "/v2"):
        bare = bare.removesuffix("/").removesuffix(version)
    return bare.removesuffix("/")


def _host(key: str) -> str:
    return _plain(key).partition("/")[0]

"""Which key of a pull secret the kubelet takes for an image. Pure.

The rules are the kubelet's: https://github.com/kubernetes/kubernetes,
`pkg/credentialprovider/keyring.go`. Its image names are normalised before they are
compared, so Docker Hub's are `docker.io/...`: a key `docker.io` fits them as every host does, and
`https://index.docker.io/v1/` fits them as the default. `https://index.docker.io/v1` (no slash at
the end) and `registry-1.docker.io` do not.
"""

from __future__ import annotations

import fnmatch
from urllib.parse import urlsplit

from bot.images import DOCKER_HUB, ImageRef

_DEFAULT_KEY = "index.docker.io"


def covers(key: str, image: ImageRef) -> bool:
    """Whether the kubelet takes the entry of this key for the image, by itself or as default."""
    normalised = normalise(key)
    if normalised is None:
        return False
    by_default = image.registry == DOCKER_HUB and normalised == _DEFAULT_KEY
    return by_default or matches(normalised, image)


def normalise(key: str) -> str | None:
    """Host and path without scheme; a leading `/v1/` or `/v2/` of the path is dropped.

    None for a key that is no URL.
    """
    url = key if key.startswith(("https://", "http://")) else f"https://{key}"
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    path = parts.path
    if path.startswith(("/v1/", "/v2/")):
        path = path[3:]
    return parts.netloc + (path if path != "/" else "")


def matches(normalised: str, image: ImageRef) -> bool:
    """Whether host (part by part, with globs), port and beginning of the path fit the image."""
    host, slash, path = normalised.partition("/")
    name, port = split_port(host)
    image_name, image_port = split_port(image.registry)
    parts, image_parts = name.split("."), image_name.split(".")
    return (
        port == image_port
        and len(parts) == len(image_parts)
        and f"/{image.repository}".startswith(slash + path)
        and all(map(fnmatch.fnmatchcase, image_parts, parts))
    )


def split_port(host: str) -> tuple[str, str]:
    """Name and port; the port is empty where there is none."""
    if host.startswith("["):
        name, _, port = host.partition("]:")
        return name.strip("[]"), port
    name, _, port = host.partition(":")
    return name, port

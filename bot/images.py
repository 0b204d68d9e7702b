"""Image references, parsed once; afterwards nothing takes a string.

The grammar is the one that the kubelet and containerd use: https://github.com/distribution/reference
(`reference.go`, `regexp.go`, `normalize.go`).
"""

from __future__ import annotations

import re

import msgspec

_COMPONENT = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_PATH = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*", re.ASCII)
_LABEL = r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)"
_HOST = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?", re.ASCII)
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", re.ASCII)
_DIGEST_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_LONGEST = 1024
DOCKER_HUB = "docker.io"


class InvalidReferenceError(ValueError):
    """The text is no image reference; the message says why, in a person's words."""


class ImageRef(msgspec.Struct, frozen=True, order=True):
    """An image reference with the runtime's defaults filled in.

    `registry` is the host as the runtime names it (`docker.io`, not `registry-1.docker.io`);
    `tag` is None only when a digest stands alone.
    """

    registry: str
    repository: str
    tag: str | None = None
    digest: str | None = None

    @property
    def name(self) -> str:
        """Registry and repository, without tag or digest."""
        return f"{self.registry}/{self.repository}"

    @property
    def api_host(self) -> str:
        """The host that answers the distribution API for this registry."""
        return "registry-1.docker.io" if self.registry == DOCKER_HUB else self.registry

    @property
    def version(self) -> str:
        """What the runtime resolves: the digest where there is one, else the tag."""
        return self.digest or self.tag or "latest"

    @property
    def short(self) -> str:
        """As a person writes it: Docker Hub's host and `library/` left out."""
        name = self.name.removeprefix(f"{DOCKER_HUB}/").removeprefix("library/")
        return name + self._suffix()

    def __str__(self) -> str:
        return self.name + self._suffix()

    def _suffix(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return tag + (f"@{self.digest}" if self.digest else "")


def parse(text: str) -> ImageRef:
    """Parse a reference as the kubelet and containerd do.

    Raises InvalidReferenceError for a text that is none.
    """
    if not text:
        raise InvalidReferenceError("the image reference is empty")
    if len(text) > _LONGEST:
        raise InvalidReferenceError(f"the image reference is longer than {_LONGEST} characters")
    if re.fullmatch(r"[a-f0-9]{64}", text):
        raise InvalidReferenceError("64 hexadecimal digits are an image ID, not a name")
    name, has_digest, digest = text.partition("@")
    if has_digest:
        _check_digest(digest)
    registry, remainder = _split_host(name)
    repository, has_tag, tag = remainder.partition(":")
    registry, repository = _normalise(registry, repository)
    _check_name(registry, repository)
    if has_tag and not _TAG.fullmatch(tag):
        raise InvalidReferenceError(f"the tag {tag!r} is not valid")
    if not has_tag and not has_digest:
        tag = "latest"
    return ImageRef(registry, repository, tag or None, digest or None)


def _split_host(name: str) -> tuple[str, str]:
    head, slash, rest = name.partition("/")
    is_host = head == "localhost" or "." in head or ":" in head or head.lower() != head
    return (head, rest) if slash and is_host else (DOCKER_HUB, name)


def _normalise(registry: str, repository: str) -> tuple[str, str]:
    if registry == "index.docker.io":
        registry = DOCKER_HUB
    if registry == DOCKER_HUB and "/" not in repository:
        repository = f"library/{repository}"
    return registry, repository


def _check_digest(digest: str) -> None:
    algorithm, _, digits = digest.partition(":")
    length = _DIGEST_LENGTHS.get(algorithm)
    if length is None or len(digits) != length or not re.fullmatch(r"[a-f0-9]+", digits):
        raise InvalidReferenceError(f"the digest {digest!r} is not valid")


def _check_name(registry: str, repository: str) -> None:
    if repository.lower() != repository:
        raise InvalidReferenceError(f"the repository name {repository!r} must be lower case")
    if not _HOST.fullmatch(registry):
        raise InvalidReferenceError(f"the registry host {registry!r} is not valid")
    if not _PATH.fullmatch(repository) or len(repository) > 255:
        raise InvalidReferenceError(f"the repository name {repository!r} is not valid")

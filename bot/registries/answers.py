"""Every answer a registry can give about one image: one class each, so that `match` is complete."""

from __future__ import annotations

import msgspec


class Witness(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP exchange with a registry or its management API, without any secret."""

    method: str
    url: str
    status: int
    code: str = ""
    """The protocol's own error code, for example MANIFEST_UNKNOWN."""
    message: str = ""
    """The server's words, redacted and cut."""


class Answer(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """What every answer carries: who asked, and the exchange that proves it."""

    asked_as: str
    """`anonymous`, `the bot's credential for HOST`, or `pull secret NAMESPACE/NAME`."""
    witness: Witness


class Platform(msgspec.Struct, frozen=True, order=True):
    """An entry of an image index: what kind of node it runs on."""

    os: str
    architecture: str
    variant: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)


class ImageFound(Answer, frozen=True, tag=True, kw_only=True):
    """The manifest is there and these credentials may read it."""

    digest: str
    media_type: str
    platforms: tuple[Platform, ...] = ()
    """Empty when the configuration could not be read."""
    labels: dict[str, str] = {}
    """OCI annotations and configuration labels, merged; data from outside."""


class TagAbsent(Answer, frozen=True, tag=True, kw_only=True):
    """The repository is readable, the tag or digest is not there."""


class RepositoryAbsent(Answer, frozen=True, tag=True, kw_only=True):
    """The registry, or its management API to a caller with read rights, has no such repository."""


class MissingOrPrivate(Answer, frozen=True, tag=True, kw_only=True):
    """The registry gives one answer for both, and no better witness was available."""


class AccessDenied(Answer, frozen=True, tag=True, kw_only=True):
    """The repository exists, and these credentials (or none) may not read it."""

    exists_because: str
    """What proves that it exists."""


class CredentialRejected(Answer, frozen=True, tag=True, kw_only=True):
    """Credentials were sent and refused."""


class RateLimited(Answer, frozen=True, tag=True, kw_only=True):
    """429: numbers as the registry's headers give them, None where it gives none."""

    limit: int | None = None
    remaining: int | None = None
    window_seconds: int | None = None
    retry_after_seconds: int | None = None
    source: str = ""
    """Whom the registry counted: an address or an account."""


class ManifestUnsupported(Answer, frozen=True, tag=True, kw_only=True):
    """Something is there that no current runtime runs (schema 1, an artifact)."""

    media_type: str


class PolicyRejected(Answer, frozen=True, tag=True, kw_only=True):
    """The image exists, and the registry's policy forbids to pull it."""


ImageLookUp = (
    ImageFound
    | TagAbsent
    | RepositoryAbsent
    | MissingOrPrivate
    | AccessDenied
    | CredentialRejected
    | RateLimited
    | ManifestUnsupported
    | PolicyRejected
)


class TagList(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The tags of a repository: all of them, or the first pages."""

    tags: tuple[str, ...]
    complete: bool
    witness: Witness


def describe(look_up: ImageLookUp) -> str:
    """Say what an answer means, in one clause."""
    match look_up:
        case ImageFound():
            return "it is there and can be pulled"
        case TagAbsent():
            return "the repository is there, this tag or digest is not"
        case RepositoryAbsent():
            return "the registry has no such repository"
        case MissingOrPrivate():
            return "missing or private: the registry gives the same answer for both"
        case AccessDenied():
            return f"it exists ({look_up.exists_because}), and may not be read by this caller"
        case CredentialRejected():
            return "the registry refuses the credential: it is wrong, revoked or expired"
        case RateLimited():
            wait = look_up.retry_after_seconds
            return "the pull rate limit is reached" + (f"; try again in {wait} s" if wait else "")
        case ManifestUnsupported():
            return f"no current runtime runs what is there ({look_up.media_type})"
        case PolicyRejected():
            return "it exists, and the registry's policy forbids to pull it"

"""A registry's answer about one image, as text."""

from __future__ import annotations

import msgspec

from bot.images import ImageRef
from bot.redact import one_line
from bot.registries.answers import (
    AccessDenied,
    CredentialRejected,
    ImageFound,
    ImageLookUp,
    ManifestUnsupported,
    MissingOrPrivate,
    PolicyRejected,
    RateLimited,
    RepositoryAbsent,
    TagAbsent,
)


class ImageAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What `python -m bot image` found out."""

    image: str
    look_up: ImageLookUp
    nearest: tuple[str, ...] = ()


def render(image: ImageRef, answer: ImageAnswer) -> str:
    """The answer first, then who asked and what proves it."""
    lines = [f"{image.short}: {verdict(answer.look_up)}"]
    if answer.nearest:
        lines.append(f"near it    {', '.join(answer.nearest)}")
    if isinstance(answer.look_up, ImageFound):
        lines.append(f"digest     {answer.look_up.digest}")
        platforms = ", ".join(str(platform) for platform in answer.look_up.platforms)
        lines.append(f"platforms  {platforms or 'the configuration could not be read'}")
    witness = answer.look_up.witness
    lines.append(f"asked as   {answer.look_up.asked_as}, from this machine (not from a node)")
    said = f"{witness.status} {witness.code} {one_line(witness.message, 120)}".strip()
    lines.append(f"proof      {witness.method} {witness.url} answered {said}")
    return "\n".join(lines)


def verdict(look_up: ImageLookUp) -> str:
    """One sentence for each answer."""
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

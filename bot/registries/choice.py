"""Which of several callers' answers to believe. Pure."""

from __future__ import annotations

from collections.abc import Sequence

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

_PULL_SECRET = "pull secret"  # noqa: S105 -- how such a caller is named
# Best proved first. A definite absence beats a refusal, and what says least comes last.
_ORDER: tuple[type[ImageLookUp], ...] = (
    ImageFound,
    ManifestUnsupported,
    PolicyRejected,
    TagAbsent,
    RepositoryAbsent,
    AccessDenied,
    MissingOrPrivate,
    RateLimited,
    CredentialRejected,
)
_EXISTS = (ImageFound, ManifestUnsupported, PolicyRejected)
_REFUSED = (MissingOrPrivate, AccessDenied, CredentialRejected)


def bot_asks_as(host: str) -> str:
    """How an answer names the bot's own credential."""
    return f"the bot's credential for {host}"


def choose(answers: Sequence[ImageLookUp]) -> ImageLookUp:
    """Pick the best proved answer about one image. `answers` is not empty.

    The pod's own credentials come first where they were used: the kubelet does not fall back to
    asking anonymously once a credential matches (kubernetes, pkg/kubelet/kuberuntime), so an
    image that everybody else can read still fails with them.
    """
    ranked = sorted(answers, key=lambda answer: _ORDER.index(type(answer)))
    own = [answer for answer in ranked if answer.asked_as.startswith(_PULL_SECRET)]
    if not own or isinstance(own[0], _EXISTS):
        return own[0] if own else ranked[0]
    absent = next((item for item in ranked if isinstance(item, TagAbsent | RepositoryAbsent)), None)
    if absent is not None:
        return absent
    rejected = next((item for item in own if isinstance(item, CredentialRejected)), None)
    if rejected is not None:
        return rejected
    if isinstance(own[0], _REFUSED) and isinstance(ranked[0], _EXISTS):
        return AccessDenied(
            asked_as=own[0].asked_as,
            witness=own[0].witness,
            exists_because=f"{ranked[0].asked_as} reads it",
        )
    return own[0]

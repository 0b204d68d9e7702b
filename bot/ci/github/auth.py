"""As whom GitHub is asked: nobody, a token, or a GitHub App's installation.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
"""

from __future__ import annotations

from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bot.ci.github.app import App
from bot.ci.github.http import Http
from bot.ci.github.question import Credential, Identity
from bot.evidence import GapReason
from bot.sources import SourceError
from config.settings import GitHubSettings

NOBODY = Credential(Identity.NOBODY, "nobody")


class Credentials(Protocol):
    """Finds the credential for a question. `repository` is `owner/name`."""

    identity: Identity

    async def for_repository(self, repository: str, *, write: bool = False) -> Credential:
        """The credential with which to ask about a repository."""
        ...

    async def for_owner(self, owner: str) -> Credential:
        """The credential with which to ask about all repositories of an owner."""
        ...

    def forget(self, credential: Credential) -> bool:
        """Drop a credential that GitHub refused; True when a new one may do better."""
        ...


class Fixed:
    """One credential for everything: a token, or none."""

    def __init__(self, credential: Credential) -> None:
        self.identity = credential.identity
        self._credential = credential

    async def for_repository(self, repository: str, *, write: bool = False) -> Credential:  # noqa: ARG002
        """Give the one credential."""
        return self._credential

    async def for_owner(self, owner: str) -> Credential:  # noqa: ARG002
        """Give the one credential."""
        return self._credential

    def forget(self, credential: Credential) -> bool:  # noqa: ARG002
        """Keep it: there is no other."""
        return False


def credentials(settings: GitHubSettings, http: Http) -> Credentials:
    """Choose by the settings; an App wins over a token. Raises SourceError NOT_CONFIGURED."""
    if settings.app_id or settings.app_private_key:
        return App(http, settings.app_id, _private_key(settings))
    if settings.token:
        return Fixed(Credential(Identity.TOKEN, "token", settings.token.reveal().strip()))
    return Fixed(NOBODY)


def _private_key(settings: GitHubSettings) -> RSAPrivateKey:
    if not settings.app_id:
        raise SourceError(
            GapReason.NOT_CONFIGURED, "a GitHub App's private key is set without the App's id"
        )
    if not settings.app_private_key:
        raise SourceError(
            GapReason.NOT_CONFIGURED, "a GitHub App's id is set without the App's private key"
        )
    # An environment variable often carries the line ends of a PEM file as two characters.
    text = settings.app_private_key.reveal().replace("\\n", "\n").strip()
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError) as error:
        raise SourceError(
            GapReason.NOT_CONFIGURED,
            "the GitHub App's private key cannot be read: it is no unencrypted PEM file",
            "Use the .pem file as GitHub gave it, from BEGIN to END line.",
        ) from error
    if not isinstance(key, RSAPrivateKey):
        raise SourceError(
            GapReason.NOT_CONFIGURED,
            "the GitHub App's private key is no RSA key",
            "Generate a private key in the App's settings and use that file.",
        )
    return key

"""A question to GitHub and its answer: what is asked, as whom, and what came back."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from bot.redact import one_line


class Identity(StrEnum):
    """As whom GitHub is asked."""

    NOBODY = "nobody"
    TOKEN = "token"  # noqa: S105
    APP = "app"
    NOT_INSTALLED = "app that is not installed there"
    """Public data only, as for nobody; but the remedy is another."""

    @property
    def anonymous(self) -> bool:
        """Whether questions go without a token."""
        return self in {Identity.NOBODY, Identity.NOT_INSTALLED}


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One request, and what a person needs to know about it when it fails."""

    path: str
    about: str
    """What is asked for, so that `GitHub does not show {about}` is a sentence."""
    needs: str
    """The permission, as GitHub writes it in its header: `actions=read`."""
    repository: str = ""
    method: str = "GET"
    params: tuple[tuple[str, str], ...] = ()
    body: dict[str, object] | None = None
    accept: str = "application/vnd.github+json"
    resource: str = "core"
    repeatable: bool = False
    """For a POST: asking twice does no harm (it issues a token)."""
    takes_link: bool = False
    """The answer is a link (302) to a download elsewhere, to be taken without a token."""

    @property
    def write(self) -> bool:
        """Whether asking changes something."""
        return self.method != "GET" and not self.repeatable


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An HTTP answer read to its end. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str = ""
    """Where it came from, after redirects: a renamed repository answers under its number."""

    @property
    def message(self) -> str:
        """The sentence that GitHub puts into its refusals; empty where it has none."""
        try:
            refused = msgspec.json.decode(self.body, type=_Refusal)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return ""
        details = (
            item if isinstance(item, str) else str(item.get("message") or item.get("code") or "")
            for item in refused.errors[:5]
        )
        return one_line("; ".join(text for text in (refused.message, *details) if text))


class _Refusal(msgspec.Struct):
    message: str = ""
    errors: list[str | dict[str, object]] = []


class Credential(msgspec.Struct, frozen=True):
    """A token, and the account whose rate limit it draws on."""

    identity: Identity
    account: str
    token: str = ""

    def __repr__(self) -> str:
        return f"Credential({self.identity}, {self.account!r})"

"""What GitHub's refusals mean, as errors for people: what happened, what is missing, what to do.

Statuses and texts: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
and https://docs.github.com/en/rest/actions/workflows#create-a-workflow-dispatch-event.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from bot.evidence import GapReason
from bot.redact import one_line
from bot.sources import SourceError

PERMISSIONS_HEADER = "x-accepted-github-permissions"
_SCOPES_HEADER = "x-accepted-oauth-scopes"
"""Which scopes of a classic token would do; only answers to classic tokens have such headers."""
_BLOCKED = (
    ("saml", "Authorise the bot's token for the organisation's single sign-on."),
    ("ip allow list", "Add this machine's address to the organisation's IP allow list."),
    ("access blocked", "Ask GitHub's support: the repository is blocked."),
    ("billing", "Ask an owner of the account to settle its billing."),
)
"""What blocks a credential that has every permission, by words of GitHub's message."""
_TITLES = {
    "actions_variables": "Variables",
    "organization_actions_variables": "Organization variables",
    "organization_self_hosted_runners": "Organization self-hosted runners",
}


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

    @property
    def message(self) -> str:
        """The sentence that GitHub puts into its refusals; empty where it has none."""
        try:
            refused = msgspec.json.decode(self.body, type=_Refusal)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return ""
        details = (
            item if isinstance(item, str) else str(item.get("message") or item.get("code") or "")
            for item in refused.errors[:5]
        )
        return one_line("; ".join(text for text in (refused.message, *details) if text))


class _Refusal(msgspec.Struct):
    message: str = ""
    errors: list[str | dict[str, object]] = []


def refusal(question: Question, answer: Answer, identity: Identity) -> SourceError:
    """Make the error for an answer that is no success and no rate limit."""
    said = f": {answer.message}" if answer.message else ""
    match answer.status:
        case 401 if identity.anonymous:
            detail = f"GitHub does not show {question.about} without a token"
            return SourceError(GapReason.UNAUTHORIZED, detail, grant(question, answer, identity))
        case 401:
            return SourceError(
                GapReason.UNAUTHORIZED,
                f"GitHub refused the bot's credential{said}",
                "Replace the GitHub token: it is wrong, expired or revoked."
                if identity is Identity.TOKEN
                else "Check the GitHub App's id and private key, and this machine's clock.",
            )
        case 403 | 451:
            return SourceError(
                GapReason.UNAUTHORIZED if identity.anonymous else GapReason.FORBIDDEN,
                f"GitHub does not show {question.about}{said}",
                _blocked(answer) or grant(question, answer, identity),
            )
        case 404 | 410:
            return not_found(question, answer, identity)
        case status if status >= 500:
            detail = f"GitHub answered {status} for {question.about}"
            return SourceError(GapReason.UNREACHABLE, detail, "See https://www.githubstatus.com.")
        case status:
            detail = f"GitHub answered {status} for {question.about}{said}"
            return SourceError(GapReason.GARBLED, detail)


def not_found(question: Question, answer: Answer, identity: Identity) -> SourceError:
    """Make the error for a 404: it does not tell absent from not allowed, so neither do we."""
    if identity.anonymous:
        detail = (
            f"GitHub answered 404 for {question.about}: it does not exist, or it is private "
            "and the bot has no GitHub token for it"
        )
        reason = GapReason.UNAUTHORIZED
    else:
        detail = (
            f"GitHub answered 404 for {question.about}: it does not exist, or the bot's "
            f"{_holder(identity)} may not see it"
        )
        reason = GapReason.FORBIDDEN
    return SourceError(reason, detail, grant(question, answer, identity))


def grant(question: Question, answer: Answer, identity: Identity) -> str:
    """Say which permission to grant, to whom and where."""
    names = permission_names(answer.headers.get(PERMISSIONS_HEADER, "") or question.needs)
    where = f" on {question.repository}" if question.repository else ""
    match identity:
        case Identity.NOBODY:
            return f"Give the bot a GitHub App or a token that has {names}{where}."
        case Identity.TOKEN if "x-oauth-scopes" in answer.headers:
            scopes = one_line(answer.headers.get(_SCOPES_HEADER, "")) or "repo"
            return (
                f"Give the bot's classic token the scope {scopes}, from somebody who has the "
                f"rights{where}; or a fine-grained token that has {names}."
            )
        case Identity.TOKEN:
            return (
                f"Give the bot's token {names}{where} "
                "(GitHub: Settings → Developer settings → Fine-grained tokens)."
            )
        case Identity.NOT_INSTALLED:
            place = question.repository or "the owner"
            return f"Install the GitHub App for {place}, with {names}."
        case Identity.APP:
            return (
                f"Grant the GitHub App {names} (its settings → Permissions & events), accept the "
                f"request in the installation, and check that the installation covers "
                f"{question.repository or 'the repository'}."
            )


def permission_names(header: str) -> str:
    """Write `actions=write; contents=read,checks=read` as GitHub's own pages do.

    Alternatives are separated by `;`, permissions that are needed together by `,`.
    """
    choices = []
    for choice in header[:500].split(";"):
        pairs = [pair.strip().partition("=") for pair in choice.split(",") if pair.strip()]
        names = [f"{_title(one_line(name, 60))}: {level or 'read'}" for name, _, level in pairs]
        if names:
            choices.append(" and ".join(names))
    return ", or ".join(choices) or "access"


def _blocked(answer: Answer) -> str:
    said = answer.message.lower()
    return next((fix for words, fix in _BLOCKED if words in said), "")


def unfinished(question: Question, why: str) -> SourceError:
    """Make the error for an action of which nobody knows whether it was carried out."""
    return SourceError(
        GapReason.TIMED_OUT,
        f"GitHub {why} when the bot asked it to {question.about}; "
        "it may have been done all the same",
        "Look at the repository's Actions page before you try again.",
    )


def _title(name: str) -> str:
    return _TITLES.get(name, name.replace("_", " ").capitalize())


def _holder(identity: Identity) -> str:
    return "GitHub App" if identity is Identity.APP else "token"

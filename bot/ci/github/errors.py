"""What GitHub's refusals mean, as errors for people: what happened, what is missing, what to do.

Statuses and texts: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
and https://docs.github.com/en/rest/actions/workflows#create-a-workflow-dispatch-event.
"""

from __future__ import annotations

from bot.ci.github.question import Answer, Identity, Question
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


def limit_reached(answer: Answer) -> str:
    """Name the rate limit that an answer 403 or 429 means; empty when it means something else."""
    if answer.status not in {403, 429}:
        return ""
    said = answer.message.lower()
    if "secondary rate limit" in said or "abuse detection" in said:
        return "secondary rate limit"
    used_up = answer.headers.get("x-ratelimit-remaining") == "0" or "retry-after" in answer.headers
    if used_up or answer.status == 429 or "api rate limit exceeded" in said:
        return "rate limit"
    return ""


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

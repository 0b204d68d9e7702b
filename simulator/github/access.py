"""Who may ask what: tokens, the App's JWT, permissions and rate limits, as GitHub refuses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import jwt
import msgspec
from aiohttp import web

from simulator.github.repository import SimulatedRepository
from simulator.github.state import GitHubState, Grant, Installation, Spent

DOCS = "https://docs.github.com/rest"


class RefusedError(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})

    def body(self) -> bytes:
        """The JSON that GitHub sends with it."""
        return msgspec.json.encode(
            {"message": self.message, "documentation_url": DOCS, "status": str(self.status)}
        )


def not_found() -> RefusedError:
    """What GitHub says of things that are not there and of things that one may not see."""
    return RefusedError(404, "Not Found")


def bearer(request: web.Request) -> str:
    """The token of a request; empty without one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() in {"bearer", "token"} else ""


def identify(state: GitHubState, request: web.Request) -> Grant | None:
    """The grant of a request's token; None for nobody. Refuses tokens that are not good."""
    token = bearer(request)
    if not token:
        return None
    grant = state.grants.get(token)
    if grant is None or (grant.expires_at and grant.expires_at <= state.clock.now()):
        raise RefusedError(401, "Bad credentials")
    return grant


def identify_app(state: GitHubState, request: web.Request) -> None:
    """Check the App's own JWT."""
    token = bearer(request)
    if not token:
        raise RefusedError(401, "Requires authentication")
    try:
        claims = jwt.decode(
            token,
            state.app_public_key,
            algorithms=["RS256"],
            options={"verify_exp": False, "verify_iat": False},
        )
    except jwt.PyJWTError as error:
        raise RefusedError(401, "A JSON web token could not be decoded") from error
    now = state.clock.now().timestamp()
    if str(claims.get("iss")) != state.app_id:
        raise RefusedError(401, "Integration not found")
    if claims["iat"] > now:
        message = "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"  # noqa: E501
        raise RefusedError(401, message)
    if claims["exp"] > now + timedelta(minutes=10).total_seconds():
        raise RefusedError(401, "'Expiration time' claim ('exp') is too far in the future")
    if claims["exp"] < now:
        message = "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"  # noqa: E501
        raise RefusedError(401, message)


def admit(
    repo: SimulatedRepository | None, grant: Grant | None, needs: str, public: bool
) -> SimulatedRepository:
    """Give the repository when this grant may ask for it; refuse as GitHub does."""
    if repo is None:
        raise not_found()
    covered = grant is not None and (
        grant.repositories is None or repo.full_name.lower() in grant.repositories
    )
    if not covered and repo.private:
        raise not_found()
    if needs == "metadata=read" or (not repo.private and public):
        return repo
    check(grant if covered else None, grant is not None, needs)
    return repo


def check(grant: Grant | None, known: bool, needs: str) -> None:
    """Refuse when the grant has not the permission."""
    if grant is not None and grant.allows(needs):
        return
    if not known:
        raise RefusedError(401, "Requires authentication")
    holder = "integration" if grant and grant.installation else "personal access token"
    raise RefusedError(
        403,
        f"Resource not accessible by {holder}",
        {"X-Accepted-GitHub-Permissions": needs},
    )


def charge(state: GitHubState, grant: Grant | None, resource: str) -> Spent:
    """Count a request; refuse when the account has none left."""
    account = grant.account if grant else "nobody"
    limit = state.token_limit if grant else state.anonymous_limit
    spent = state.spending(account, resource, 10 if resource == "code_search" else limit)
    if spent.used >= spent.limit:
        raise RefusedError(
            403, f"API rate limit exceeded for {account}.", limit_headers(spent, resource)
        )
    spent.used += 1
    return spent


def limit_headers(spent: Spent, resource: str) -> dict[str, str]:
    """The headers in which GitHub tells what is left."""
    return {
        "X-RateLimit-Limit": str(spent.limit),
        "X-RateLimit-Remaining": str(max(0, spent.limit - spent.used)),
        "X-RateLimit-Used": str(spent.used),
        "X-RateLimit-Reset": str(int(spent.reset.timestamp()) + 1),
        "X-RateLimit-Resource": resource,
    }


def installed(state: GitHubState, owner: str, full_name: str = "") -> Installation:
    """The installation for an owner or a repository; 404 when there is none."""
    for item in state.installations:
        covers = item.repositories is None or full_name.lower() in item.repositories
        if item.owner.lower() == owner.lower() and (not full_name or covers):
            return item
    raise not_found()

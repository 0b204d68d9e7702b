"""Who is let in: Docker Hub's tokens, and a plain registry's user names and passwords."""

from __future__ import annotations

import re
import secrets
from typing import Protocol

from aiohttp import web

from simulator.faults import Handler
from simulator.registry.protocol import RegistryError, json, read_basic
from simulator.registry.state import Account, Grant, RegistryState

_SERVICE = "registry.docker.io"
_SCOPE = re.compile(r"repository(?:\([a-z]{1,20}\))?:([^:]{1,300}):([a-z,*]{1,40})")


class Access(Protocol):
    """Decides about one request. Raises RegistryError; gives the account's name, or the address."""

    def check(self, request: web.Request, repository: str, action: str) -> str:
        """Let a request for a repository through, or raise."""
        ...


class TokenAccess:
    """Bearer tokens. A token is always issued; what it lacks shows at the registry only."""

    def __init__(self, state: RegistryState, realm: str = "") -> None:
        self._state = state
        self._realm = realm

    def check(self, request: web.Request, repository: str, action: str) -> str:
        """Let a token through that reaches the repository."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise self._refuse(request, repository, action, "")
        grant = self._state.tokens.get(token)
        if grant is None or grant.until < self._state.now().timestamp():
            raise self._refuse(request, repository, action, "invalid_token")
        wanted = {"pull", "push"} if action == "push" else {"pull"}
        if repository and (grant.repository != repository or not wanted <= grant.actions):
            raise self._refuse(request, repository, action, "insufficient_scope")
        return grant.account or request.remote or ""

    def _refuse(
        self, request: web.Request, repository: str, action: str, error: str
    ) -> RegistryError:
        actions = "pull,push" if action == "push" else "pull"
        realm = self._realm or f"{request.scheme}://{request.host}/token"
        parameters = {"realm": realm, "service": _SERVICE}
        if repository:
            parameters["scope"] = f"repository:{repository}:{actions}"
        if error:
            parameters["error"] = error
        challenge = ",".join(f'{name}="{value}"' for name, value in parameters.items())
        detail = [
            {"Type": "repository", "Class": "", "Name": repository, "Action": one}
            for one in actions.split(",")
        ]
        refusal = RegistryError(
            401,
            "UNAUTHORIZED",
            "authentication required",
            detail if repository else None,
            {"WWW-Authenticate": f"Bearer {challenge}"},
        )
        if error == "insufficient_scope":
            denied = {"code": "DENIED", "message": "requested access to the resource is denied"}
            refusal.errors.insert(0, denied)
        return refusal

    async def token(self, request: web.Request) -> web.Response:
        """The token service: the intersection of what is asked for and what is allowed."""
        basic = read_basic(request.headers.get("Authorization", ""))
        account = self._state.log_in(*basic) if basic else None
        if basic and account is None:
            return json(401, {"details": "incorrect username or password"})
        if request.query.get("service") != _SERVICE:
            return json(400, {"details": "invalid service"})
        repository, actions = self._granted(account, request.query.getall("scope", []))
        token = secrets.token_urlsafe(32)
        seconds = self._state.token_seconds
        now = self._state.now()
        self._state.tokens[token] = Grant(
            account=account.name if account else "",
            repository=repository,
            actions=actions,
            until=now.timestamp() + seconds,
        )
        issued = now.isoformat().replace("+00:00", "Z")
        return json(
            200,
            {"token": token, "access_token": token, "expires_in": seconds, "issued_at": issued},
        )

    def _granted(self, account: Account | None, scopes: list[str]) -> tuple[str, frozenset[str]]:
        for scope in " ".join(scopes).split():
            match = _SCOPE.fullmatch(scope)
            if match:
                wanted = match[2].replace("*", "pull,push").split(",")
                allowed = (a for a in wanted if self._state.may(account, match[1], a))
                return match[1], frozenset(allowed)
        return "", frozenset()


class PasswordAccess:
    """Basic authentication on every request, as htpasswd gives it to distribution/distribution."""

    def __init__(self, state: RegistryState) -> None:
        self._state = state

    def check(self, request: web.Request, repository: str, action: str) -> str:
        """Let the owner of a right password through."""
        basic = read_basic(request.headers.get("Authorization", ""))
        account = self._state.log_in(*basic) if basic else None
        if account is None:
            raise RegistryError(
                401,
                "UNAUTHORIZED",
                "authentication required",
                headers={"WWW-Authenticate": 'Basic realm="Registry Realm"'},
            )
        if repository and not self._state.may(account, repository, action):
            raise RegistryError(403, "DENIED", "requested access to the resource is denied")
        return account.name


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer with the protocol's errors."""
    try:
        return await handler(request)
    except RegistryError as error:
        return error.response()

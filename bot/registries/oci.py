"""The distribution protocol: a question, the challenge, a token, the question again.

https://distribution.github.io/distribution/spec/auth/token/ and
https://github.com/opencontainers/distribution-spec/blob/main/spec.md
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

import msgspec

from bot.images import ImageRef
from bot.registries.asking import Http, Response
from bot.registries.exchange import Exchange
from bot.registries.policy import Policy, Site
from bot.registries.reading import IMAGE_TYPES, INDEX_TYPES, decode_object
from bot.registries.wire import Challenge
from bot.sources import PullCredential

ACCEPT = ", ".join((*INDEX_TYPES, *IMAGE_TYPES))
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_MOST_TOKENS = 256
_TOKEN_SECONDS = 60
"""How long a token lives whose issuer does not say it; the protocol's own default."""
_MARGIN_SECONDS = 10
# User names that say that the password is a refresh token (docker/cli, ACR).
_IDENTITY_NAMES = {"<token>", "00000000-0000-0000-0000-000000000000"}


class _Key(msgspec.Struct, frozen=True):
    site: str
    repository: str
    credential: PullCredential | None


class Oci:
    """Questions by the distribution protocol. Raises SourceError."""

    def __init__(self, http: Http, policy: Policy, clock: Callable[[], float]) -> None:
        self._http = http
        self._policy = policy
        self._clock = clock
        self._authorizations: dict[_Key, tuple[str, float]] = {}

    async def ask(
        self,
        method: str,
        site: Site,
        image: ImageRef,
        tail: str,
        credential: PullCredential | None = None,
    ) -> Exchange:
        """Ask for `/v2/REPOSITORY/TAIL`; the last exchange is the answer, be it the token's."""
        key = _Key(site.base, image.repository, credential)
        path = f"/v2/{image.repository}/{tail}"
        cached = self._cached(key)
        answer = await self._send(method, site, path, cached, credential)
        if answer.status != 401:
            return answer
        self._authorizations.pop(key, None)
        outcome = await self._authorize(site, key, answer.challenges)
        if isinstance(outcome, Exchange):
            return outcome
        if not outcome:
            return msgspec.structs.replace(answer, answered_challenge=True)
        return await self._send(method, site, path, outcome, credential)

    def _cached(self, key: _Key) -> str:
        header, until = self._authorizations.get(key, ("", 0.0))
        return header if self._clock() < until else ""

    def _keep(self, key: _Key, header: str, seconds: float) -> None:
        if len(self._authorizations) >= _MOST_TOKENS:
            self._authorizations.clear()
        self._authorizations[key] = (header, self._clock() + seconds)

    async def _send(
        self,
        method: str,
        site: Site,
        path: str,
        authorization: str,
        credential: PullCredential | None,
    ) -> Exchange:
        headers = {"Accept": ACCEPT}
        if authorization:
            headers["Authorization"] = authorization
        response = await self._http.ask(method, site.base + path, headers=headers)
        return Exchange(
            host=site.api_host,
            kind=site.kind.name,
            method=method,
            path=path,
            status=response.status,
            headers=response.headers,
            body=text_of(response),
            authenticated=bool(authorization) and credential is not None,
            answered_challenge=bool(authorization),
        )

    async def _authorize(
        self, site: Site, key: _Key, challenges: tuple[Challenge, ...]
    ) -> str | Exchange:
        """Answer a challenge: a header, the exchange that refused it, or nothing to answer with."""
        for challenge in challenges:
            if challenge.scheme == "bearer" and challenge.realm:
                return await self._token(site, key, challenge)
            if challenge.scheme == "basic" and key.credential is not None:
                header = basic(key.credential)
                self._keep(key, header, _TOKEN_SECONDS)
                return header
        return ""

    async def _token(self, site: Site, key: _Key, challenge: Challenge) -> str | Exchange:
        origin = self._policy.check_realm(site, challenge.realm)
        path = urlsplit(challenge.realm).path or "/"
        response, query = await self._ask_for_token(f"{origin}{path}", key, challenge)
        token, seconds = _read_token(response)
        if response.status == 200 and token:
            header = f"Bearer {token}"
            self._keep(key, header, seconds - _MARGIN_SECONDS)
            return header
        return Exchange(
            host=urlsplit(str(origin)).netloc,
            kind=site.kind.name,
            method="GET",
            path=f"{path}?{query}",
            status=response.status if response.status != 200 else 502,
            headers=response.headers,
            body=text_of(response),
            authenticated=key.credential is not None,
            answered_challenge=True,
        )

    async def _ask_for_token(
        self, url: str, key: _Key, challenge: Challenge
    ) -> tuple[Response, str]:
        credential = key.credential
        # The server's own scope is not repeated: some send `*`, some none at all.
        question = {"scope": f"repository:{key.repository}:pull"}
        if challenge.service:
            question["service"] = challenge.service
        query, limit = urlencode(question), self._http.limits.token
        if credential is not None and credential.username in _IDENTITY_NAMES:
            form = {
                **question,
                "grant_type": "refresh_token",
                "client_id": "whyfailing",
                "refresh_token": credential.secret,
            }
            return await self._http.ask(
                "POST", url, headers=FORM, body=urlencode(form).encode(), limit=limit
            ), query
        headers = {"Authorization": basic(credential)} if credential is not None else {}
        return await self._http.ask("GET", f"{url}?{query}", headers=headers, limit=limit), query


def basic(credential: PullCredential) -> str:
    """The value of an Authorization header with user and password."""
    pair = f"{credential.username}:{credential.secret}".encode()
    return f"Basic {base64.b64encode(pair).decode()}"


def text_of(response: Response) -> str:
    """The body as text; what is no UTF-8 is replaced."""
    return response.body.decode("utf-8", "replace")


def _read_token(response: Response) -> tuple[str, float]:
    document = decode_object(text_of(response))
    token = document.get("token") or document.get("access_token")
    seconds = document.get("expires_in")
    usable = isinstance(token, str) and token.isascii() and token.isprintable() and " " not in token
    known = isinstance(seconds, int | float) and 0 < seconds < 86_400
    return str(token) if usable else "", float(seconds) if known and seconds else _TOKEN_SECONDS

"""A GitHub App as the bot's identity: its JWT, its installations, and the tokens they issue.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
"""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from bot.ci.github.errors import refusal
from bot.ci.github.http import Http
from bot.ci.github.question import Answer, Credential, Identity, Question
from bot.ci.github.read import read_json
from bot.evidence import GapReason
from bot.sources import SourceError

_NOT_INSTALLED = Credential(Identity.NOT_INSTALLED, "nobody")
# GitHub accepts ten minutes at most; a minute of the past forgives a clock that runs fast.
_JWT_PAST = timedelta(seconds=60)
_JWT_LIFE = timedelta(minutes=9)
_RENEW_BEFORE = timedelta(minutes=5)
_NUMBER = re.compile(r"/repositories/(\d{1,18})/installation")
_NOT_INSTALLED_FOR = timedelta(minutes=2)
"""How long we believe that the App is not installed for a repository."""
_SKEW = timedelta(seconds=20)
_READ = {
    "metadata": "read",
    "contents": "read",
    "actions": "read",
    "checks": "read",
    "administration": "read",
    "secrets": "read",
    "actions_variables": "read",
    "environments": "read",
    "organization_self_hosted_runners": "read",
}
_WRITE = {"metadata": "read", "actions": "write"}


class _Installation(msgspec.Struct, frozen=True):
    id: int
    permissions: dict[str, str] = {}
    suspended_at: str | None = None
    repository_id: int | None = None
    """Known of a renamed repository, whose old name no token can be asked for."""


class _Issued(msgspec.Struct, frozen=True):
    token: str
    expires_at: datetime


class _Cached(msgspec.Struct, frozen=True):
    credential: Credential
    expires_at: datetime


class App:
    """A GitHub App: one token per repository and purpose, with no more permissions than needed."""

    identity = Identity.APP

    def __init__(self, http: Http, app_id: str, key: RSAPrivateKey) -> None:
        self._http = http
        self._app_id = app_id
        self._key = key
        self._skew = timedelta()
        self._tokens: dict[tuple[str, bool], _Cached] = {}
        self._locks: dict[tuple[str, bool], asyncio.Lock] = {}

    async def for_repository(self, repository: str, *, write: bool = False) -> Credential:
        """A token for this repository; nobody's credential where the App is not installed."""
        return await self._token(repository, write, (f"/repos/{repository}/installation",))

    async def for_owner(self, owner: str) -> Credential:
        """A token for everything that the owner's installation covers."""
        paths = (f"/orgs/{owner}/installation", f"/users/{owner}/installation")
        return await self._token(owner, False, paths)

    def forget(self, credential: Credential) -> bool:
        """Drop the token, so that the next question gets a new one."""
        if not credential.token:
            return False
        stale = [key for key, kept in self._tokens.items() if kept.credential == credential]
        for key in stale:
            del self._tokens[key]
        return bool(stale)

    async def _token(self, subject: str, write: bool, paths: tuple[str, ...]) -> Credential:
        key = (subject.lower(), write)
        async with self._locks.setdefault(key, asyncio.Lock()):
            cached = self._tokens.get(key)
            if cached and cached.expires_at - self._time() > _RENEW_BEFORE:
                return cached.credential
            installation = await self._installation(subject, paths)
            if installation is None:
                cached = _Cached(_NOT_INSTALLED, self._time() + _RENEW_BEFORE + _NOT_INSTALLED_FOR)
            else:
                cached = await self._issue(installation, subject, write)
            self._tokens[key] = cached
            return cached.credential

    async def _installation(self, subject: str, paths: tuple[str, ...]) -> _Installation | None:
        about = f"the GitHub App's installation for {subject}"
        for path in paths:
            question = Question(path=path, about=about, needs="metadata=read")
            answer = await self.as_app(question)
            if answer.status == 404:
                continue
            installation = read_json(answer.body, _Installation, about)
            if installation.suspended_at:
                raise SourceError(
                    GapReason.FORBIDDEN,
                    f"the GitHub App's installation for {subject} is suspended",
                    "Unsuspend it in the organisation's settings → GitHub Apps.",
                )
            number = _NUMBER.search(answer.url)
            if number is None:
                return installation
            return msgspec.structs.replace(installation, repository_id=int(number[1]))
        return None

    async def _issue(self, installation: _Installation, subject: str, write: bool) -> _Cached:
        permissions = _smallest(_WRITE if write else _READ, installation.permissions)
        if write and permissions.get("actions") != "write":
            raise SourceError(
                GapReason.FORBIDDEN,
                f"the GitHub App may not start workflows on {subject}",
                "Grant the GitHub App Actions: write (its settings → Permissions & events) and "
                "accept the request in the installation.",
            )
        body: dict[str, object] = {"permissions": permissions}
        name = subject.partition("/")[2]
        if installation.repository_id is not None:
            body["repository_ids"] = [installation.repository_id]
        elif name:
            body["repositories"] = [name]
        question = Question(
            method="POST",
            path=f"/app/installations/{installation.id}/access_tokens",
            about=f"issue a token for {subject}",
            needs="metadata=read",
            body=body,
            repeatable=True,
        )
        issued = read_json((await self.as_app(question)).body, _Issued, question.about)
        account = f"installation {installation.id}"
        return _Cached(Credential(Identity.APP, account, issued.token), issued.expires_at)

    async def as_app(self, question: Question) -> Answer:
        """Ask as the App itself, for none of its installations. Raises SourceError."""
        answer = await self._http.ask(question, self._app_credential())
        if answer.status == 401 and self._learn_skew(answer):
            answer = await self._http.ask(question, self._app_credential())
        if answer.status not in {200, 201, 404}:
            raise refusal(question, answer, Identity.APP)
        return answer

    def _app_credential(self) -> Credential:
        now = self._time()
        claims = {"iat": now - _JWT_PAST, "exp": now + _JWT_LIFE, "iss": self._app_id}
        return Credential(Identity.APP, "app", jwt.encode(claims, self._key, algorithm="RS256"))

    def _time(self) -> datetime:
        """GitHub's time, as far as we know it."""
        return self._http.now() + self._skew

    def _learn_skew(self, answer: Answer) -> bool:
        """Take GitHub's clock for ours where they differ; True when trying again makes sense."""
        try:
            theirs = parsedate_to_datetime(answer.headers.get("date", ""))
        except ValueError:
            return False
        skew = theirs - self._http.now()
        changed = abs(skew - self._skew) > _SKEW
        self._skew = skew
        return changed


def _smallest(wanted: dict[str, str], granted: dict[str, str]) -> dict[str, str]:
    """What we want of what was granted; asking for more is refused as a whole."""
    return {
        name: level
        for name, level in wanted.items()
        if granted.get(name) == level or (level == "read" and granted.get(name))
    }

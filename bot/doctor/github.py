"""GitHub: reachable, as whom, how many requests are left, and what each permission would add."""

from __future__ import annotations

import asyncio

import msgspec

from bot.ci.github.app import App
from bot.ci.github.ask import Asker, about
from bot.ci.github.auth import credentials
from bot.ci.github.errors import refusal
from bot.ci.github.http import open_http
from bot.ci.github.question import Answer
from bot.ci.github.read import read_json
from bot.doctor.check import Check, State, failed
from bot.doctor.github_app import look_as_app
from bot.doctor.github_permissions import NEEDED, USEFUL, User, adds, question, title
from bot.redact import one_line
from bot.sources import SourceError
from config.catalog import Catalog, CatalogError, read_catalog
from config.settings import Settings

_MOST_REPOSITORIES = 3
_SEEN = frozenset({200, 204, 409})
"""409: the repository is empty, and we may see that."""


class _Limit(msgspec.Struct, frozen=True):
    limit: int = 0
    remaining: int = 0


class _Resources(msgspec.Struct, frozen=True):
    core: _Limit = _Limit()


class _Limits(msgspec.Struct, frozen=True):
    resources: _Resources = _Resources()


async def look(settings: Settings) -> tuple[Check, ...]:
    """Ask GitHub who we are and what is left; try every permission where there is a repository."""
    configured = bool(settings.github.token or settings.github.app_id)
    try:
        async with open_http(settings.github.api_url) as http:
            who = credentials(settings.github, http)
            if isinstance(who, App):
                return await look_as_app(who)
            asker = Asker(http, who)
            if settings.github.token:
                return await _with_token(asker, _repositories(settings))
            return (await _anonymous(asker),)
    except SourceError as error:
        return (failed("github", error, needed=configured),)


def _repositories(settings: Settings) -> tuple[str, ...]:
    try:
        catalog: Catalog = read_catalog(settings.catalog)
    except CatalogError:  # the catalog has a line of its own
        return ()
    named = dict.fromkeys(entry.repository for entry in catalog.images)
    return tuple(named)[:_MOST_REPOSITORIES]


async def _anonymous(asker: Asker) -> Check:
    left = await _left(asker)
    return Check(
        area="github",
        state=State.NOT_SET,
        says=f"no token: public repositories only, no logs, no buttons; {left}",
        fix="set GITHUB_TOKEN to a fine-grained token that may read Contents, Actions and Secrets, "
        "or GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY",
        needed=False,
    )


async def _left(asker: Asker) -> str:
    """What is left of the rate limit; GitHub Enterprise Server has none by default."""
    asked = question("/rate_limit", "the rate limit")
    answer = await asker.ask(asked, absent=frozenset({404}))
    if answer.status == 404:
        return "no rate limit"
    core = read_json(answer.body, _Limits, asked.about).resources.core
    return f"{core.remaining} of {core.limit} requests an hour left"


# --- a token --------------------------------------------------------------------------------------


async def _with_token(asker: Asker, repositories: tuple[str, ...]) -> tuple[Check, ...]:
    asked = question("/user", "whose the token is")
    left, whose = await asyncio.gather(_left(asker), asker.ask(asked, absent=frozenset({403, 404})))
    if whose.status == 200:
        owner = f"token of {one_line(read_json(whose.body, User, asked.about).login, 60)}"
    else:  # a token of an installation belongs to no user
        owner = "token of an App's installation"
    classic = whose.headers.get("x-oauth-scopes")
    scopes = "" if classic is None else f", scopes {one_line(classic) or 'none'}"
    first = Check(area="github", state=State.OK, says=f"{owner}{scopes}; {left}")
    if not repositories:
        says = "which permissions it has: not tried, as the catalog names no repository"
        fix = "name a repository in the catalog, and doctor tries it"
        unknown = Check(area="github", state=State.NOT_SET, says=says, fix=fix, needed=False)
        return (first, unknown)
    tried = await asyncio.gather(*(_tried(asker, repository) for repository in repositories))
    return (first, *(check for checks in tried for check in checks))


async def _tried(asker: Asker, repository: str) -> tuple[Check, ...]:
    """What the token may see of one repository."""
    if await asker.visible_repository(repository) is None:
        says = f"{repository}: not there, or this token may not see it"
        fix = "check the name in the catalog; give the token access to the repository"
        return (Check(area="github", state=State.MISSING, says=says, fix=fix),)
    wanted = {name: path for name, (path, _) in (NEEDED | USEFUL).items() if path}
    answers = await asyncio.gather(
        *(_may(asker, repository, name, path) for name, path in wanted.items())
    )
    missing = [
        _missing(name, repository, error)
        for name, error in zip(wanted, answers, strict=True)
        if error is not None
    ]
    granted = ", ".join(
        title(name) for name, error in zip(wanted, answers, strict=True) if error is None
    )
    says = f"{repository}: may read {granted or 'nothing but its name'}"
    return (Check(area="github", state=State.OK, says=says), *missing)


async def _may(asker: Asker, repository: str, name: str, path: str) -> SourceError | None:
    asked = about(repository, path, adds(name), f"{name}=read", params=(("per_page", "1"),))
    credential = await asker.credential(asked)
    answer: Answer = await asker.http.ask(asked, credential)
    return None if answer.status in _SEEN else refusal(asked, answer, credential.identity)


def _missing(name: str, repository: str, error: SourceError) -> Check:
    return Check(
        area="github",
        state=State.MISSING,
        says=f"{repository}: {title(name)}, for {adds(name)}",
        fix=error.fix,
        needed=name in NEEDED,
    )

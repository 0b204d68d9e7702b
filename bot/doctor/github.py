"""GitHub: reachable, as whom, how many requests are left, and what each permission would add."""

from __future__ import annotations

import msgspec

from bot.ci.github.app import App
from bot.ci.github.ask import Asker
from bot.ci.github.auth import credentials
from bot.ci.github.http import open_http
from bot.ci.github.read import read_json
from bot.doctor.check import Check, State, Subject, within
from bot.doctor.github_app import look_as_app
from bot.doctor.github_permissions import question
from bot.doctor.github_token import look_with_token
from bot.words import shell
from config.catalog import Catalog, CatalogError, read_catalog
from config.settings import Settings

_MOST_REPOSITORIES = 3


class _Limit(msgspec.Struct, frozen=True):
    limit: int = 0
    remaining: int = 0


class _Resources(msgspec.Struct, frozen=True):
    core: _Limit = _Limit()


class _Limits(msgspec.Struct, frozen=True):
    resources: _Resources = _Resources()


async def look(settings: Settings, *, repository: str = "") -> tuple[Check, ...]:
    """Ask GitHub who we are and what is left; try every permission on a repository.

    `repository` is tried before those of the catalog.
    """
    subject = Subject(
        area="github",
        by_hand=shell("curl", "-i", f"{settings.github.api_url.rstrip('/')}/rate_limit"),
        needed=bool(settings.github.token or settings.github.app_id),
    )
    return await within(subject, _look(settings, _repositories(settings, repository)))


async def _look(settings: Settings, repositories: tuple[str, ...]) -> tuple[Check, ...]:
    async with open_http(settings.github.api_url) as http:
        who = credentials(settings.github, http)
        if isinstance(who, App):
            return await look_as_app(who, repositories)
        asker = Asker(http, who)
        left = await _left(asker)
        if settings.github.token:
            return await look_with_token(asker, left, repositories)
        return (_anonymous(left),)


def _repositories(settings: Settings, named: str) -> tuple[str, ...]:
    try:
        catalog: Catalog = read_catalog(settings.catalog)
    except CatalogError:  # the catalog has a line of its own
        catalog = Catalog()
    found = dict.fromkeys((named, *(entry.repository for entry in catalog.images)))
    return tuple(name for name in found if name)[:_MOST_REPOSITORIES]


def _anonymous(left: str) -> Check:
    return Check(
        area="github",
        state=State.NOT_SET,
        says=f"no token: public repositories only, no logs, no buttons; {left}",
        fix="set GITHUB_TOKEN to a fine-grained token that may read Contents, Actions and Secrets: "
        "https://github.com/settings/personal-access-tokens/new; or set GITHUB_APP_ID and "
        "GITHUB_APP_PRIVATE_KEY",
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

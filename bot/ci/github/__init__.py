"""GitHub Actions: the CIProvider over GitHub's REST API, also of GitHub Enterprise Server.

Read `ask.py` first, then the questions: repositories, runs, prerequisites, actions.
https://docs.github.com/en/rest
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bot.ci.github.actions import Actions
from bot.ci.github.auth import credentials
from bot.ci.github.http import open_http
from bot.ci.github.prerequisites import Prerequisites
from bot.ci.github.repositories import Repositories
from bot.ci.github.runs import Runs
from config.settings import GitHubSettings


class GitHub(Repositories, Runs, Prerequisites, Actions):
    """One GitHub, asked as one identity. Implements `bot.sources.CIProvider`."""


def _clock() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def connect(
    settings: GitHubSettings, *, now: Callable[[], datetime] = _clock
) -> AsyncIterator[GitHub]:
    """Open GitHub for as long as the context lasts; `now` gives aware UTC.

    Raises SourceError NOT_CONFIGURED for an App's private key that cannot be used.
    """
    async with open_http(settings.api_url, now) as http:
        yield GitHub(http, credentials(settings, http))

"""What the bot can and cannot reach: every check with a deadline, all side by side.

Read `check.py` first; then one file for each thing that is looked at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from bot.doctor import cluster, database, github, local, registries, slack
from bot.doctor.check import SECONDS, Check, State, Subject, within
from config.settings import Settings

__all__ = ["Check", "State", "areas", "examine"]

Area = Callable[[Settings], Awaitable[tuple[Check, ...]]]


def areas(*, repository: str = "") -> Mapping[str, Area]:
    """Everything that is looked at, in this order; a token is tried on `repository` too."""
    return {
        "settings": local.look,
        "cluster": cluster.look,
        "github": partial(github.look, repository=repository),
        "registries": registries.look,
        "slack": slack.look,
        "database": database.look,
        "access": local.look_at_access,
    }


async def examine(
    settings: Settings, *, looks: Mapping[str, Area] | None = None, seconds: float = 2 * SECONDS
) -> tuple[Check, ...]:
    """Run all checks, in the order of the areas. What goes wrong in one is its own line.

    `seconds` is for an area: whom it reaches first, and then what may be done there, side by side.
    """
    chosen = areas() if looks is None else looks
    answers = await asyncio.gather(
        *(
            within(Subject(area=area, seconds=seconds), look(settings))
            for area, look in chosen.items()
        )
    )
    return tuple(check for checks in answers for check in checks)

"""What the bot can and cannot reach: every check with a deadline, all side by side.

Read `check.py` first; then one file for each thing that is looked at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from bot.doctor import cluster, database, github, local, registries, slack
from bot.doctor.check import Check, State
from bot.redact import one_line
from config.settings import Settings

__all__ = ["Check", "State", "examine"]

Area = Callable[[Settings], Awaitable[tuple[Check, ...]]]
SECONDS = 15.0
AREAS: Mapping[str, Area] = {
    "settings": local.look,
    "cluster": cluster.look,
    "github": github.look,
    "registries": registries.look,
    "slack": slack.look,
    "database": database.look,
    "access": local.look_at_access,
}


async def examine(
    settings: Settings, *, areas: Mapping[str, Area] = AREAS, seconds: float = SECONDS
) -> tuple[Check, ...]:
    """Run all checks, in the order of the areas. What goes wrong in one is its own line."""
    questions = (_bounded(look(settings), seconds) for look in areas.values())
    answers = await asyncio.gather(*questions, return_exceptions=True)
    checks: list[Check] = []
    for area, answer in zip(areas, answers, strict=True):
        if isinstance(answer, BaseException):
            checks.append(_broken(area, answer, seconds))
        else:
            checks += answer
    return tuple(checks)


async def _bounded(question: Awaitable[tuple[Check, ...]], seconds: float) -> tuple[Check, ...]:
    async with asyncio.timeout(seconds):
        return await question


def _broken(area: str, error: BaseException, seconds: float) -> Check:
    """A line for what no check expected; only a wish to end the program is passed on."""
    if not isinstance(error, Exception):
        raise error
    if isinstance(error, TimeoutError):
        says = f"no answer within {seconds:.0f} s"
    else:
        says = f"the check itself broke: {type(error).__name__}: {one_line(str(error), 200)}"
    return Check(area=area, state=State.FAILED, says=says)

"""Running the doctor and picking from its answer."""

from __future__ import annotations

from typing import Any

import msgspec

from bot.doctor import Check, examine
from config.settings import Settings


def changed(settings: Settings, **parts: Any) -> Settings:
    return msgspec.structs.replace(settings, **parts)


def of(checks: tuple[Check, ...], area: str) -> list[Check]:
    return [check for check in checks if check.area == area]


async def the_only(settings: Settings, area: str) -> Check:
    (check,) = of(await examine(settings), area)
    return check

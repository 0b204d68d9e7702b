"""Scheduling: pods that no node takes."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause import Cause
from bot.cause.tables import Coded, causes_of
from bot.causes.scheduling.rows import ROWS
from bot.causes.scheduling.rulings import rule as rule_scheduling
from bot.causes.storage.rulings import rule as rule_storage
from bot.report import Layer
from bot.view import View


def _rule(view: View) -> Iterator[Coded]:
    """Both families speak of the same texts; each code is in one of them."""
    yield from rule_scheduling(view)
    yield from rule_storage(view)


CAUSES: tuple[Cause, ...] = causes_of("scheduling", Layer.CLUSTER, ROWS, _rule)

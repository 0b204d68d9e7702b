"""Admission and quota: pods that are not let in."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause import Cause
from bot.cause.tables import Coded, causes_of
from bot.causes.admission.rows import ROWS
from bot.causes.admission.rulings import rule as rule_admission
from bot.causes.scheduling.rulings import rule as rule_scheduling
from bot.report import Layer
from bot.view import View


def _rule(view: View) -> Iterator[Coded]:
    """Both families speak of the same texts; each code is in one of them."""
    yield from rule_admission(view)
    yield from rule_scheduling(view)


CAUSES: tuple[Cause, ...] = causes_of("admission", Layer.CLUSTER, ROWS, _rule)

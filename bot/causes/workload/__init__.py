"""Workload."""

from __future__ import annotations

from bot.cause import Cause
from bot.causes.workload import controllers, targets

CAUSES: tuple[Cause, ...] = (*controllers.CAUSES, *targets.CAUSES)

"""Build: the run that should have pushed the image."""

from __future__ import annotations

from bot.cause import Cause
from bot.causes.build import (
    workflow_awaiting_approval,
    workflow_conclusions,
    workflow_failed,
    workflow_green,
    workflow_not_triggered,
    workflow_queued,
    workflow_running,
)

CAUSES: tuple[Cause, ...] = (
    workflow_running.CAUSE,
    workflow_queued.CAUSE,
    workflow_awaiting_approval.CAUSE,
    *workflow_conclusions.CAUSES,
    *workflow_failed.CAUSES,
    *workflow_not_triggered.CAUSES,
    *workflow_green.CAUSES,
)

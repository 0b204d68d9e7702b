"""What the bot can do about a cause: one file for each kind of action, and their table."""

from __future__ import annotations

from typing import Any

from bot.remedies import recheck, rerun_failed_jobs, retry_pull, run_workflow
from bot.remedies.remedy import Remedy
from bot.report import Action

REMEDIES: tuple[Remedy[Any], ...] = (
    rerun_failed_jobs.REMEDY,
    run_workflow.REMEDY,
    retry_pull.REMEDY,
    recheck.REMEDY,
)


def remedy_for(action: Action) -> Remedy[Any]:
    """Give the remedy that carries out an action."""
    return next(remedy for remedy in REMEDIES if isinstance(action, remedy.action))

"""Prerequisites of the build: secrets, permissions, runners, quota."""

from __future__ import annotations

from bot.cause import Cause
from bot.causes.prerequisite import ci_secret_missing, from_log, runners

CAUSES: tuple[Cause, ...] = (
    ci_secret_missing.CAUSE,
    *from_log.CAUSES,
    *runners.CAUSES,
)

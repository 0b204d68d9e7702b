"""Not a cause: Healthy and RolloutInProgress."""

from __future__ import annotations

from bot.cause import Cause
from bot.causes.state import healthy, rollout_in_progress

CAUSES: tuple[Cause, ...] = (healthy.CAUSE, rollout_in_progress.CAUSE)

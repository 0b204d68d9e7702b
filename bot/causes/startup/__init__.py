"""Start-up and crashes."""

from __future__ import annotations

from bot.cause import Cause
from bot.causes.startup import ended, from_log, init_waiting, killed, not_started

CAUSES: tuple[Cause, ...] = (
    *from_log.CAUSES,
    *not_started.CAUSES,
    *killed.CAUSES,
    *ended.CAUSES,
    init_waiting.CAUSE,
)

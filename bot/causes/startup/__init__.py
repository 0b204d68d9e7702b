"""Start-up and crashes."""

from __future__ import annotations

from bot.cause import Cause
from bot.causes.startup import (
    app_error,
    completed_exit,
    crash_back_off_only,
    from_log,
    init_container_failed,
    init_container_waiting,
    liveness_killed,
    not_started,
    oom_killed,
    post_start_hook_failed,
    segfault,
)

CAUSES: tuple[Cause, ...] = (
    *from_log.CAUSES,
    *not_started.CAUSES,
    oom_killed.CAUSE,
    liveness_killed.CAUSE,
    segfault.CAUSE,
    completed_exit.CAUSE,
    app_error.CAUSE,
    crash_back_off_only.CAUSE,
    post_start_hook_failed.CAUSE,
    init_container_failed.CAUSE,
    init_container_waiting.CAUSE,
)

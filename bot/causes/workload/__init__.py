"""Workload."""

from __future__ import annotations

from bot.cause import Cause
from bot.causes.workload import (
    cron_job_suspended,
    cron_schedule_invalid,
    daemon_set_selects_no_node,
    deadline_exceeded,
    finalizer_stuck,
    hpa_target_missing,
    job_backoff_limit_exceeded,
    job_sidecar_keeps_running,
    job_suspended,
    pdb_blocks_disruption,
    pod_creation_failed,
    progress_deadline_exceeded,
    rollout_paused,
    scaled_to_zero,
)

CAUSES: tuple[Cause, ...] = (
    scaled_to_zero.CAUSE,
    rollout_paused.CAUSE,
    progress_deadline_exceeded.CAUSE,
    job_backoff_limit_exceeded.CAUSE,
    deadline_exceeded.CAUSE,
    job_suspended.CAUSE,
    job_sidecar_keeps_running.CAUSE,
    pod_creation_failed.CAUSE,
    cron_job_suspended.CAUSE,
    cron_schedule_invalid.CAUSE,
    daemon_set_selects_no_node.CAUSE,
    finalizer_stuck.CAUSE,
    hpa_target_missing.CAUSE,
    pdb_blocks_disruption.CAUSE,
)

"""Probes and readiness."""

from __future__ import annotations

from bot.cause import Cause
from bot.causes.probes import failing, probe_port_mismatch, readiness_gate_not_set

CAUSES: tuple[Cause, ...] = (
    *failing.CAUSES,
    probe_port_mismatch.CAUSE,
    readiness_gate_not_set.CAUSE,
)

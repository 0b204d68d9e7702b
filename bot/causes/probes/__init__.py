"""Probes and readiness."""

from __future__ import annotations

from bot.cause import Cause
from bot.causes.probes import failing, port_mismatch, readiness_gate

CAUSES: tuple[Cause, ...] = (*failing.CAUSES, port_mismatch.CAUSE, readiness_gate.CAUSE)

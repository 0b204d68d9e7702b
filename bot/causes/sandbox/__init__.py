"""Sandbox and network set-up."""

from __future__ import annotations

from bot.cause import Cause
from bot.cause.tables import causes_of
from bot.causes.sandbox.rows import ROWS
from bot.causes.sandbox.rulings import rule as rule_sandbox
from bot.report import Layer

CAUSES: tuple[Cause, ...] = causes_of("sandbox", Layer.CLUSTER, ROWS, rule_sandbox)

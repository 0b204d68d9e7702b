"""Configuration."""

from __future__ import annotations

from bot.cause import Cause

CAUSES: tuple[Cause, ...] = ()

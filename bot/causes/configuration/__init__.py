"""Configuration."""

from __future__ import annotations

from bot.cause import Cause
from bot.causes.configuration import missing, service_account_missing

CAUSES: tuple[Cause, ...] = (*missing.CAUSES, service_account_missing.CAUSE)

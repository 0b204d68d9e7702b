"""Exposure."""

from __future__ import annotations

from bot.cause import Cause
from bot.causes.exposure import (
    ingress,
    network_policy_blocking,
    not_found,
    selectors,
    target_port,
)

CAUSES: tuple[Cause, ...] = (
    *selectors.CAUSES,
    target_port.CAUSE,
    *not_found.CAUSES,
    *ingress.CAUSES,
    network_policy_blocking.CAUSE,
)

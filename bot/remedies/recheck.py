"""Investigate the same target again. It changes nothing in the world."""

from __future__ import annotations

from datetime import datetime

from bot.remedies.remedy import NotPerformed, Offer, Performed, Refusal, Remedy, Trace
from bot.report import Recheck
from bot.sources import Sources


def doing(action: Recheck) -> str:
    """Name the target."""
    return f"Looking at {action.target} again"


def offer(action: Recheck) -> Offer:
    """Offer it without a question."""
    del action
    return Offer(label="Recheck")


async def preflight(action: Recheck, sources: Sources) -> Refusal | None:
    """Refuse for another cluster only."""
    if action.target.cluster not in ("", sources.cluster.name):
        return Refusal(
            f"I look after {sources.cluster.name}, not {action.target.cluster}, "
            "so I cannot look again."
        )
    return None


async def perform(action: Recheck, sources: Sources) -> Performed | Refusal:
    """Nothing to start: the follow-up's new diagnosis is the deed."""
    del action, sources
    return Performed(sentence="")


async def trace(action: Recheck, since: datetime, sources: Sources) -> Trace:
    """It may always be done again."""
    del action, since, sources
    return NotPerformed()


REMEDY = Remedy(
    action=Recheck,
    doing=doing,
    offer=offer,
    preflight=preflight,
    perform=perform,
    trace=trace,
)

"""Following an action, or a report, to its end: across kills, in the same message."""

from __future__ import annotations

from bot.followup.follower import Follower
from bot.followup.schedule import Scheduling, tick

__all__ = ["Follower", "Scheduling", "tick"]

"""Outgoing messages: the database says what each should show, this makes Slack show it."""

from __future__ import annotations

from bot.messages.outbox import Outbox
from bot.messages.pacing import Pace
from bot.messages.replies import Delivered, Delivery, Undelivered

__all__ = ["Delivered", "Delivery", "Outbox", "Pace", "Undelivered"]

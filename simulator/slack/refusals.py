"""What Slack answers to a call that it does not do."""

from __future__ import annotations


class RefusalError(Exception):
    """`ok: false` with an error code, and what a developer may read about it."""

    def __init__(self, error: str, messages: list[str] | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages or []

"""Questions with deadlines: every one ends in an answer or in a Gap, and is told as it happens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from time import perf_counter
from typing import TypeVar

from bot.evidence import Gap, GapReason
from bot.sources import Progress, SourceError, Sources, StepEvent

T = TypeVar("T")
logger = logging.getLogger(__name__)

DEADLINE_SECONDS = 12.0
"""The longest that one question may take, retries of its adapter included."""


class Inquiry:
    """One investigation: whom it may ask, whom it tells, and what it could not learn."""

    def __init__(self, sources: Sources, progress: Progress) -> None:
        self.sources = sources
        self.gaps: list[Gap] = []
        self._progress = progress

    async def ask(
        self,
        source: str,
        subject: str,
        question: Awaitable[T],
        *,
        seconds: float = DEADLINE_SECONDS,
    ) -> T | Gap:
        """Await a question. The only place where a SourceError becomes a Gap."""
        began = perf_counter()
        try:
            async with asyncio.timeout(seconds):
                answer = await question
        except SourceError as error:
            gap = error.as_gap(source, subject)
        except TimeoutError:
            gap = Gap(
                source=source,
                subject=subject,
                reason=GapReason.TIMED_OUT,
                detail=f"no answer within {seconds:.0f} s",
            )
        else:
            logger.debug("%s: %s: answered in %.0f ms", source, subject, _since(began))
            return answer
        logger.info("%s: %s: %s in %.0f ms", source, subject, gap.reason, _since(began))
        self.gaps.append(gap)
        return gap

    def begin(self, key: str, title: str) -> None:
        """Tell that a link of the chain is being followed."""
        self._progress(StepEvent(key=key, title=title, state="started"))

    def end(self, key: str, title: str, summary: str, *, failed: bool = False) -> None:
        """Tell what it said; `failed` marks the link where things go wrong."""
        state = "failed" if failed else "answered"
        self._progress(StepEvent(key=key, title=title, state=state, summary=summary))

    def miss(self, key: str, title: str, gap: Gap) -> None:
        """Tell that it could not be looked at, and why."""
        summary = f"{gap.reason}: {gap.detail}" if gap.detail else str(gap.reason)
        self._progress(StepEvent(key=key, title=title, state="gap", summary=summary))


def _since(began: float) -> float:
    return (perf_counter() - began) * 1000

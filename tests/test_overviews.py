"""The kept overview: asked for once, fresh enough, and in time."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from bot.evidence import GapReason
from bot.overviews import Overviews
from bot.sources import Overview, PodRow, SourceError
from tests.reports import NOON


class Asked:
    """A cluster that answers when it is let."""

    def __init__(self) -> None:
        self.times = 0
        self.error: SourceError | None = None
        self.open = asyncio.Event()
        self.open.set()

    async def overview(self) -> Overview:
        self.times += 1
        await self.open.wait()
        if self.error:
            raise self.error
        return Overview(pods=(PodRow("shop", f"api-{self.times}", "Running", well=True),))


class Clock:
    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time

    def later(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def made() -> tuple[Overviews, Asked, Clock]:
    cluster, clock = Asked(), Clock()
    return Overviews(cluster, clock, patience=0.01), cluster, clock


def names(overview: Overview) -> list[str]:
    return [pod.name for pod in overview.pods]


async def test_cluster_is_asked_once_for_many_who_want_it_and_again_when_it_is_old() -> None:
    overviews, cluster, clock = made()
    await asyncio.gather(*(overviews.current() for _ in range(5)))
    clock.later(9)
    assert names(await overviews.current()) == ["api-1"]
    clock.later(2)
    assert names(await overviews.current()) == ["api-2"]
    assert cluster.times == 2


async def test_kept_one_is_given_when_a_newer_takes_too_long() -> None:
    overviews, cluster, clock = made()
    await overviews.current()
    cluster.open.clear()
    clock.later(60)
    assert names(await overviews.current()) == ["api-1"]
    clock.later(300)
    late = await overviews.current()
    assert (late.pods, late.gaps[0].reason) == ((), GapReason.TIMED_OUT)
    cluster.open.set()
    assert names(await overviews.current()) == ["api-2"]


async def test_failure_is_a_gap_and_is_asked_again() -> None:
    overviews, cluster, _ = made()
    cluster.error = SourceError(GapReason.FORBIDDEN, "pods is forbidden", "grant list pods")
    (gap,) = (await overviews.current()).gaps
    assert (gap.reason, gap.fix) == (GapReason.FORBIDDEN, "grant list pods")
    cluster.error = None
    assert names(await overviews.current()) == ["api-2"]

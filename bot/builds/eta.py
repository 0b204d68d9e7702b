"""When the push will be done: from the times of earlier green runs, never from a guess."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import quantiles

from bot.builds.push import PushChain
from bot.ci import objects as ci
from bot.evidence import RunDetail

_ENOUGH = 3
"""Fewer runs than this say nothing about the next."""


def arrival(build: PushChain) -> str:
    """`about 3 to 5 min`, in words; says so where there is no estimate."""
    spent = _since_start(build.run, build.view.now)
    times = sorted(_push_times(build))
    if spent is None or len(times) < _ENOUGH:
        return "too few earlier green runs for an estimate"
    usual, slow = _usual_and_slow(times)
    if spent >= slow:
        return f"it takes longer than the usual {_minutes(usual)}"
    least, most = max(timedelta(), usual - spent), slow - spent
    if _minutes(least) == _minutes(most):
        return f"the image is due in about {_minutes(most)}"
    return f"the image is due in {_number(least)} to {_minutes(most)}"


def _usual_and_slow(times: list[timedelta]) -> tuple[timedelta, timedelta]:
    """Median and ninth decile."""
    deciles = quantiles([each.total_seconds() for each in times], n=10, method="inclusive")
    return timedelta(seconds=deciles[4]), timedelta(seconds=deciles[8])


def _push_times(build: PushChain) -> list[timedelta]:
    history = build.facts.history
    past = history if isinstance(history, tuple) else ()
    return [time for each in past if (time := _until_push(build, each)) is not None]


def _until_push(build: PushChain, past: RunDetail) -> timedelta | None:
    """From the start of a green run to the end of its push step, else of its last job."""
    start = past.run.started_at
    jobs = past.jobs if isinstance(past.jobs, tuple) else ()
    ends = [end for job in jobs if (end := build.push_end(job)) is not None]
    ends = ends or [job.completed_at for job in jobs if job.completed_at is not None]
    end = max(ends, default=past.run.updated_at)
    return end - start if start is not None and end is not None else None


def _since_start(run: ci.Run | None, now: datetime) -> timedelta | None:
    start = run.started_at or run.created_at if run else None
    return now - start if start is not None else None


def _number(time: timedelta) -> str:
    return str(max(1, round(time.total_seconds() / 60)))


def _minutes(time: timedelta) -> str:
    return f"{_number(time)} min"

"""When will the image be there? Estimated from earlier green runs, since no API tells.

The image appears when the step that pushes ends, not when the run does. So the sample is the time
from a run's start to the end of that step. Durations are seconds; "now" comes in from outside.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from bot.ci.objects import Job, Run

_FEWEST = 3
_MOST = 20


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One earlier green run: seconds it waited for a runner, and from there to the push's end."""

    waited: float
    worked: float


class Estimate(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Seconds from now until the push ends: half of the runs were done by p50, nine in ten by p90.

    `overdue` says that the run has taken longer than nine in ten.
    """

    p50: float
    p90: float
    samples: int
    overdue: bool = False


class NoEstimate(msgspec.Struct, frozen=True, tag=True):
    """Nothing to say, and why."""

    reason: str


def sample(jobs: Iterable[Job], push_job: str, push_step: str) -> Sample | None:
    """What one finished run adds to the history, or None where its times are incomplete.

    The first job to start marks the start of work. Jobs and steps are found by name, case aside;
    a matrix job is called `name (value, …)`, and the last of its pushes counts.
    """
    known = tuple(jobs)
    starts = [job.started_at for job in known if job.started_at and job.conclusion != "skipped"]
    created = [job.created_at for job in known if job.created_at]
    ends = [end for job in known if (end := _push_end(job, push_job, push_step)) is not None]
    if not starts or not ends:
        return None
    start, end = min(starts), max(ends)
    waited = (start - min(created)).total_seconds() if created else 0.0
    worked = (end - start).total_seconds()
    return Sample(waited=max(0.0, waited), worked=worked) if worked >= 0 else None


def estimate(
    history: Sequence[Sample], run: Run, jobs: Sequence[Job], now: datetime
) -> Estimate | NoEstimate:
    """When the push of a run ends, by the newest 20 samples (the newest first).

    A run that waits for a person or for another run, or that is over, has no estimate.
    """
    reason = _no_estimate(run, history)
    if reason:
        return NoEstimate(reason)
    newest = history[:_MOST]
    starts = [job.started_at for job in jobs if job.started_at and job.runner_name]
    begun = min(starts) if starts else None
    since = begun or run.started_at or run.created_at
    if since is None:
        return NoEstimate("GitHub does not say when the run began")
    elapsed = max(0.0, (now - since).total_seconds())
    totals = sorted(one.worked if begun else one.waited + one.worked for one in newest)
    p50, p90 = _quantile(totals, 0.5), _quantile(totals, 0.9)
    return Estimate(
        p50=max(0.0, p50 - elapsed),
        p90=max(0.0, p90 - elapsed),
        samples=len(totals),
        overdue=elapsed > p90,
    )


def _no_estimate(run: Run, history: Sequence[Sample]) -> str:
    if run.done:
        return "the run is over"
    if run.status == "waiting":
        return "the run waits for an approval"
    if run.status in {"pending", "requested"}:
        return "the run waits for another run"
    if len(history) < _FEWEST:
        return f"there are fewer than {_FEWEST} earlier green runs to go by"
    return ""


def _push_end(job: Job, push_job: str, push_step: str) -> datetime | None:
    wanted, name = push_job.lower(), job.name.lower()
    # A job of a reusable workflow is called `caller / job`.
    if not (name == wanted or name.startswith((f"{wanted} (", f"{wanted} /"))):
        return None
    ends = [
        step.completed_at
        for step in job.steps
        if step.completed_at
        and step.conclusion == "success"
        and step.name.lower().removeprefix("run ") == push_step.lower()
    ]
    if ends:
        return max(ends)
    return job.completed_at if job.conclusion == "success" and not push_step else None


def _quantile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the sample does not exceed."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]

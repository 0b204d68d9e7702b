"""Re-run the failed jobs of the run that should have pushed the image."""

from __future__ import annotations

from datetime import datetime

from bot.ci.objects import Run
from bot.remedies.remedy import (
    NotPerformed,
    Offer,
    Performed,
    Refusal,
    Remedy,
    Trace,
    image_is_there,
)
from bot.report import RerunFailedJobs
from bot.sources import Sources

_OFF = "GitHub is switched off in my settings, so I started nothing."


def doing(action: RerunFailedJobs) -> str:
    """Name the run."""
    return f"Re-running the failed jobs of {action.workflow}"


def offer(action: RerunFailedJobs) -> Offer:
    """Offer it; a run of GitHub Actions may be re-run for 30 days."""
    return Offer(
        label="Re-run failed jobs",
        question=(
            f"Starts the failed jobs of {action.workflow} (run {action.run_id} of "
            f"{action.repository}) again, with the same commit, so that it pushes {action.image}."
        ),
        yes="Re-run",
    )


async def preflight(action: RerunFailedJobs, sources: Sources) -> Refusal | None:
    """Refuse when the run is not the failed attempt any more that the person saw."""
    if sources.ci is None:
        return Refusal(_OFF)
    run = await sources.ci.run(action.repository, action.run_id)
    if unfit := _unfit(action, run):
        return Refusal(unfit)
    if await image_is_there(action.image, sources):
        return Refusal(f"{action.image} exists by now, so I started nothing. Press Recheck.")
    return None


async def perform(action: RerunFailedJobs, sources: Sources) -> Performed | Refusal:
    """Do it."""
    if sources.ci is None:
        return Refusal(_OFF)
    await sources.ci.rerun_failed_jobs(action.repository, action.run_id)
    return _performed(action)


async def trace(action: RerunFailedJobs, since: datetime, sources: Sources) -> Trace:
    """Look at the attempt: GitHub counts it up when it re-runs."""
    del since
    if sources.ci is None:
        return NotPerformed()
    run = await sources.ci.run(action.repository, action.run_id)
    started = run is not None and (run.attempt > action.attempt or not run.done)
    return _performed(action) if started else NotPerformed()


def _unfit(action: RerunFailedJobs, run: Run | None) -> str:
    name = f"Run {action.run_id} of {action.workflow}"
    if run is None:
        return f"{name} is gone from {action.repository}, so I started nothing."
    if not run.done:
        return f"{name} is going on already (attempt {run.attempt}, {run.status})."
    if run.conclusion == "success":
        return f"{name} has succeeded meanwhile, so I started nothing. Press Recheck."
    if run.attempt != action.attempt:
        return (
            f"{name} was re-run meanwhile: attempt {run.attempt} ended with {run.conclusion}, and "
            f"this button is about attempt {action.attempt}. Press Recheck first."
        )
    return ""


def _performed(action: RerunFailedJobs) -> Performed:
    return Performed(
        sentence=f"Re-ran the failed jobs of {action.workflow}.",
        run_id=action.run_id,
        run_url=action.run_url,
        attempt=action.attempt + 1,
    )


REMEDY = Remedy(
    action=RerunFailedJobs,
    doing=doing,
    offer=offer,
    preflight=preflight,
    perform=perform,
    trace=trace,
)

"""Start the workflow that builds the image, where no run exists for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.ci.objects import Run
from bot.remedies.remedy import Offer, Performed, Refusal, Remedy, Trace, Unsure, image_is_there
from bot.report import RunWorkflow
from bot.sources import CIProvider, Sources

_CLOCKS_DIFFER = timedelta(seconds=30)
_OFF = "GitHub is switched off in my settings, so I started nothing."


def doing(action: RunWorkflow) -> str:
    """Name the workflow."""
    return f"Running {action.workflow} on {_short(action.ref)}"


def offer(action: RunWorkflow) -> Offer:
    """Offer it."""
    return Offer(
        label="Run workflow",
        question=(
            f"Starts {action.workflow} of {action.repository} on {_short(action.ref)}, so that it "
            f"builds and pushes {action.image}."
        ),
        yes="Run",
    )


async def preflight(action: RunWorkflow, sources: Sources) -> Refusal | None:
    """Refuse when the workflow or its ref is gone, or a run is on its way already."""
    if sources.ci is None:
        return Refusal(_OFF)
    if gone := await _gone(action, sources.ci):
        return Refusal(f"{gone}: nothing was started.")
    if going := await _going_on(action, sources.ci):
        return Refusal(
            f"Run {going.number} of {action.workflow} is going on already ({going.status})."
        )
    if await image_is_there(action.image, sources):
        return Refusal(f"{action.image} exists by now, so I started nothing. Press Recheck.")
    return None


async def perform(action: RunWorkflow, sources: Sources) -> Performed | Refusal:
    """Do it. GitHub does not always say which run it made; the follow-up finds it."""
    if sources.ci is None:
        return Refusal(_OFF)
    run_id = await sources.ci.dispatch(action.repository, action.workflow_id, action.ref)
    return Performed(sentence=f"Started {action.workflow}.", run_id=run_id, attempt=1)


async def trace(action: RunWorkflow, since: datetime, sources: Sources) -> Trace:
    """Look for the run: a dispatch leaves no other trace."""
    run = await dispatched_run(action, since, sources.ci) if sources.ci else None
    if run is None:
        return Unsure(
            f"I was stopped while I started {action.workflow}, and no run of it has appeared. "
            "Nothing is going on; press the button again."
        )
    return Performed(
        sentence=f"Started {action.workflow}.", run_id=run.id, run_url=run.html_url, attempt=1
    )


async def dispatched_run(action: RunWorkflow, since: datetime, ci: CIProvider) -> Run | None:
    """The oldest run of this workflow and ref that was dispatched since then."""
    runs = await ci.runs(action.repository, action.workflow_id, branch=_short(action.ref), limit=20)
    fits = [
        run
        for run in runs
        if run.event == "workflow_dispatch"
        and run.created_at is not None
        and run.created_at >= since - _CLOCKS_DIFFER
    ]
    return min(fits, key=lambda run: run.id, default=None)


async def _gone(action: RunWorkflow, ci: CIProvider) -> str:
    workflows = await ci.workflows(action.repository)
    workflow = next((item for item in workflows if item.id == action.workflow_id), None)
    if workflow is None:
        return f"{action.workflow} is gone from {action.repository}"
    if workflow.state != "active":
        return f"{action.workflow} is switched off ({workflow.state})"
    if await ci.commit(action.repository, action.ref) is None:
        return f"{_short(action.ref)} is gone from {action.repository}"
    return ""


async def _going_on(action: RunWorkflow, ci: CIProvider) -> Run | None:
    runs = await ci.runs(action.repository, action.workflow_id, branch=_short(action.ref), limit=5)
    return next((run for run in runs if not run.done), None)


def _short(ref: str) -> str:
    return ref.removeprefix("refs/heads/").removeprefix("refs/tags/")


REMEDY = Remedy(
    action=RunWorkflow,
    doing=doing,
    offer=offer,
    preflight=preflight,
    perform=perform,
    trace=trace,
)

"""A follow-up as it begins: what it will do, and the steps that a reader will see (pure)."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from bot.render.slack_report import cause_line
from bot.render.states import Task, TaskState
from bot.report import Recheck, Report, RerunFailedJobs, RetryPull, RunWorkflow
from bot.store.records import FollowUp, Journey, Offered, Phase


def first(offered: Offered, report: Report, now: datetime, timeout: timedelta) -> FollowUp:
    """The follow-up of an action that was claimed; it has the action's id."""
    action = offered.action
    build = action if isinstance(action, RerunFailedJobs | RunWorkflow) else None
    journey = Journey(
        target=action.target if isinstance(action, Recheck) else report.target,
        cause=cause_line(report),
        action=action,
        started_by=offered.claimed_name,
        started_at=offered.claimed_at or now,
        image=build.image if build else "",
        repository=build.repository if build else "",
        phase_since=now,
    )
    return FollowUp(
        id=offered.id,
        thread_id=offered.thread_id,
        phase=Phase.DIAGNOSING if isinstance(action, Recheck) else Phase.STARTING,
        deadline=now + timeout,
        journey=msgspec.structs.replace(journey, tasks=plan(journey)),
    )


def plan(journey: Journey) -> tuple[Task, ...]:
    """The steps that a reader will see, before the first is taken."""
    tail = (
        Task(key="pod", title="Pod pulls and starts"),
        Task(key="ready", title="Running and Ready"),
    )
    match journey.action:
        case RerunFailedJobs() | RunWorkflow():
            title = f"Workflow run of {journey.action.workflow}"
            run = Task(key="run", title=title, state=TaskState.RUNNING, summary="starting")
            return (run, Task(key="image", title=f"Image {journey.image}"), *tail)
        case RetryPull():
            gone = Task(key="delete", title=f"Delete pod {journey.action.pod}")
            return (msgspec.structs.replace(gone, state=TaskState.RUNNING), *tail)
        case _:
            return ()

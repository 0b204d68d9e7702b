"""How a follow-up goes on: pure functions from what is kept and what was seen to what is next.

An action on a run goes starting → run → image → pod → ready, a retried pull starting → pod → ready,
a report that is only watched pod → ready. Whatever fails again goes to diagnosing: a new report.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from bot.ci.objects import Job, Run
from bot.followup.pods import PodsSeen, Stage
from bot.registries.answers import ImageFound, ImageLookUp
from bot.render.states import Task, TaskState
from bot.report import RerunFailedJobs, RetryPull, RunWorkflow
from bot.sources import SourceError
from bot.store.records import FollowUp, Journey, Phase

RUN_APPEARS = timedelta(seconds=120)
"""How long a run that was started may take to be seen."""
IMAGE_APPEARS = timedelta(seconds=120)
"""How long a registry may take to show what a green run has pushed."""


class Kind(StrEnum):
    """How a target can end by itself."""

    RECOVERED = "recovered"
    SUPERSEDED = "superseded"
    LOST = "lost"


class End(msgspec.Struct, frozen=True):
    """The target is well again, something newer took its place, or it is no more."""

    kind: Kind
    sentence: str


Next = FollowUp | End


def mark(
    follow_up: FollowUp, key: str, state: TaskState, summary: str = "", url: str = ""
) -> FollowUp:
    """Change one step; the others stay."""
    tasks = tuple(
        msgspec.structs.replace(task, state=state, summary=summary, url=url or task.url)
        if task.key == key
        else task
        for task in follow_up.journey.tasks
    )
    return change(follow_up, tasks=tasks)


def change(follow_up: FollowUp, **changes: object) -> FollowUp:
    """Change what the journey knows."""
    journey = msgspec.structs.replace(follow_up.journey, **changes)
    return msgspec.structs.replace(follow_up, journey=journey)


def enter(follow_up: FollowUp, phase: Phase, now: datetime) -> FollowUp:
    """Leave a phase for the next one."""
    since = now if phase is Phase.READY else None
    entered = msgspec.structs.replace(follow_up, phase=phase, ready_since=since)
    return change(entered, phase_since=now)


def again(follow_up: FollowUp, note: str, now: datetime) -> FollowUp:
    """It failed again: what is wanted now is a new diagnosis."""
    return enter(change(follow_up, note=note), Phase.DIAGNOSING, now)


def with_run(follow_up: FollowUp, run: Run | None, jobs: Sequence[Job], now: datetime) -> FollowUp:
    """Go on from what GitHub says of the run."""
    journey = follow_up.journey
    late = now - (journey.phase_since or journey.started_at) > RUN_APPEARS
    if run is None or (run.done and run.attempt < journey.attempt):
        if late:
            return again(follow_up, "GitHub shows no run although I asked for one.", now)
        return mark(follow_up, "run", TaskState.RUNNING, "waiting for GitHub to show it")
    known = change(follow_up, run_id=run.id)
    label = f"run {run.number}, attempt {run.attempt}"
    if not run.done:
        summary = f"{label}: {_step(run, jobs)}"
        return mark(known, "run", TaskState.RUNNING, summary, run.html_url)
    if run.conclusion == "success":
        done = mark(known, "run", TaskState.DONE, f"{label}: success", run.html_url)
        looking = mark(done, "image", TaskState.RUNNING, "looking in the registry")
        return enter(looking, Phase.IMAGE, now)
    failed = mark(known, "run", TaskState.FAILED, f"{label}: {run.conclusion}", run.html_url)
    return again(failed, f"{_started(journey)}: {label} ended with {run.conclusion}.", now)


def with_image(follow_up: FollowUp, answer: ImageLookUp, pods: PodsSeen, now: datetime) -> FollowUp:
    """Go on from what the registry says; a pod that runs has pulled it, whatever that is."""
    journey = follow_up.journey
    if isinstance(answer, ImageFound) or pods.stage >= Stage.RUNNING:
        there = mark(follow_up, "image", TaskState.DONE, "is in the registry")
        return enter(mark(there, "pod", TaskState.RUNNING, pods.summary), Phase.POD, now)
    if now - (journey.phase_since or now) > IMAGE_APPEARS:
        note = f"{_started(journey)} and the run is green, but {journey.image} is not there."
        return again(mark(follow_up, "image", TaskState.FAILED, "still not there"), note, now)
    return mark(follow_up, "image", TaskState.RUNNING, "not there yet")


def with_pods(follow_up: FollowUp, pods: PodsSeen, now: datetime, ready_for: timedelta) -> Next:
    """Go on from what the cluster says."""
    if pods.superseded_by:
        return End(Kind.SUPERSEDED, f"{pods.superseded_by} took its place.")
    if pods.lost:
        return End(Kind.LOST, f"{pods.summary}.")
    if pods.stage is Stage.COMPLETED:
        return End(Kind.RECOVERED, f"{pods.pod} has completed.")
    if pods.stage is Stage.READY:
        return _ready(follow_up, pods, now, ready_for)
    journey = follow_up.journey
    waiting = mark(follow_up, "ready", TaskState.PENDING)
    waiting = mark(waiting, "pod", TaskState.RUNNING, _patience(journey, pods))
    waiting = change(waiting, retry=_retry(journey, pods))
    if journey.action is not None and _failed_anew(journey, pods):
        failed = mark(waiting, "pod", TaskState.FAILED, pods.summary)
        return again(failed, f"{_started(journey)}, but then: {pods.summary}.", now)
    return waiting if waiting.phase is Phase.POD else enter(waiting, Phase.POD, now)


def _ready(follow_up: FollowUp, pods: PodsSeen, now: datetime, ready_for: timedelta) -> Next:
    if follow_up.phase is not Phase.READY or follow_up.ready_since is None:
        follow_up = enter(follow_up, Phase.READY, now)
    since = follow_up.ready_since or now
    seconds, wanted = int((now - since).total_seconds()), int(ready_for.total_seconds())
    if now - since >= ready_for:
        return End(Kind.RECOVERED, f"{pods.pod} is Running and Ready for {wanted} s.")
    started = change(mark(follow_up, "pod", TaskState.DONE, pods.summary), retry=None)
    return mark(started, "ready", TaskState.RUNNING, f"for {seconds} of {wanted} s")


def _failed_anew(journey: Journey, pods: PodsSeen) -> bool:
    """Whether it is another failure than the one that was to be mended."""
    if pods.stage is Stage.CRASHED:
        return True
    fresh = not set(pods.uids) & set(journey.pod_uids)
    return pods.stage is Stage.PULL_FAILED and fresh and isinstance(journey.action, RetryPull)


def _retry(journey: Journey, pods: PodsSeen) -> RetryPull | None:
    """What spares the back-off, once the run that somebody started has pushed the image."""
    built = isinstance(journey.action, RerunFailedJobs | RunWorkflow)
    if pods.stage is not Stage.PULL_FAILED or not built or not pods.uid:
        return None
    target = journey.target
    return RetryPull(cluster=target.cluster, namespace=target.namespace, pod=pods.pod, uid=pods.uid)


def _patience(journey: Journey, pods: PodsSeen) -> str:
    if pods.stage is Stage.PULL_FAILED and journey.action is not None:
        return f"{pods.summary}; the kubelet tries again within 5 minutes"
    return pods.summary


def _step(run: Run, jobs: Sequence[Job]) -> str:
    """What a run does now, in words."""
    for job in jobs:
        if job.status == "in_progress":
            steps = [step for step in job.steps if step.status == "in_progress"]
            done = sum(step.status == "completed" for step in job.steps)
            at = f" › {steps[0].name} ({done + 1} of {len(job.steps)})" if steps else ""
            return f"{job.name}{at}"
    return {"queued": "queued", "waiting": "waits for an approval"}.get(run.status, run.status)


def _started(journey: Journey) -> str:
    match journey.action:
        case RerunFailedJobs():
            done = "re-ran the failed jobs"
        case RunWorkflow():
            done = "ran the workflow"
        case RetryPull():
            done = "retried the pull"
        case _:
            done = "looked again"
    return f"{journey.started_by or 'Somebody'} {done}"


def done(task: Task) -> Task:
    """The task at the end; how long it has been Ready is in the sentence."""
    summary = "" if task.key == "ready" else task.summary
    return msgspec.structs.replace(task, state=TaskState.DONE, summary=summary)


def could_not_ask(follow_up: FollowUp, error: SourceError) -> FollowUp:
    """A source that does not answer is asked again until the deadline; the reader sees why."""
    for task in follow_up.journey.tasks:
        if task.state is TaskState.RUNNING:
            summary = f"could not ask ({error}); trying again"
            return mark(follow_up, task.key, TaskState.RUNNING, summary)
    return follow_up

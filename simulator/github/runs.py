"""Runs as they are at this moment, and the playing of a script on one."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from itertools import count

import msgspec

from simulator.github.clock import Clock
from simulator.github.plan import Job, Pending, Script, Step


class StepState(msgspec.Struct):
    """A step as it is now."""

    name: str
    number: int
    status: str = "queued"
    conclusion: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None


class JobState(msgspec.Struct):
    """A job as it is now. `log` is None when GitHub has none (never written, or expired)."""

    id: int
    plan: Job
    attempt: int
    created_at: datetime
    status: str = "queued"
    conclusion: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    runner: str = ""
    steps: list[StepState] = []
    log: list[str] | None = None


class RunState(msgspec.Struct, kw_only=True):
    """A run as it is now."""

    id: int
    number: int
    workflow_id: int
    path: str
    name: str
    title: str
    event: str
    head_sha: str
    head_branch: str
    actor: str
    created_at: datetime
    updated_at: datetime
    started_at: datetime
    attempt: int = 1
    status: str = "queued"
    conclusion: str | None = None
    jobs: list[JobState] = []
    pending: list[Pending] = []
    groups: list[str] = []
    """Concurrency groups that it holds or waits for."""


class Player:
    """Plays scripts on runs, in simulated time."""

    def __init__(
        self, clock: Clock, ids: count[int], runner_free: Callable[[Job], Awaitable[str]]
    ) -> None:
        self._clock = clock
        self._ids = ids
        self._runner_free = runner_free

    def enter(self, run: RunState, script: Script) -> Iterator[JobState]:
        """Put the script's jobs into the run, queued; those of the same name are replaced."""
        names = {job.name for job in script.jobs}
        run.jobs = [job for job in run.jobs if job.plan.name not in names]
        for plan in script.jobs:
            steps = [StepState(step.name, number) for number, step in _numbered(plan)]
            job = JobState(next(self._ids), plan, run.attempt, self._clock.now(), steps=steps)
            run.jobs.append(job)
            yield job

    async def play(self, run: RunState, jobs: list[JobState]) -> None:
        """Let a run happen: queued, in progress step by step, completed."""
        failed = False
        for job in jobs:
            failed = failed or any(
                other.conclusion == "failure" for other in run.jobs if other not in jobs
            )
            await (self._skip(job) if failed else self._play_job(run, job))
            failed = failed or job.conclusion not in {"success", "skipped"}
            run.updated_at = self._clock.now()
        run.status = "completed"
        run.conclusion = conclusion_of(run)
        run.updated_at = self._clock.now()

    async def _play_job(self, run: RunState, job: JobState) -> None:
        await self._clock.sleep(job.plan.queued)
        if job.plan.self_hosted:
            job.runner = await self._runner_free(job.plan)
        else:
            job.runner = job.plan.runner
        job.status = run.status = "in_progress"
        job.started_at = run.updated_at = self._clock.now()
        job.log = []
        for state, step in zip(job.steps, job.plan.steps, strict=True):
            await self._play_step(job, state, step)
        job.status = "completed"
        job.completed_at = self._clock.now()
        job.conclusion = job.plan.conclusion or _worst(step.conclusion for step in job.steps)

    async def _play_step(self, job: JobState, state: StepState, step: Step) -> None:
        state.started_at = self._clock.now()
        if any(other.conclusion == "failure" for other in job.steps):
            state.status, state.conclusion = "completed", "skipped"
            state.completed_at = state.started_at
            return
        state.status = "in_progress"
        await self._clock.sleep(step.seconds)
        state.completed_at = self._clock.now()
        write_log(job, step, state.completed_at)
        if step.conclusion == "success" and step.effect is not None:
            happening = step.effect()
            if inspect.isawaitable(happening):
                await happening
        state.status, state.conclusion = "completed", step.conclusion

    async def _skip(self, job: JobState) -> None:
        await asyncio.sleep(0)
        job.status, job.conclusion = "completed", "skipped"
        job.started_at = job.completed_at = self._clock.now()
        job.steps = []


def write_log(job: JobState, step: Step, at: datetime) -> None:
    """Append what a step prints, with the runner's time stamps and group marks.

    What the step's own log has of them (`##[group]` at its beginning, `##[error]`) is kept.
    """
    lines = list(step.log)
    if not (lines and lines[0].startswith("##[group]")):
        lines = [f"##[group]Run {step.name}", "##[endgroup]", *lines]
    if step.conclusion == "failure" and not any(line.startswith("##[error]") for line in lines):
        lines.append("##[error]Process completed with exit code 1.")
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
    job.log = [*(job.log or []), *(f"{stamp} {line}" for line in lines)]


def settle(job: JobState, began: datetime, status: str) -> None:
    """Make a job of the past: every step done, its log written."""
    if status != "completed":
        job.status = status
        return
    at = job.started_at = began + timedelta(seconds=job.plan.queued)
    job.runner = job.plan.runner
    failed = False
    steps: list[StepState] = []
    for number, step in enumerate(job.plan.steps, start=2):
        conclusion = "skipped" if failed else step.conclusion
        ended = at if failed else at + timedelta(seconds=step.seconds)
        steps.append(StepState(step.name, number, "completed", conclusion, at, ended))
        if not failed:
            write_log(job, step, ended)
        failed, at = failed or conclusion == "failure", ended
    job.steps = steps
    job.status, job.completed_at = "completed", at
    job.conclusion = job.plan.conclusion or ("failure" if failed else "success")


def conclusion_of(run: RunState) -> str:
    """How a run ends, as its jobs say."""
    return _worst(job.conclusion for job in run.jobs)


def _worst(conclusions: Iterator[str | None]) -> str:
    seen = set(conclusions)
    for worst in ("startup_failure", "failure", "timed_out", "cancelled", "success"):
        if worst in seen:
            return worst
    return "skipped" if "skipped" in seen else "success"


def _numbered(plan: Job) -> Iterator[tuple[int, Step]]:
    # Step 1 is the runner's own, `Set up job`.
    return iter(enumerate(plan.steps, start=2))

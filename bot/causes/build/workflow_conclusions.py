"""The run ended before it pushed, by its conclusion: cancelled, timed out, never started.

Seen as:       ImagePullBackOff although a run exists
Confirmed if:  the registry lacks the image and the run of the wanted commit ended so
Ruled out if:  the push step of that run succeeded
By hand:       gh run view RUN --repo OWNER/NAME
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import msgspec

from bot.builds import Build, builds
from bot.builds.log_advice import ADVICE
from bot.builds.solutions import not_a_rerun, not_waiting, rerun
from bot.cause import Cause
from bot.cause.tables import DocLines
from bot.report import Layer, LeftOut, Ruling, Solution
from bot.view import View
from bot.words import ago, shell


class _End(msgspec.Struct, frozen=True):
    """One conclusion: its code, and the words for it."""

    code: str
    title: str
    told: Callable[[Build], str]
    solution: Callable[[Build], Solution]
    left_out: Callable[[Build], tuple[LeftOut, ...]] = lambda build: (not_waiting(build),)


def _cancelled(build: Build) -> str:
    job = build.failed_job
    if job is None or not job.steps:
        return f"{build.run_name} was cancelled before any job had started"
    return f"{build.run_name} was cancelled in job {job.name}, before it had pushed {build.name}"


def _again(build: Build) -> Solution:
    return rerun(
        build,
        "",
        "Nothing was wrong with the commit as far as the run got."
        if build.newer is None
        else f"Run #{build.newer.number} is newer: check that it does not replace this one again.",
    )


def _timed_out(build: Build) -> str:
    job = build.failed_job
    took = ago(job.started_at, job.completed_at) if job and job.completed_at else ""
    where = f" in job {job.name}" if job else ""
    at = f", {build.step_name}" if build.failed_step else ""
    return f"{build.run_name} ran out of time{where}{at}" + (f" after {took}" if took else "")


def _longer(build: Build) -> Solution:
    return rerun(
        build,
        f"Find what hung in {build.step_name}, or raise timeout-minutes",
        "The log ends where it hung.",
        (shell("gh", "run", "view", build.run_id, "--repo", build.repository, "--log-failed"),),
    )


def _never_started(build: Build) -> str:
    said = f": {build.failure_words}" if build.failure_words else ""
    return f"GitHub could not start {build.run_name}{said}"


def _mend_file(build: Build) -> Solution:
    path = f".github/workflows/{build.workflow_file}" if build.workflow_file else "the workflow"
    return Solution(
        title=f"Mend {path} and push",
        why="GitHub refuses the file as it is in this commit, or an action that it uses.",
        recommended=True,
        commands=(shell("gh", "run", "view", build.run_id, "--repo", build.repository, "--web"),),
        url=build.workflow_url,
    )


_ENDS = {
    "cancelled": _End(
        "WorkflowCancelled",
        "the workflow run was cancelled before it pushed the image",
        _cancelled,
        _again,
    ),
    "timed_out": _End(
        "WorkflowTimedOut",
        "the workflow run exceeded its time limit before it pushed the image",
        _timed_out,
        _longer,
    ),
    "startup_failure": _End(
        "WorkflowStartupFailure",
        "GitHub could not start the workflow",
        _never_started,
        _mend_file,
        lambda build: (not_waiting(build), not_a_rerun("the file of that commit stays as it is")),
    ),
}


def _end_of(build: Build) -> _End | None:
    """By the run's conclusion where the log has no deeper reason, or by what the log says."""
    code = build.diagnosis.code if build.diagnosis and build.diagnosis.certain else ""
    if build.ending in _ENDS and code not in ADVICE:
        return _ENDS[build.ending]
    return next((end for end in _ENDS.values() if end.code == code), None)


def _check(end: _End, view: View) -> Iterator[Ruling]:
    for build in builds(view):
        if _end_of(build) is end and not build.pushed:
            yield Ruling(
                outcome=build.outcome,
                subject=build.subject("WorkflowRun", build.run_id),
                summary=end.told(build),
                proof=(build.run_proof(f"{build.run_name} ended with {build.ending}."),),
                solutions=(end.solution(build),),
                left_out=end.left_out(build),
            )


_DOCS = {
    "WorkflowCancelled": DocLines(
        "ImagePullBackOff, and the run of the commit is cancelled",
        "the registry lacks the image and its run, or the job that pushes, was cancelled first",
        "the push step succeeded before, or the log gives a deeper reason",
        "gh run view RUN --repo OWNER/NAME",
    ),
    "WorkflowTimedOut": DocLines(
        "ImagePullBackOff, and the run of the commit timed out",
        "the registry lacks the image and its run ended at a time limit before the push",
        "the push step succeeded before, or the log gives a deeper reason",
        "gh run view RUN --repo OWNER/NAME",
    ),
    "WorkflowStartupFailure": DocLines(
        "ImagePullBackOff, and the run of the commit has no jobs",
        "the registry lacks the image and GitHub says startup_failure",
        "a job of the run started",
        "gh run view RUN --repo OWNER/NAME --web",
    ),
}

CAUSES = tuple(
    Cause(
        code=end.code,
        title=end.title,
        layer=Layer.BUILD,
        doc=_DOCS[end.code].doc(end.title),
        check=partial(_check, end),
    )
    for end in _ENDS.values()
)

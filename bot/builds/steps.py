"""Which job and step of a workflow file a job and step of the API are.

The API names a step by its `name`, or `Run ` and what it uses or the first line of its script; the
runner adds steps of its own before and after. A job is named by its `name` or id, a matrix job with
its values in brackets, a job of a called workflow as `caller / called`.
"""

from __future__ import annotations

from bot.ci import objects as ci
from bot.ci.workflow_objects import Job, Step, WorkflowFile

_RUNNERS_OWN = frozenset(
    {"Set up job", "Initialize containers", "Stop containers", "Complete job", "Complete runner"}
)
_ADDED = ("Pre ", "Post ")


def job_in_file(file: WorkflowFile, name: str) -> Job | None:
    """The job of the file behind the API's name for it."""
    bare = name.partition(" (")[0].strip()
    caller = bare.partition(" / ")[0]
    for wanted in (name, bare, caller):
        for job in file.jobs:
            if wanted and wanted in (job.name, job.id):
                return job
    return file.jobs[0] if len(file.jobs) == 1 else None


def step_in_file(file_job: Job, job: ci.Job, step: ci.Step) -> Step | None:
    """The step of the file behind a step of the API."""
    for each in file_job.steps:
        if step.name in _names(each):
            return each
    own = [s for s in job.steps if s.name not in _RUNNERS_OWN and not s.name.startswith(_ADDED)]
    if len(own) == len(file_job.steps) and step in own:
        return file_job.steps[own.index(step)]
    return None


def step_in_job(job: ci.Job, file_job: Job, wanted: Step) -> ci.Step | None:
    """The step of the API behind a step of the file."""
    return next((s for s in job.steps if step_in_file(file_job, job, s) == wanted), None)


def _names(step: Step) -> tuple[str, ...]:
    if step.name:
        return (step.name,)
    if step.uses:
        return (f"Run {step.uses}", step.uses)
    first = step.run.strip().partition("\n")[0]
    return (f"Run {first}",) if first else ()

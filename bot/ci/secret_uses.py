"""Which secrets and variables does a job read, and in which step?"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bot.ci.step_scope import references_of
from bot.ci.workflow_objects import Job, WorkflowFile

_OWN = "GITHUB_TOKEN"


class SecretUse(msgspec.Struct, frozen=True, kw_only=True):
    """A secret or variable that a job reads. `step` is None where the job itself reads it."""

    name: str
    """Upper case, as GitHub keeps it."""
    kind: str
    """`secret` or `variable`."""
    step: int | None
    step_name: str


def secrets_used(workflow: WorkflowFile, job: Job) -> tuple[SecretUse, ...]:
    """Secrets and variables of a job in the order of the file; GITHUB_TOKEN is always there."""
    found: dict[SecretUse, None] = {}
    for text, step, name in _texts(workflow, job):
        for path in references_of(text):
            context, _, key = path.partition(".")
            key = key.partition(".")[0].upper()
            kind = {"secrets": "secret", "vars": "variable"}.get(context)
            if kind and key and key != _OWN:
                found[SecretUse(name=key, kind=kind, step=step, step_name=name)] = None
    return tuple(found)


def _texts(workflow: WorkflowFile, job: Job) -> Iterator[tuple[str, int | None, str]]:
    for _, text in (*workflow.env, *job.env, *job.container_credentials, *job.secrets, *job.inputs):
        yield text, None, f"job {job.id}"
    yield _braced(job.condition), None, f"job {job.id}"
    for step in job.steps:
        for _, text in (*step.inputs, *step.env):
            yield text, step.index, step.label
        yield step.run, step.index, step.label
        yield _braced(step.condition), step.index, step.label


def _braced(condition: str) -> str:
    return condition if "${{" in condition or not condition else f"${{{{ {condition} }}}}"

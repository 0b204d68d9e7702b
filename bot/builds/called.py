"""Where a failed job is written: in the workflow itself, or in one that it calls.

A called workflow gets no secrets but those that the call maps, or all with `secrets: inherit`
(https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from bot.builds.secrets import SecretUse, uses_in
from bot.builds.steps import job_in_file
from bot.ci.called import Called
from bot.ci.workflow_objects import Job, WorkflowFile, lookup


class Place(msgspec.Struct, frozen=True):
    """A job as some file writes it. `caller` is the job that calls that file."""

    file: WorkflowFile
    job: Job
    caller: Job | None = None

    def split(
        self, uses: Iterable[SecretUse]
    ) -> tuple[tuple[SecretUse, ...], tuple[SecretUse, ...]]:
        """What is read from the repository, by its name there, and what the call does not pass."""
        caller = self.caller
        if caller is None or caller.secrets_inherit:
            return tuple(uses), ()
        read: list[SecretUse] = []
        missing: list[SecretUse] = []
        for use in uses:
            mapped = None if use.variable else lookup(caller.secrets, use.name)
            if use.variable:
                read.append(use)
            elif mapped is None:
                missing.append(use)
            else:
                read += uses_in(mapped, f"secret {use.name} of job {caller.id}")
        return tuple(read), tuple(missing)


def place_of(file: WorkflowFile, name: str, called: Called) -> Place | None:
    """The place of the job that the API calls by this name; None when it was not read."""
    job = job_in_file(file, name)
    if job is None or not job.uses:
        return Place(file, job) if job else None
    inner = called.get(job.uses)
    others = {uses: other for uses, other in called.items() if uses != job.uses}
    found = place_of(inner, name.partition(" / ")[2], others) if inner else None
    return Place(found.file, found.job, found.caller or job) if found else None

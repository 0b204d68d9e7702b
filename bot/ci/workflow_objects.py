"""A workflow file as types: what triggers it, its jobs and their steps, nothing evaluated yet."""

from __future__ import annotations

import msgspec

Pairs = tuple[tuple[str, str], ...]
"""Names and texts in the order of the file; a text may hold `${{ … }}`."""


def lookup(pairs: Pairs, name: str) -> str | None:
    """The text of a name, upper and lower case aside, or None."""
    return next((text for key, text in pairs if key.lower() == name.lower()), None)


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """An input of `workflow_dispatch` or `workflow_call`."""

    name: str
    type: str = "string"
    required: bool = False
    default: str | None = None
    options: tuple[str, ...] = ()


class Trigger(msgspec.Struct, frozen=True, kw_only=True):
    """One event of `on:` with its filters. None is "no such filter", an empty tuple is one."""

    event: str
    types: tuple[str, ...] | None = None
    branches: tuple[str, ...] | None = None
    branches_ignore: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None
    tags_ignore: tuple[str, ...] | None = None
    paths: tuple[str, ...] | None = None
    paths_ignore: tuple[str, ...] | None = None
    workflows: tuple[str, ...] | None = None
    crons: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step as written. `index` counts from 0 within its job."""

    index: int
    line: int
    id: str = ""
    name: str = ""
    uses: str = ""
    run: str = ""
    inputs: Pairs = ()
    env: Pairs = ()
    condition: str = ""
    continue_on_error: str = ""

    @property
    def action(self) -> str:
        """The action without its version, lower case: `docker/build-push-action`."""
        return self.uses.partition("@")[0].lower()

    @property
    def label(self) -> str:
        """What a person calls the step."""
        first = self.run.strip().partition("\n")[0]
        return self.name or self.uses or first[:80] or f"step {self.index + 1}"


class Matrix(msgspec.Struct, frozen=True, kw_only=True):
    """A matrix. `computed` means that an expression makes it, so that its values are unknown."""

    axes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    include: tuple[Pairs, ...] = ()
    exclude: tuple[Pairs, ...] = ()
    computed: bool = False


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A job as written; `uses` calls a reusable workflow in place of steps."""

    id: str
    line: int
    name: str = ""
    runs_on: tuple[str, ...] = ()
    group: str = ""
    needs: tuple[str, ...] = ()
    condition: str = ""
    environment: str = ""
    permissions: Pairs | None = None
    """None where the job says nothing; `read-all` and `write-all` stand under the name `*`."""
    matrix: Matrix | None = None
    uses: str = ""
    inputs: Pairs = ()
    secrets: Pairs = ()
    secrets_inherit: bool = False
    env: Pairs = ()
    container: str = ""
    container_credentials: Pairs = ()
    concurrency: str = ""
    outputs: Pairs = ()
    steps: tuple[Step, ...] = ()


class WorkflowFile(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A workflow file that GitHub would accept."""

    name: str
    triggers: tuple[Trigger, ...]
    jobs: tuple[Job, ...]
    env: Pairs = ()
    permissions: Pairs | None = None
    concurrency: str = ""
    shell: str = ""

    def trigger(self, event: str) -> Trigger | None:
        """The trigger of an event, or None where `on:` does not name it."""
        return next((trigger for trigger in self.triggers if trigger.event == event), None)

    def job(self, identifier: str) -> Job | None:
        """The job of that id."""
        return next((job for job in self.jobs if job.id.lower() == identifier.lower()), None)

"""What a CI provider tells us, as types: repositories, workflows, runs, jobs, secrets, runners."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Repository(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """A source repository. `full_name` is `owner/name`."""

    full_name: str
    html_url: str
    default_branch: str
    private: bool = False
    archived: bool = False
    disabled: bool = False
    fork: bool = False
    actions_enabled: bool | None = None
    """None when the permission to look is missing."""


class Workflow(msgspec.Struct, frozen=True, kw_only=True):
    """A workflow as the API lists it. `state` is active, disabled_manually and so on."""

    id: int
    name: str
    path: str
    state: str
    html_url: str = ""


class Commit(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """A commit of the source repository; `message` is data from outside."""

    sha: str
    message: str
    author: str = ""
    committed_at: datetime | None = None
    html_url: str = ""

    @property
    def short(self) -> str:
        """The seven digits that people write."""
        return self.sha[:7]


class Push(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """One push to a branch or tag, as the repository's activity shows it.

    `actor` is a login; `github-actions[bot]` means that the workflow's own token pushed.
    """

    ref: str
    before: str
    after: str
    actor: str
    pushed_at: datetime | None = None
    kind: str = "push"


class ChangedFiles(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The files of a push's diff, as far as the API tells (300 at most)."""

    paths: tuple[str, ...]
    complete: bool = True


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a job. `conclusion` is None while it runs."""

    number: int
    name: str
    status: str
    conclusion: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A job of a run. `labels` are what `runs-on` asked for."""

    id: int
    name: str
    status: str
    conclusion: str | None = None
    labels: tuple[str, ...] = ()
    runner_name: str = ""
    steps: tuple[Step, ...] = ()
    created_at: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    html_url: str = ""
    check_run_id: int | None = None

    @property
    def failed_step(self) -> Step | None:
        """The first step that failed."""
        return next((step for step in self.steps if step.conclusion == "failure"), None)


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run of a workflow, at its newest attempt."""

    id: int
    workflow_id: int
    number: int
    attempt: int
    event: str
    status: str
    conclusion: str | None
    head_sha: str
    head_branch: str
    html_url: str
    title: str = ""
    path: str = ""
    actor: str = ""
    created_at: datetime | None = None
    started_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def done(self) -> bool:
        """Whether it has come to its end."""
        return self.status == "completed"


class Annotation(msgspec.Struct, frozen=True, kw_only=True):
    """What a check run says about itself: `level` is notice, warning or failure."""

    level: str
    message: str
    title: str = ""


class PendingDeployment(msgspec.Struct, frozen=True, kw_only=True):
    """An environment that a run waits for."""

    environment: str
    html_url: str = ""
    reviewers: tuple[str, ...] = ()
    wait_minutes: int = 0
    waiting_since: datetime | None = None


class ConcurrencyMember(msgspec.Struct, frozen=True, kw_only=True):
    """A run or job ahead of ours in a concurrency group."""

    group: str
    run_id: int
    run_name: str
    html_url: str = ""
    status: str = ""


class SecretNames(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Names, upper case, of the secrets and variables that a run of this repository can read."""

    secrets: frozenset[str]
    variables: frozenset[str] | None = None
    """None when the permission to look is missing."""
    environments: tuple[str, ...] = ()
    """The environments whose own secrets are included."""


class Runner(msgspec.Struct, frozen=True, kw_only=True):
    """A registered self-hosted runner. `status` is online or offline."""

    name: str
    status: str
    busy: bool
    labels: tuple[str, ...]
    os: str = ""


class JobLog(msgspec.Struct, frozen=True, kw_only=True):
    """The end of a job's log, timestamps and colour stripped, secrets masked."""

    job_id: int
    lines: tuple[str, ...]
    cut: int = 0
    """How many lines before these were left out."""

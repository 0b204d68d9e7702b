"""GitHub's JSON as GitHub writes it: the fields that we read, and no others.

Source: https://github.com/github/rest-api-description (GitHub's own OpenAPI description).
"""

from __future__ import annotations

from datetime import datetime

import msgspec


class RawLogin(msgspec.Struct):
    """A user, a bot or a team; teams have a slug instead of a login."""

    login: str = ""
    type: str = ""
    slug: str = ""


class RawRepository(msgspec.Struct):
    """A repository as the API writes it; `owner.type` is User or Organization."""

    full_name: str
    html_url: str
    default_branch: str = ""
    private: bool = False
    archived: bool = False
    disabled: bool = False
    fork: bool = False
    owner: RawLogin = msgspec.field(default_factory=RawLogin)


class RawPermissions(msgspec.Struct):
    """Whether Actions is switched on."""

    enabled: bool


class RawWorkflow(msgspec.Struct):
    """A workflow."""

    id: int
    name: str
    path: str
    state: str
    html_url: str = ""


class RawWorkflows(msgspec.Struct):
    """A page of workflows."""

    workflows: list[RawWorkflow]
    total_count: int = 0


class RawSignature(msgspec.Struct):
    """Who wrote or made a commit, and when."""

    name: str | None = None
    date: datetime | None = None


class RawCommitBody(msgspec.Struct):
    """What git itself knows of a commit."""

    message: str = ""
    author: RawSignature | None = None
    committer: RawSignature | None = None


class RawFile(msgspec.Struct):
    """A file of a diff."""

    filename: str
    previous_filename: str | None = None


class RawCommit(msgspec.Struct):
    """A commit with the files that differ from its first parent."""

    sha: str
    commit: RawCommitBody
    html_url: str = ""
    author: RawLogin | None = None
    files: list[RawFile] = []


class RawComparison(msgspec.Struct):
    """Two commits compared."""

    status: str = ""
    total_commits: int = 0
    files: list[RawFile] = []


class RawActivity(msgspec.Struct):
    """A push."""

    before: str
    after: str
    ref: str
    activity_type: str
    timestamp: datetime | None = None
    actor: RawLogin | None = None


class RawRun(msgspec.Struct):
    """A run of a workflow."""

    id: int
    workflow_id: int
    run_number: int
    event: str
    status: str | None
    head_sha: str
    html_url: str = ""
    head_branch: str | None = None
    conclusion: str | None = None
    run_attempt: int = 1
    display_title: str = ""
    name: str | None = None
    path: str = ""
    actor: RawLogin | None = None
    triggering_actor: RawLogin | None = None
    created_at: datetime | None = None
    run_started_at: datetime | None = None
    updated_at: datetime | None = None


class RawRuns(msgspec.Struct):
    """A page of runs."""

    workflow_runs: list[RawRun]
    total_count: int = 0


class RawStep(msgspec.Struct):
    """A step of a job."""

    name: str
    status: str
    number: int
    conclusion: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None


class RawJob(msgspec.Struct):
    """A job of a run."""

    id: int
    name: str
    status: str
    conclusion: str | None = None
    labels: list[str] = []
    runner_name: str | None = None
    steps: list[RawStep] = []
    created_at: datetime | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    html_url: str | None = None
    check_run_url: str = ""


class RawJobs(msgspec.Struct):
    """A page of jobs."""

    jobs: list[RawJob]
    total_count: int = 0


class RawAnnotation(msgspec.Struct):
    """What a check run says."""

    annotation_level: str | None = None
    message: str | None = None
    title: str | None = None


class RawEnvironment(msgspec.Struct):
    """An environment."""

    name: str = ""
    html_url: str = ""


class RawReviewer(msgspec.Struct):
    """Who may approve."""

    reviewer: RawLogin | None = None


class RawPending(msgspec.Struct):
    """A deployment that waits."""

    environment: RawEnvironment
    wait_timer: int = 0
    wait_timer_started_at: datetime | None = None
    reviewers: list[RawReviewer] = []


class RawMember(msgspec.Struct):
    """A run or job in a concurrency group."""

    run_id: int
    run_name: str = ""
    run_html_url: str | None = None
    status: str = ""


class RawGroup(msgspec.Struct):
    """A concurrency group and who is in it."""

    group_name: str
    group_members: list[RawMember] = []


class RawGroups(msgspec.Struct):
    """The concurrency groups of a run."""

    concurrency_groups: list[RawGroup]


class RawNamed(msgspec.Struct):
    """Anything of which only the name is read."""

    name: str


class RawSecrets(msgspec.Struct):
    """A page of secrets' names."""

    secrets: list[RawNamed]
    total_count: int = 0


class RawVariables(msgspec.Struct):
    """A page of variables; their values are not read."""

    variables: list[RawNamed]
    total_count: int = 0


class RawRunner(msgspec.Struct):
    """A self-hosted runner."""

    name: str
    status: str
    busy: bool
    os: str = ""
    labels: list[RawNamed] = []


class RawRunners(msgspec.Struct):
    """A page of runners."""

    runners: list[RawRunner]
    total_count: int = 0


class RawRunnerGroup(msgspec.Struct):
    """A group of runners."""

    id: int


class RawRunnerGroups(msgspec.Struct):
    """A page of runner groups."""

    runner_groups: list[RawRunnerGroup]
    total_count: int = 0


class RawRepositoryName(msgspec.Struct):
    """The part of a repository that search results carry."""

    full_name: str


class RawHit(msgspec.Struct):
    """A file that a search found."""

    path: str
    repository: RawRepositoryName


class RawHits(msgspec.Struct):
    """A page of search results."""

    items: list[RawHit]
    total_count: int = 0


class RawDispatched(msgspec.Struct):
    """The run that a dispatch started."""

    workflow_run_id: int

"""What we need from outside, as protocols, and the one error that an adapter may raise.

    SourceError          the source could not answer; `collect.ask` makes a Gap of it

A definite "no" is an answer, not an error.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from bot.ci import objects as ci
from bot.cluster.objects import KubeObject
from bot.evidence import Gap, GapReason, Target
from bot.images import ImageRef
from bot.registries.answers import ImageLookUp, TagList


class SourceError(Exception):
    """A source could not answer. `detail` is for people, redacted; `fix` says what would help."""

    def __init__(self, reason: GapReason, detail: str = "", fix: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail
        self.fix = fix

    def as_gap(self, source: str, subject: str) -> Gap:
        """Turn the error into the value that the report prints."""
        return Gap(
            source=source, subject=subject, reason=self.reason, detail=self.detail, fix=self.fix
        )


class PullCredential(msgspec.Struct, frozen=True):
    """A credential from a pull secret; `secret` is a password and never printed."""

    origin: str
    """`pull secret NAMESPACE/NAME`."""
    username: str
    secret: str

    def __repr__(self) -> str:
        return f"PullCredential(origin={self.origin!r})"


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What a person typed, parsed: kind is a full name such as Pod or Deployment, or empty."""

    name: str
    kind: str = ""
    namespace: str = ""
    cluster: str = ""


class Matches(msgspec.Struct, frozen=True, kw_only=True):
    """What a query may mean. A near name is never taken for what was asked: a person chooses."""

    exact: tuple[Target, ...] = ()
    """The name itself, or every name that it begins or that belongs to it; one is the target."""
    near: tuple[Target, ...] = ()
    """Names that differ by a slip, nearest first, when nothing matches."""


class PodRow(msgspec.Struct, frozen=True):
    """A pod as `kubectl get pods` prints it; `well` when it runs and is Ready, or has completed."""

    namespace: str
    name: str
    status: str
    well: bool


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """Every pod that may be read, and how many nodes are Ready; the rest is in `gaps`."""

    pods: tuple[PodRow, ...] = ()
    nodes: int = 0
    nodes_ready: int = 0
    gaps: tuple[Gap, ...] = ()


class ClusterChange(msgspec.Struct, frozen=True):
    """One event of a watch: `kind` is ADDED, MODIFIED or DELETED."""

    kind: str
    object: KubeObject


class Cluster(Protocol):
    """A Kubernetes cluster, or files that were recorded from one. Raises SourceError."""

    name: str
    default_namespace: str

    def now(self) -> datetime:
        """The present; for files, the time of the newest fact."""
        ...

    async def find(self, query: Query) -> Matches:
        """Targets that the query may mean."""
        ...

    async def overview(self) -> Overview:
        """How all pods and nodes are, without their objects."""
        ...

    async def get(self, kind: str, namespace: str, name: str) -> KubeObject | None:
        """One object; None when it does not exist."""
        ...

    async def list(
        self, kind: str, namespace: str = "", *, labels: str = "", fields: str = ""
    ) -> tuple[KubeObject, ...]:
        """All objects of a kind; empty namespace means all namespaces."""
        ...

    async def log(
        self, namespace: str, pod: str, container: str, *, previous: bool = False, lines: int = 100
    ) -> tuple[str, ...] | None:
        """The last lines of a container's log; None when there is none."""
        ...

    def watch(self, kind: str, namespace: str = "") -> AsyncIterator[ClusterChange]:
        """Changes from now on, for ever; re-lists after expiry without losing or repeating one."""
        ...

    async def pull_credentials(
        self, namespace: str, secrets: Sequence[str], image: ImageRef
    ) -> tuple[PullCredential, ...]:
        """Credentials of these pull secrets that match the image, where reading is allowed."""
        ...

    async def delete_pod(self, namespace: str, name: str, uid: str) -> bool:
        """Delete exactly this pod; False when it was gone already."""
        ...


class Registry(Protocol):
    """Image registries, all hosts. Raises SourceError."""

    async def look_up(
        self, image: ImageRef, credentials: Sequence[PullCredential] = ()
    ) -> ImageLookUp:
        """The best proved answer that can be had, with and without credentials."""
        ...

    async def tags(
        self, image: ImageRef, credentials: Sequence[PullCredential] = ()
    ) -> TagList | None:
        """The repository's tags; None when the registry will not tell."""
        ...


class CIProvider(Protocol):
    """GitHub Actions. `repository` is always `owner/name`. Raises SourceError."""

    async def repository(self, repository: str) -> ci.Repository | None:
        """The repository; None when it does not exist or this token may not see it."""
        ...

    async def workflows(self, repository: str) -> tuple[ci.Workflow, ...]:
        """All workflows of the repository, whatever their state."""
        ...

    async def file(self, repository: str, path: str, ref: str) -> str | None:
        """A file's text at a ref; None when there is no such file, or no such ref."""
        ...

    async def commit(self, repository: str, ref: str) -> ci.Commit | None:
        """The commit that a branch, tag or SHA stands for; None when there is none."""
        ...

    async def pushes(self, repository: str, ref: str) -> tuple[ci.Push, ...]:
        """Pushes to the full ref (`refs/heads/main`), newest first."""
        ...

    async def changed_files(self, repository: str, before: str, after: str) -> ci.ChangedFiles:
        """The files that differ between two commits."""
        ...

    async def runs(
        self,
        repository: str,
        workflow_id: int,
        *,
        head_sha: str = "",
        branch: str = "",
        status: str = "",
        limit: int = 20,
    ) -> tuple[ci.Run, ...]:
        """Runs, newest first, narrowed by head commit, branch or tag, and status.

        Workflow 0 stands for all workflows of the repository.
        """
        ...

    async def run(self, repository: str, run_id: int) -> ci.Run | None:
        """One run at its newest attempt; None when it does not exist."""
        ...

    async def jobs(self, repository: str, run_id: int) -> tuple[ci.Job, ...]:
        """The jobs of the newest attempt of a run."""
        ...

    async def job_log(self, repository: str, job_id: int) -> ci.JobLog | None:
        """The end of a job's log; None when GitHub has none (expired, or never written)."""
        ...

    async def annotations(self, repository: str, check_run_id: int) -> tuple[ci.Annotation, ...]:
        """What a job's check run says about itself."""
        ...

    async def pending_deployments(
        self, repository: str, run_id: int
    ) -> tuple[ci.PendingDeployment, ...]:
        """The environments whose protection rules a run waits for."""
        ...

    async def ahead_of(self, repository: str, run_id: int) -> tuple[ci.ConcurrencyMember, ...]:
        """Who holds the concurrency groups that this run waits for."""
        ...

    async def secret_names(
        self, repository: str, environments: Sequence[str] = ()
    ) -> ci.SecretNames:
        """Names of the secrets and variables that a run of this repository can read."""
        ...

    async def runners(self, repository: str) -> tuple[ci.Runner, ...]:
        """All self-hosted runners that the repository may use.

        SourceError when its organisation's cannot be seen: half a list would prove nothing.
        """
        ...

    async def search_workflows(self, owner: str, text: str) -> tuple[tuple[str, str], ...]:
        """(repository, path) of workflow files of this owner that contain the text."""
        ...

    async def rerun_failed_jobs(self, repository: str, run_id: int) -> None:
        """Start the failed jobs of a run again. SourceError DECLINED says why not."""
        ...

    async def dispatch(self, repository: str, workflow_id: int, ref: str) -> int | None:
        """Start a workflow at a branch or tag; the new run's id where GitHub tells it.

        SourceError DECLINED says why not.
        """
        ...


class StepEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Progress: a link of the chain was begun or has answered."""

    key: str
    """`pod`, `events`, `image`, `registry`, `source`, `workflow`, `run`, `job`, `runner`, …"""
    title: str
    state: str
    """`started`, `answered`, `failed` (answered, and it is where things go wrong) or `gap`."""
    summary: str = ""


Progress = Callable[[StepEvent], None]


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that an investigation may ask. `ci` is None when GitHub is switched off."""

    cluster: Cluster
    registry: Registry
    ci: CIProvider | None
    catalog: CatalogReader


class CatalogReader(Protocol):
    """The operator's own map from images to repositories and workflows."""

    @property
    def owners(self) -> tuple[str, ...]:
        """GitHub owners whose workflow files may be searched for an image's name."""
        ...

    def source_of(self, image: ImageRef) -> tuple[str, str] | None:
        """(repository, workflow file or empty) for an image; None when the catalog is silent."""
        ...

"""What was seen: everything that one investigation asked, as values that save, load and replay.

"Could not look" is a value too (`Gap`). Times are aware UTC; text from outside is redacted and has
no control characters before it gets here.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from bot.ci import objects as ci
from bot.cluster.objects import KubeObject
from bot.images import ImageRef
from bot.registries.answers import ImageLookUp, TagList


class Target(msgspec.Struct, frozen=True, order=True):
    """What a person asked about. `namespace` is empty for cluster-scoped kinds."""

    cluster: str
    namespace: str
    kind: str
    name: str

    def __str__(self) -> str:
        return "/".join(part for part in (self.namespace, self.kind, self.name) if part)


class GapReason(StrEnum):
    """Why a source could not answer."""

    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_CONFIGURED = "not configured"
    RATE_LIMITED = "rate limited"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed out"
    GARBLED = "garbled"
    REFUSED = "refused"
    """We did not ask, because asking would not be safe (the network guard)."""
    DECLINED = "declined"
    """It understood what it was asked to do and said no; the detail says why."""
    NOT_IN_FILES = "not in the files"


class Gap(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """A question that got no answer, and what would let the bot ask it."""

    source: str
    """`cluster`, `registry`, `docker hub`, `github`, `logs`."""
    subject: str
    reason: GapReason
    detail: str = ""
    fix: str = ""


class Listing(msgspec.Struct, frozen=True, order=True):
    """A kind that was listed whole, so that absence means absence. Empty namespace: the cluster."""

    kind: str
    namespace: str


class ContainerLog(msgspec.Struct, frozen=True, kw_only=True):
    """The last lines of one container instance."""

    namespace: str
    pod: str
    container: str
    previous: bool
    lines: tuple[str, ...]


class ClusterFacts(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Objects around the target, the listings they came from, and logs."""

    objects: tuple[KubeObject, ...]
    listings: frozenset[Listing] = frozenset()
    logs: tuple[ContainerLog, ...] = ()


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One text of the cluster that `explain` was asked about, without the objects around it."""

    text: str
    where: str = ""
    """Where it was seen: `event:REASON`, `waiting:REASON`, `terminated:REASON`,
    `condition:REASON`, `status:REASON`, `log:PROGRAM`; empty when the person did not say."""
    image: str = ""


class FoundBy(StrEnum):
    """How the source repository of an image was found, most trusted first."""

    CATALOG = "the catalog"
    ANNOTATION = "an annotation on the workload"
    LABEL = "a label of the image"
    SIBLING_LABEL = "a label of another tag of the image"
    SEARCH = "a search in workflow files"
    NAME = "the image's own name"


class SourceLink(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The repository (and perhaps the workflow) that an image comes from."""

    repository: str
    found_by: FoundBy
    workflow: str = ""
    revision: str = ""
    detail: str = ""


class NoSource(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Nothing names a source repository; `tried` says where we looked."""

    tried: tuple[str, ...]


class WorkflowSource(msgspec.Struct, frozen=True, kw_only=True):
    """A workflow file at one commit. `text` is None when the file is not in that commit."""

    workflow: ci.Workflow
    text: str | None
    ref: str


class RunDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One run looked at closely."""

    run: ci.Run
    jobs: tuple[ci.Job, ...] | Gap
    logs: tuple[ci.JobLog, ...] = ()
    annotations: tuple[ci.Annotation, ...] = ()
    pending: tuple[ci.PendingDeployment, ...] = ()
    ahead: tuple[ci.ConcurrencyMember, ...] = ()


class BuildFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The chain from the repository to the runner, for one image."""

    link: SourceLink
    repository: ci.Repository | Gap
    workflows: tuple[WorkflowSource, ...] | Gap = ()
    """Every workflow of the repository that was read, the one that pushes the image among them."""
    commit: ci.Commit | Gap | None = None
    """The commit that the image should be built from."""
    wanted_ref: str = ""
    """`refs/heads/…` or `refs/tags/…` that the image's tag stands for."""
    push: ci.Push | Gap | None = None
    changed: ci.ChangedFiles | Gap | None = None
    runs: tuple[ci.Run, ...] | Gap | None = None
    """Runs of the pushing workflow for the wanted commit or ref, newest first; None when nobody
    asked, because no workflow was found that pushes the image."""
    detail: RunDetail | None = None
    history: tuple[RunDetail, ...] | Gap = ()
    """Recent successful runs with their jobs: what the ETA is computed from."""
    green: tuple[ci.Run, ...] | Gap | None = None
    """Successful runs of the pushing workflow, newest first; None when nobody asked."""
    secrets: ci.SecretNames | Gap | None = None
    runners: tuple[ci.Runner, ...] | Gap | None = None


class ImageFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One image of the target: what its registry and its build say."""

    image: ImageRef
    written: str = ""
    """As the pod template writes it; empty for an image that no template names."""
    look_up: ImageLookUp | Gap
    tags: TagList | Gap | None = None
    source: SourceLink | NoSource | Gap | None = None
    build: BuildFacts | None = None


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one investigation saw. Saved with `--save`, read with `--replay`."""

    target: Target
    collected_at: datetime
    cluster: ClusterFacts | Gap
    statements: tuple[Statement, ...] = ()
    images: tuple[ImageFacts, ...] = ()
    runner_pods: tuple[Evidence, ...] = ()
    """Evidence about the runner pods that a stuck build waits for: the same question, deeper."""
    gaps: tuple[Gap, ...] = ()
    took_ms: int = 0

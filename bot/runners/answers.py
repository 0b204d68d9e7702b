"""Every answer to "who can serve this job?": one class each."""

from __future__ import annotations

import msgspec

from bot.report import Report


class RunnerSet(msgspec.Struct, frozen=True, order=True):
    """A group of runners that ARC keeps. `maximum` is None without a limit."""

    kind: str
    """`RunnerDeployment` or `AutoscalingRunnerSet`."""
    namespace: str
    name: str
    labels: tuple[str, ...]
    running: int
    maximum: int | None
    wanted: int | None = None
    """How many are to run now, where the object says so and no autoscaler decides."""

    @property
    def pod_selector(self) -> str:
        """The label selector of its runner pods."""
        if self.kind == "RunnerDeployment":
            return f"runner-deployment-name={self.name}"
        return f"actions.github.com/scale-set-name={self.name},app.kubernetes.io/component=runner"


class Hosted(msgspec.Struct, frozen=True, tag=True):
    """GitHub's own machines serve it."""


class Idle(msgspec.Struct, frozen=True, tag=True):
    """These runners are online, free, and have all labels."""

    names: tuple[str, ...]


class Scaling(msgspec.Struct, frozen=True, tag=True):
    """A set that serves the job is up and may start another runner."""

    runner_set: RunnerSet


class AllBusy(msgspec.Struct, frozen=True, tag=True):
    """All that have the labels are at work, and no more may start."""

    names: tuple[str, ...]
    maximum: int | None


class Offline(msgspec.Struct, frozen=True, tag=True):
    """Registered with the right labels, none online."""

    names: tuple[str, ...]


class NoRunner(msgspec.Struct, frozen=True, tag=True):
    """No runner at all is registered, and no runner set was seen in the cluster.

    Scale sets at rest register nobody: only where the cluster's sets were listed is it `certain`.
    """

    certain: bool


class NoMatch(msgspec.Struct, frozen=True, tag=True):
    """Runners exist, none has all labels. `missing` are the labels that the nearest lacks."""

    nearest: str
    nearest_labels: tuple[str, ...]
    missing: tuple[str, ...]
    certain: bool
    looks_like: str = ""
    """A label of theirs that differs from a missing one by a slip of the pen."""


class SetDown(msgspec.Struct, frozen=True, tag=True):
    """A set has the labels and cannot start runners. `object` is as kubectl takes it."""

    runner_set: RunnerSet
    object: str
    namespace: str
    why: str
    switched_off: bool = False


class PodsFailing(msgspec.Struct, frozen=True, tag=True):
    """The set starts pods and they fail; `report` is the diagnosis of one of them."""

    runner_set: RunnerSet
    report: Report


class CannotTell(msgspec.Struct, frozen=True, tag=True):
    """Neither GitHub's list of runners nor the cluster's runner sets could be seen."""

    why: str


Service = (
    Hosted
    | Idle
    | Scaling
    | AllBusy
    | Offline
    | NoRunner
    | NoMatch
    | SetDown
    | PodsFailing
    | CannotTell
)

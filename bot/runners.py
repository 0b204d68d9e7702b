"""Who can serve a job: registered runners and the Actions Runner Controller's objects, judged.

How GitHub matches: a runner takes a job when it has every label that `runs-on` asks for, compared
without case (https://docs.github.com/en/actions/reference/runners/self-hosted-runners). A legacy
RunnerDeployment's runners carry its `labels` beside `self-hosted`, the operating system and the
architecture; a runner scale set has its own name as a label and, from chart 0.14, those of
`runnerScaleSetLabels` (https://github.com/actions/actions-runner-controller).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import msgspec

from bot.ci import objects as ci
from bot.cluster import objects as k
from bot.evidence import Gap
from bot.report import Report, Verdict
from bot.view import View

_IMPLICIT = frozenset({"self-hosted", "linux", "x64", "arm64", "arm"})
_HOSTED = ("ubuntu-", "windows-", "macos-")
_CONTROLLERS = {
    "app.kubernetes.io/part-of": "gha-rs-controller",
    "app.kubernetes.io/name": "actions-runner-controller",
}


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


def who_serves(
    view: View,
    labels: tuple[str, ...],
    repository: str,
    registered: tuple[ci.Runner, ...] | Gap | None,
) -> Service:
    """Say who can take a job with these labels, or why nobody does."""
    if is_hosted(labels):
        return Hosted()
    known = registered if isinstance(registered, tuple) else ()
    fitting = [runner for runner in known if serves(runner.labels, labels)]
    free = [r.name for r in fitting if r.status == "online" and not r.busy]
    if free:
        return Idle(tuple(sorted(free)))
    sets = tuple(runner_sets(view, repository))
    for runner_set in sets:
        if serves(_offered(runner_set), labels):
            return _state(view, runner_set, fitting)
    if fitting:
        return _registered(fitting)
    return _nobody(view, labels, sets, registered)


def is_hosted(labels: tuple[str, ...]) -> bool:
    """Whether GitHub's own machines serve a job with these labels."""
    return len(labels) == 1 and labels[0].casefold().startswith(_HOSTED)


def serves(offered: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    """Whether a runner with these labels takes a job that asks for those."""
    have = {label.casefold() for label in offered}
    return bool(asked) and all(label.casefold() in have for label in asked)


def runner_sets(view: View, repository: str) -> Iterator[RunnerSet]:
    """The runner sets of the cluster that may serve the repository, ordered by name."""
    for legacy in view.all(k.RunnerDeployment):
        spec = legacy.spec.template.spec
        if _covers(repository, spec.enterprise, spec.organization, spec.repository):
            yield _legacy(view, legacy)
    for scale_set in view.all(k.AutoscalingRunnerSet):
        if _covers(repository, *_scope(scale_set.spec.github_config_url)):
            spec_name = scale_set.spec.runner_scale_set_name or scale_set.name
            yield RunnerSet(
                "AutoscalingRunnerSet",
                scale_set.namespace,
                scale_set.name,
                tuple(dict.fromkeys((spec_name, *scale_set.spec.runner_scale_set_labels))),
                scale_set.status.current_runners,
                scale_set.spec.max_runners,
            )


def _offered(runner_set: RunnerSet) -> tuple[str, ...]:
    """Its labels; only runners that register themselves have the implicit ones."""
    implicit = _IMPLICIT if runner_set.kind == "RunnerDeployment" else ()
    return (*runner_set.labels, *implicit)


def _scope(url: str) -> tuple[str, str, str]:
    """Enterprise, organization, repository of a `githubConfigUrl`: one of them is set."""
    path = url.partition("://")[2].partition("/")[2].strip("/")
    owner, _, name = path.partition("/")
    if owner == "enterprises":
        return name, "", ""
    return ("", "", path) if name else ("", owner, "")


def _covers(repository: str, enterprise: str, organization: str, only: str) -> bool:
    if only:
        return only.casefold() == repository.casefold()
    if organization:
        return organization.casefold() == repository.partition("/")[0].casefold()
    return bool(enterprise) or not repository


def _legacy(view: View, item: k.RunnerDeployment) -> RunnerSet:
    scaler = next(
        (
            each
            for each in view.all(k.HorizontalRunnerAutoscaler, item.namespace)
            if each.spec.scale_target_ref.name == item.name
        ),
        None,
    )
    replicas = 1 if item.spec.replicas is None else item.spec.replicas
    return RunnerSet(
        "RunnerDeployment",
        item.namespace,
        item.name,
        item.spec.template.spec.labels,
        item.status.ready_replicas or item.status.available_replicas or 0,
        scaler.spec.max_replicas if scaler else replicas,
        None if scaler else replicas,
    )


def _state(view: View, runner_set: RunnerSet, fitting: list[ci.Runner]) -> Service:
    if runner_set.maximum == 0:
        limit = "replicas is 0" if runner_set.wanted == 0 else "its maximum is 0"
        what = f"{runner_set.kind.lower()}/{runner_set.name}"
        return SetDown(runner_set, what, runner_set.namespace, limit, switched_off=True)
    failing = _failing_pod(view, runner_set)
    if failing:
        return PodsFailing(runner_set, failing)
    down = _controller_down(view, runner_set) or _listener_down(view, runner_set)
    if down:
        return down
    if runner_set.wanted and not runner_set.running:
        what = f"{runner_set.kind.lower()}/{runner_set.name}"
        why = f"0 of its {runner_set.wanted} runners are ready"
        return SetDown(runner_set, what, runner_set.namespace, why)
    online = tuple(sorted(runner.name for runner in fitting if runner.status == "online"))
    if runner_set.maximum is not None and max(runner_set.running, len(online)) >= (
        runner_set.maximum
    ):
        return AllBusy(online or (runner_set.name,), runner_set.maximum)
    return Scaling(runner_set)


def _failing_pod(view: View, runner_set: RunnerSet) -> Report | None:
    for report in view.runner_reports:
        name = report.target.name
        if report.verdict is Verdict.EXPLAINED and (
            name.startswith(f"{runner_set.name}-") and report.target.namespace
        ):
            return report
    return None


def _controller_down(view: View, runner_set: RunnerSet) -> SetDown | None:
    for deployment in view.all(k.Deployment):
        labels = deployment.metadata.labels
        legacy = runner_set.kind == "RunnerDeployment"
        key = "app.kubernetes.io/name" if legacy else "app.kubernetes.io/part-of"
        if labels.get(key) == _CONTROLLERS[key] and not deployment.status.available_replicas:
            wanted = 1 if deployment.spec.replicas is None else deployment.spec.replicas
            why = f"the controller has 0 of {wanted} replicas available"
            what = f"deployment/{deployment.name}"
            return SetDown(runner_set, what, deployment.namespace, why, switched_off=not wanted)
    return None


def _listener_down(view: View, runner_set: RunnerSet) -> SetDown | None:
    if runner_set.kind == "RunnerDeployment":
        return None
    listener = next(
        (
            each
            for each in view.all(k.AutoscalingListener)
            if each.spec.autoscaling_runner_set_name == runner_set.name
            and each.spec.autoscaling_runner_set_namespace in ("", runner_set.namespace)
        ),
        None,
    )
    what = f"autoscalingrunnerset/{runner_set.name}"
    if listener is None:
        if not view.listed(k.AutoscalingListener):
            return None
        why = "it has no listener, so GitHub's queue is not read"
        return SetDown(runner_set, what, runner_set.namespace, why)
    pod = view.find(k.Pod, listener.namespace, listener.name)
    if pod is None and view.absent(k.Pod, listener.namespace, listener.name):
        why = "its listener has no pod, so GitHub's queue is not read"
        return SetDown(runner_set, what, runner_set.namespace, why)
    if pod is not None and not any(c.ready for c in pod.status.container_statuses):
        why = f"the listener pod is {pod.status.phase or 'not running'} and not ready"
        return SetDown(runner_set, f"pod/{pod.name}", pod.namespace, why)
    return None


def _registered(fitting: list[ci.Runner]) -> Service:
    online = tuple(sorted(runner.name for runner in fitting if runner.status == "online"))
    if online:
        return AllBusy(online, len(online))
    return Offline(tuple(sorted(runner.name for runner in fitting)))


def _nobody(
    view: View,
    labels: tuple[str, ...],
    sets: tuple[RunnerSet, ...],
    registered: tuple[ci.Runner, ...] | Gap | None,
) -> Service:
    if not isinstance(registered, tuple):
        why = registered.detail if isinstance(registered, Gap) else "GitHub was not asked"
        return CannotTell(why or str(getattr(registered, "reason", "")))
    offers = [(runner.name, runner.labels) for runner in registered]
    offers += [(each.name, _offered(each)) for each in sets]
    certain = view.listed(k.AutoscalingRunnerSet) or "self-hosted" in labels
    if not offers:
        return NoRunner(certain)
    asked = {label.casefold(): label for label in labels}
    nearest, offered = max(
        sorted(offers), key=lambda offer: len({label.casefold() for label in offer[1]} & set(asked))
    )
    have = {label.casefold() for label in offered}
    missing = tuple(label for low, label in asked.items() if low not in have)
    every = sorted({label for _, offer in offers for label in offer} - _IMPLICIT)
    slips = [m for label in missing for m in difflib.get_close_matches(label, every, 1, 0.75)]
    shown = tuple(label for label in offered if label not in _IMPLICIT or label in labels)
    return NoMatch(nearest, shown, missing, certain, slips[0] if slips else "")

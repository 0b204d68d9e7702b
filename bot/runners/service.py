"""Who can serve a job: registered runners and the cluster's runner sets, judged."""

from __future__ import annotations

import difflib

from bot.ci import objects as ci
from bot.cluster import objects as k
from bot.evidence import Gap
from bot.report import Report, Verdict
from bot.runners.answers import (
    AllBusy,
    CannotTell,
    Hosted,
    Idle,
    NoMatch,
    NoRunner,
    Offline,
    PodsFailing,
    RunnerSet,
    Scaling,
    Service,
    SetDown,
)
from bot.runners.sets import IMPLICIT, offered, runner_sets, serves
from bot.view import View

_HOSTED = ("ubuntu-", "windows-", "macos-")
_CONTROLLERS = {
    "app.kubernetes.io/part-of": "gha-rs-controller",
    "app.kubernetes.io/name": "actions-runner-controller",
}


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
        if serves(offered(runner_set), labels):
            return _state(view, runner_set, fitting)
    if fitting:
        return _registered(fitting)
    return _nobody(view, labels, sets, registered)


def is_hosted(labels: tuple[str, ...]) -> bool:
    """Whether GitHub's own machines serve a job with these labels."""
    return len(labels) == 1 and labels[0].casefold().startswith(_HOSTED)


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
    offers += [(each.name, offered(each)) for each in sets]
    certain = view.listed(k.AutoscalingRunnerSet) or "self-hosted" in labels
    if not offers:
        return NoRunner(certain)
    asked = {label.casefold(): label for label in labels}
    nearest, labels_there = max(
        sorted(offers), key=lambda offer: len({label.casefold() for label in offer[1]} & set(asked))
    )
    have = {label.casefold() for label in labels_there}
    missing = tuple(label for low, label in asked.items() if low not in have)
    every = sorted({label for _, offer in offers for label in offer} - IMPLICIT)
    slips = [m for label in missing for m in difflib.get_close_matches(label, every, 1, 0.75)]
    shown = tuple(label for label in labels_there if label not in IMPLICIT or label in labels)
    return NoMatch(nearest, shown, missing, certain, slips[0] if slips else "")

"""The runner sets of a cluster, of both generations of ARC, and what they serve.

A runner takes a job when it has every label that `runs-on` asks for, compared without case
(https://docs.github.com/en/actions/reference/runners/self-hosted-runners). The runners of a legacy
RunnerDeployment carry its `labels` beside `self-hosted`, the operating system and the architecture;
a runner scale set has its own name as a label and, from chart 0.14, those of `runnerScaleSetLabels`
(https://github.com/actions/actions-runner-controller).
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.cluster import objects as k
from bot.runners.answers import RunnerSet
from bot.view import View

IMPLICIT = frozenset({"self-hosted", "linux", "x64", "arm64", "arm"})
"""Labels that a runner gives itself when it registers."""


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


def offered(runner_set: RunnerSet) -> tuple[str, ...]:
    """Its labels; only runners that register themselves have the implicit ones."""
    implicit = IMPLICIT if runner_set.kind == "RunnerDeployment" else ()
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

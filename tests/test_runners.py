"""Who can serve a job: GitHub's list and both generations of ARC."""

from __future__ import annotations

from typing import Any

import pytest

from bot import runners as r
from bot.ci import objects as ci
from bot.cluster import objects as k
from bot.evidence import ClusterFacts, Evidence, Gap, GapReason, Listing, Target
from bot.runners import RunnerSet, who_serves
from bot.view import View
from tests.scenarios.seed import NOW

REPOSITORY = "acme/api"
GAP = Gap(source="github", subject="runners", reason=GapReason.FORBIDDEN, detail="not accessible")


def view(*objects: k.KubeObject, listed: tuple[str, ...] = ()) -> View:
    return View(
        Evidence(
            target=Target("", "shop", "Pod", "api"),
            collected_at=NOW,
            cluster=ClusterFacts(
                objects=objects, listings=frozenset(Listing(kind, "") for kind in listed)
            ),
        )
    )


def runner(name: str, *labels: str, status: str = "online", busy: bool = False) -> ci.Runner:
    return ci.Runner(name=name, status=status, busy=busy, labels=labels)


def legacy(*, replicas: int | None = 2, ready: int = 2, **scope: Any) -> k.RunnerDeployment:
    spec = k.RunnerTemplateSpec(labels=("docker",), **(scope or {"organization": "acme"}))
    return k.RunnerDeployment(
        metadata=k.Metadata(name="builders", namespace="arc"),
        spec=k.RunnerDeploymentSpec(replicas=replicas, template=k.RunnerTemplate(spec=spec)),
        status=k.RunnerDeploymentStatus(ready_replicas=ready),
    )


def scale_set(url: str = "https://github.com/acme", **spec: Any) -> k.AutoscalingRunnerSet:
    running = spec.pop("running", 0)
    return k.AutoscalingRunnerSet(
        metadata=k.Metadata(name="arc", namespace="arc-runners"),
        spec=k.AutoscalingRunnerSetSpec(github_config_url=url, **spec),
        status=k.AutoscalingRunnerSetStatus(current_runners=running),
    )


SET = RunnerSet("AutoscalingRunnerSet", "arc-runners", "arc", ("arc",), 0, None)
LEGACY = RunnerSet("RunnerDeployment", "arc", "builders", ("docker",), 2, 2, 2)


def serve(
    where: View, *labels: str, registered: tuple[ci.Runner, ...] | Gap | None = ()
) -> r.Service:
    return who_serves(where, labels, REPOSITORY, registered)


@pytest.mark.parametrize("label", ["ubuntu-latest", "Ubuntu-24.04", "windows-2025", "macos-15"])
def test_github_serves_its_own_labels(label: str) -> None:
    assert serve(view(), label) == r.Hosted()


def test_free_runner_is_found_without_regard_to_case() -> None:
    found = serve(view(), "self-hosted", "GPU", registered=(runner("n1", "Self-Hosted", "gpu"),))
    assert found == r.Idle(("n1",))


def test_registered_runners_are_busy_or_offline() -> None:
    busy = runner("n1", "gpu", busy=True)
    off = runner("n2", "gpu", status="offline")
    assert serve(view(), "gpu", registered=(busy, off)) == r.AllBusy(("n1",), 1)
    assert serve(view(), "gpu", registered=(off,)) == r.Offline(("n2",))


def test_nearest_runner_is_named_when_a_label_is_missing() -> None:
    known = (runner("n1", "self-hosted", "linux", "docker"), runner("n2", "self-hosted", "gpu"))
    found = serve(view(), "self-hosted", "linux", "dokcer", registered=known)
    assert found == r.NoMatch("n1", ("self-hosted", "linux", "docker"), ("dokcer",), True, "docker")


def test_nothing_is_said_when_nobody_could_look() -> None:
    assert serve(view(), "gpu", registered=GAP) == r.CannotTell("not accessible")
    assert serve(view(), "gpu", registered=None) == r.CannotTell("GitHub was not asked")


def test_an_empty_list_is_certain_only_where_scale_sets_were_listed() -> None:
    assert serve(view(), "arc") == r.NoRunner(certain=False)
    assert serve(view(listed=("AutoscalingRunnerSet",)), "arc") == r.NoRunner(certain=True)
    assert serve(view(), "self-hosted", "gpu") == r.NoRunner(certain=True)


# --- runner scale sets ----------------------------------------------------------------------


def test_scale_set_serves_its_name_alone() -> None:
    assert serve(view(scale_set()), "arc") == r.Scaling(SET)
    other = serve(view(scale_set()), "self-hosted", "arc")
    assert other == r.NoMatch("arc", ("arc",), ("self-hosted",), True)


def test_scale_set_serves_its_further_labels() -> None:
    where = view(scale_set(runner_scale_set_name="big", runner_scale_set_labels=("gpu",)))
    assert isinstance(serve(where, "big", "GPU"), r.Scaling)


@pytest.mark.parametrize(
    ("url", "covers"),
    [
        ("https://github.com/acme", True),
        ("https://github.com/ACME/api", True),
        ("https://github.com/acme/other", False),
        ("https://github.com/enterprises/big", True),
        ("https://github.com/else", False),
        ("", False),
    ],
)
def test_scale_set_serves_only_what_it_is_registered_for(url: str, covers: bool) -> None:
    assert isinstance(serve(view(scale_set(url)), "arc"), r.Scaling) is covers


def test_scale_set_without_maximum_is_never_at_its_limit() -> None:
    assert isinstance(serve(view(scale_set(running=50)), "arc"), r.Scaling)
    full = serve(view(scale_set(running=5, max_runners=5)), "arc")
    assert full == r.AllBusy(("arc",), 5)


def test_scale_set_is_down_when_it_may_have_no_runner() -> None:
    down = serve(view(scale_set(max_runners=0)), "arc")
    assert isinstance(down, r.SetDown)
    assert (down.object, down.why, down.switched_off) == (
        "autoscalingrunnerset/arc", "its maximum is 0", True,
    )  # fmt: skip


def _listener() -> k.AutoscalingListener:
    return k.AutoscalingListener(
        metadata=k.Metadata(name="arc-754b578d-listener", namespace="arc-systems"),
        spec=k.AutoscalingListenerSpec(
            autoscaling_runner_set_namespace="arc-runners", autoscaling_runner_set_name="arc"
        ),
    )


def test_scale_set_is_down_when_its_listener_is_not_there() -> None:
    down = serve(view(scale_set(), listed=("AutoscalingListener",)), "arc")
    assert isinstance(down, r.SetDown)
    assert down.why == "it has no listener, so GitHub's queue is not read"


def test_scale_set_is_down_when_the_listener_pod_is_not_ready() -> None:
    pod = k.Pod(
        metadata=k.Metadata(name="arc-754b578d-listener", namespace="arc-systems"),
        status=k.PodStatus(
            phase="Running",
            container_statuses=(k.ContainerStatus(name="listener", restart_count=9),),
        ),
    )
    down = serve(view(scale_set(), _listener(), pod), "arc")
    assert isinstance(down, r.SetDown)
    assert (down.object, down.namespace) == ("pod/arc-754b578d-listener", "arc-systems")


def test_listener_that_was_not_seen_proves_nothing() -> None:
    assert isinstance(serve(view(scale_set()), "arc"), r.Scaling)
    assert isinstance(serve(view(scale_set(), _listener()), "arc"), r.Scaling)


# --- legacy ---------------------------------------------------------------------------------


def test_runner_deployment_serves_implicit_labels_too() -> None:
    found = serve(view(legacy()), "self-hosted", "linux", "docker")
    assert found == r.AllBusy(("builders",), 2)


def test_runner_deployment_is_down_when_none_is_ready() -> None:
    down = serve(view(legacy(ready=0)), "docker")
    assert isinstance(down, r.SetDown)
    assert (down.object, down.why, down.switched_off) == (
        "runnerdeployment/builders", "0 of its 2 runners are ready", False,
    )  # fmt: skip


def test_autoscaler_decides_how_many_when_there_is_one() -> None:
    scaler = k.HorizontalRunnerAutoscaler(
        metadata=k.Metadata(name="builders", namespace="arc"),
        spec=k.AutoscalerSpec(
            scale_target_ref=k.ObjectReference(kind="RunnerDeployment", name="builders"),
            min_replicas=0,
            max_replicas=4,
        ),
    )
    found = serve(view(legacy(replicas=0, ready=0), scaler), "docker")
    assert isinstance(found, r.Scaling)
    assert (found.runner_set.maximum, found.runner_set.wanted) == (4, None)


def test_runner_deployment_of_another_repository_does_not_count() -> None:
    found = serve(view(legacy(repository="acme/other")), "docker")
    assert found == r.NoRunner(certain=False)


def test_controller_without_a_replica_starts_nothing() -> None:
    controller = k.Deployment(
        metadata=k.Metadata(
            name="actions-runner-controller",
            namespace="arc",
            labels={"app.kubernetes.io/name": "actions-runner-controller"},
        )
    )
    down = serve(view(legacy(ready=0), controller), "docker")
    assert isinstance(down, r.SetDown)
    assert down.object == "deployment/actions-runner-controller"


def test_selectors_are_those_of_each_generation() -> None:
    assert LEGACY.pod_selector == "runner-deployment-name=builders"
    assert SET.pod_selector == (
        "actions.github.com/scale-set-name=arc,app.kubernetes.io/component=runner"
    )

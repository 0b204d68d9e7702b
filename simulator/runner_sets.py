"""The two generations of the Actions Runner Controller: RunnerDeployments and scale sets."""

from __future__ import annotations

from simulator.kubernetes.controllers import owner_reference
from simulator.kubernetes.state import KubernetesState

CONTROLLERS = (
    "summerwind/actions-runner-controller:v0.27.6",
    "ghcr.io/actions/gha-runner-scale-set-controller:0.14.0",
)
RUNNER_IMAGE = "summerwind/actions-runner:latest"


def legacy_runners(
    state: KubernetesState, *, name: str, repository: str, selector: dict[str, str], ready: bool
) -> None:
    """A RunnerDeployment of one runner, with its controller; not ready, its pod finds no node."""
    space = "actions-runner-system"
    state.apply({"kind": "Namespace", "metadata": {"name": space}})
    labels = {"app.kubernetes.io/name": "actions-runner-controller"}
    _controller(state, space, "actions-runner-controller", labels, CONTROLLERS[0])
    own = {"repository": repository, "labels": [name]}
    count = 1 if ready else 0
    runner_deployment = state.apply(
        {
            "kind": "RunnerDeployment",
            "metadata": {"name": name, "namespace": space},
            "spec": {"replicas": 1, "template": {"spec": own}},
            "status": {"desiredReplicas": 1, "replicas": 1, "readyReplicas": count},
        }
    )
    meta = {
        "name": f"{name}-4kq7z-m8d2p",
        "namespace": space,
        "labels": {"runner-deployment-name": name, "actions-runner": ""},
    }
    runner = state.apply(
        {
            "kind": "Runner",
            "metadata": {**meta, "ownerReferences": [owner_reference(runner_deployment)]},
            "spec": own,
            "status": {"phase": "Running" if ready else "Pending", "ready": ready},
        }
    )
    container = {"name": "runner", "image": RUNNER_IMAGE}
    state.apply(
        {
            "kind": "Pod",
            "metadata": {**meta, "ownerReferences": [owner_reference(runner)]},
            "spec": {"nodeSelector": selector, "containers": [container]},
        }
    )


def scale_set(state: KubernetesState, *, name: str, repository: str) -> None:
    """An AutoscalingRunnerSet with its controller, whose listener was never made."""
    space = "arc-systems"
    state.apply({"kind": "Namespace", "metadata": {"name": space}})
    labels = {
        "app.kubernetes.io/part-of": "gha-rs-controller",
        "app.kubernetes.io/name": "gha-rs-controller",
    }
    _controller(state, space, "arc-gha-rs-controller", labels, CONTROLLERS[1])
    state.apply({"kind": "Namespace", "metadata": {"name": "arc-runners"}})
    state.apply(
        {
            "kind": "AutoscalingRunnerSet",
            "metadata": {"name": name, "namespace": "arc-runners"},
            "spec": {
                "githubConfigUrl": f"https://github.com/{repository}",
                "githubConfigSecret": "arc-github",
                "minRunners": 0,
                "maxRunners": 5,
            },
            "status": {"currentRunners": 0},
        }
    )


def listener(state: KubernetesState, *, name: str) -> None:
    """The listener of a scale set, and its pod."""
    place = {"name": f"{name}-6cd58d58-listener", "namespace": "arc-systems"}
    owner = state.apply(
        {
            "kind": "AutoscalingListener",
            "metadata": dict(place),
            "spec": {
                "autoscalingRunnerSetName": name,
                "autoscalingRunnerSetNamespace": "arc-runners",
            },
        }
    )
    spec = {"containers": [{"name": "listener", "image": CONTROLLERS[1]}]}
    meta = {**place, "ownerReferences": [owner_reference(owner)]}
    state.apply({"kind": "Pod", "metadata": meta, "spec": spec})


def _controller(
    state: KubernetesState, space: str, name: str, labels: dict[str, str], image: str
) -> None:
    spec = {"containers": [{"name": "manager", "image": image}]}
    state.apply(
        {
            "kind": "Deployment",
            "metadata": {"name": name, "namespace": space, "labels": labels},
            "spec": {
                "replicas": 1,
                "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": spec},
            },
        }
    )

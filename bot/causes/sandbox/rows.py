"""The codes of this family: what each means, how it is seen, proved and excluded."""

from __future__ import annotations

from bot.cause.tables import Row

ROWS: tuple[Row, ...] = (
    Row(
        code="CNIFailure",
        title="the network plugin could not set up the pod's network",
        seen_as="ContainerCreating, FailedCreatePodSandBox",
        confirmed_if="the event names the network plugin or its call",
        ruled_out_if="the sandbox is ready",
        by_hand="kubectl get pods -n kube-system -o wide",
    ),
    Row(
        code="IPExhausted",
        title="no IP address is free for the pod",
        seen_as="ContainerCreating, FailedCreatePodSandBox",
        confirmed_if="the plugin's address manager says so",
        ruled_out_if="the pod has an address",
        by_hand="kubectl describe node NODE",
    ),
    Row(
        code="SandboxImagePull",
        title="the node cannot pull its sandbox image",
        seen_as="ContainerCreating, `failed pulling image` of a pause image",
        confirmed_if="the event names the sandbox image",
        ruled_out_if="the sandbox is ready",
        by_hand="crictl images",
    ),
    Row(
        code="SandboxRuntimeError",
        title="the container runtime could not make the sandbox",
        seen_as="ContainerCreating, FailedCreatePodSandBox",
        confirmed_if="the event names runtime or runc and no network",
        ruled_out_if="the sandbox is ready",
        by_hand="journalctl -u containerd",
    ),
)

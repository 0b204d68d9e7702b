"""The kubectl commands that a reader can copy, and the workload that a change has to be made in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from bot.cluster import objects as k
from bot.view import ContainerView, View
from bot.words import shell


def command(verb: str, kind: str, name: str, namespace: str, *more: str) -> str:
    """`kubectl VERB kind name -n namespace …`, every word quoted where it has to be."""
    place = ("-n", namespace) if namespace else ()
    return shell("kubectl", verb, kind.lower(), name, *place, *more)


def describe(item: k.KubeObject) -> str:
    """`kubectl describe` of an object."""
    return command("describe", item.kind, item.name, item.namespace)


def logs(container: ContainerView, *, previous: bool = False) -> str:
    """`kubectl logs` of a container."""
    pod = container.pod
    words = ["kubectl", "logs", pod.name, "-n", pod.namespace, "-c", container.name]
    return shell(*words, "--previous") if previous else shell(*words)


def owner(view: View, pod: k.Pod) -> tuple[str, str]:
    """Kind and name of what a person edits to change the pod: the outermost controller.

    A ReplicaSet that is not in the evidence is told from its name, which ends in the template's
    hash: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pod-template-hash-label
    """
    item: k.KubeObject = pod
    while (reference := item.metadata.controller) is not None:
        above = next(
            (c for c in view.controllers if (c.kind, c.name) == (reference.kind, reference.name)),
            None,
        )
        if above is None:
            suffix = "-" + pod.metadata.labels.get("pod-template-hash", "")
            if reference.kind == "ReplicaSet" and len(suffix) > 1:
                return "Deployment", reference.name.removesuffix(suffix)
            return reference.kind, reference.name
        item = above
    return item.kind, item.name


def edit(view: View, pod: k.Pod) -> str:
    """How to change what the pod is made from.

    A pod of its own and a Job take no change of what they run; they are written out, edited, and
    made anew. A Job's copy has to lose the labels that the API server itself put in:
    https://kubernetes.io/docs/concepts/workloads/controllers/job/#specifying-your-own-pod-selector
    """
    kind, name = owner(view, pod)
    if kind == "Pod":
        read = command("get", kind, name, pod.namespace, "-o", "yaml")
        return f"{read} > pod.yaml && {_EDIT} pod.yaml && kubectl replace --force -f pod.yaml"
    if kind == "Job":
        read = command("get", kind, name, pod.namespace, "-o", "json")
        read = f"{read} | {shell('jq', _OWN_LABELS)}"
        return f"{read} > job.json && {_EDIT} job.json && kubectl replace --force -f job.json"
    return command("edit", kind, name, pod.namespace)


_EDIT = "${EDITOR:-vi}"
_OWN_LABELS = (
    "del(.spec.selector, .spec.template.metadata.labels"
    '["controller-uid", "batch.kubernetes.io/controller-uid"])'
)
_FIXED = ("Pod", "Job")
_PATCHED = ("Deployment", "StatefulSet", "DaemonSet", "CronJob")


def patch(view: View, pod: k.Pod, change: Mapping[str, Any]) -> str:
    """Merge `change` into the pod's specification where it comes from; lists merge by name.

    Where no patch is possible (a pod of its own, a Job, an operator's kind), the way to edit it.
    """
    kind, name = owner(view, pod)
    if kind not in _PATCHED:
        return edit(view, pod)
    spec: Mapping[str, Any] = {"spec": {"template": {"spec": change}}}
    if kind == "CronJob":
        spec = {"spec": {"jobTemplate": spec}}
    text = json.dumps(spec, separators=(",", ":"))
    return command("patch", kind, name, pod.namespace, "-p", text)


def patch_container(view: View, container: ContainerView, change: Mapping[str, Any]) -> str:
    """Merge `change` into one container where the pod comes from."""
    group = "initContainers" if container.init else "containers"
    return patch(view, container.pod, {group: [{"name": container.name, **change}]})


def set_env(view: View, container: ContainerView, variable: str) -> str:
    """Set an environment variable where the pod comes from; a bare pod has to be made anew."""
    kind, name = owner(view, container.pod)
    if kind in _FIXED:
        return edit(view, container.pod)
    return (
        shell(
            *("kubectl", "set", "env", f"{kind.lower()}/{name}", "-n", container.pod.namespace),
            *("-c", container.name),
        )
        + " "
        + assigned(variable)
    )


def assigned(name: str, option: str = "") -> str:
    """`NAME="${NAME:?}"`, behind an option: the value comes from the reader's shell.

    The shell stops when it has none; a placeholder would end up in the cluster.
    """
    variable = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_").upper() or "VALUE"
    variable = f"_{variable}" if variable[0].isdigit() else variable
    return f'{option}{shell(name)}="${{{variable}:?}}"'


def set_image(workload: str, namespace: str, container: str, image: str) -> str:
    """The command that lets a workload (`deployment/api`) run another image."""
    change = f"{container}={image}"
    return shell("kubectl", "set", "image", workload, change, "-n", namespace)


def set_memory(view: View, container: ContainerView, limit: str) -> str:
    """Set a container's memory limit where the pod comes from."""
    kind, name = owner(view, container.pod)
    if kind in _FIXED:
        return edit(view, container.pod)
    return shell(
        *("kubectl", "set", "resources", f"{kind.lower()}/{name}"),
        *("-n", container.pod.namespace, "-c", container.name, f"--limits=memory={limit}"),
    )


def asked(probe: k.Probe | None) -> str:
    """What a probe asks, as a person would try it: `GET :8080/healthz`, `TCP :5432`, `exec …`."""
    if probe is None:
        return ""
    if probe.http_get:
        return f"GET {probe.http_get.scheme.lower()} :{probe.http_get.port}{probe.http_get.path}"
    if probe.tcp_socket:
        return f"TCP :{probe.tcp_socket.port}"
    if probe.grpc:
        return f"gRPC :{probe.grpc.port}"
    if probe.exec:
        return "exec " + shell(*probe.exec.command)
    return ""

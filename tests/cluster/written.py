"""What a cluster has written about a namespace, one line a fact: what the waits and asserts read.

pod api-1 api waiting ImagePullBackOff: Back-off pulling image "…": …
pod api-1 api terminated OOMKilled exit 137:
Pod api-1 phase Failed Evicted: Usage of EmptyDir volume …
Pod api-1 condition PodScheduled=False Unschedulable: 0/1 nodes are available: …
Pod api-1 event FailedMount: MountVolume.SetUp failed …
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.cluster.real import RealCluster

_PLACES = (
    "api/v1/namespaces/{}/pods", "api/v1/namespaces/{}/events",
    "api/v1/namespaces/{}/persistentvolumeclaims", "apis/apps/v1/namespaces/{}/deployments",
    "apis/apps/v1/namespaces/{}/daemonsets", "apis/batch/v1/namespaces/{}/jobs",
    "apis/batch/v1/namespaces/{}/cronjobs",
    "apis/autoscaling/v2/namespaces/{}/horizontalpodautoscalers",
)  # fmt: skip
_CONTAINERS = (("init ", "initContainerStatuses"), ("", "containerStatuses"))


def written(cluster: RealCluster, namespace: str) -> list[str]:
    """Every fact of a namespace."""
    lines: list[str] = []
    for place in _PLACES:
        found = cluster.raw("/" + place.format(namespace))
        kind = found["kind"].removesuffix("List")
        for item in found["items"]:
            lines += _event(item) if kind == "Event" else _object(kind, item)
    return lines


def written_of_nodes(cluster: RealCluster) -> list[str]:
    """Every fact of the nodes."""
    return [
        line for item in cluster.raw("/api/v1/nodes")["items"] for line in _object("Node", item)
    ]


def _event(event: dict[str, Any]) -> Iterator[str]:
    about = event["involvedObject"]
    name = f"{about['kind']} {about.get('name', '')}"
    yield f"{name} event {event.get('reason')}: {event.get('message')}"


def _object(kind: str, item: dict[str, Any]) -> Iterator[str]:
    status = item.get("status") or {}
    name = f"{kind} {item['metadata']['name']}"
    yield name + (" deleting" if "deletionTimestamp" in item["metadata"] else "")
    if "phase" in status:
        yield f"{name} phase {status['phase']} {_why(status)}"
    for condition in status.get("conditions", ()):
        yield f"{name} condition {condition['type']}={condition['status']} {_why(condition)}"
    for prefix, key in _CONTAINERS:
        for container in status.get(key, ()):
            for when in ("state", "lastState"):
                yield from _state(f"{name} {prefix}{container['name']}", container.get(when, {}))


def _state(container: str, state: dict[str, Any]) -> Iterator[str]:
    for which, details in state.items():
        code = f" exit {details['exitCode']}" if which == "terminated" else ""
        reason, message = details.get("reason", ""), details.get("message", "")
        yield f"{container} {which} {reason}{code}: {message}"


def _why(status: dict[str, Any]) -> str:
    return f"{status.get('reason', '')}: {status.get('message', '')}"

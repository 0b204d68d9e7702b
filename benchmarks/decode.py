"""How long it takes to decode the pods of a large cluster, beside the Kubernetes library's models.

    python -m benchmarks.decode [PODS]

Both read the same bytes: a PodList as the API server sends it, managed fields and all.
"""

from __future__ import annotations

import json
import sys
import tracemalloc
from collections.abc import Callable
from time import perf_counter
from typing import Any

from kubernetes import client

from bot.cluster.decode import page_from_json
from bot.cluster.kinds import kind_of

_COMPARED = 500
"""Pods that the library decodes; its time grows in proportion, and ten thousand take too long."""


def pod(number: int) -> dict[str, Any]:
    """A failing pod of a Deployment, about as large as real ones are."""
    name = f"api-7f9c4d5b8-{number:05d}"
    labels = {"app": "api", "pod-template-hash": "7f9c4d5b8", "team": f"team-{number % 17}"}
    owner = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "name": "api-7f9c4d5b8",
        "uid": "r",
        "controller": True,
        "blockOwnerDeletion": True,
    }
    fields: dict[str, Any] = {f"f:field{index}": {"f:value": {}} for index in range(25)}
    waiting = {"reason": "ImagePullBackOff", "message": 'Back-off pulling image "acme/api:1": ' * 3}
    return {
        "metadata": {
            "name": name, "namespace": f"shop-{number % 40}", "uid": f"uid-{number}",
            "labels": labels, "resourceVersion": str(number),
            "creationTimestamp": "2026-01-01T00:00:00Z", "ownerReferences": [owner],
            "managedFields": [{"manager": m, "operation": "Update", "apiVersion": "v1",
                               "fieldsType": "FieldsV1", "fieldsV1": fields} for m in ("a", "b")],
        },
        "spec": {
            "containers": [{
                "name": c, "image": "acme/api:1", "imagePullPolicy": "IfNotPresent",
                "env": [{"name": f"VARIABLE_{i}", "value": f"value-{i}"} for i in range(6)],
                "resources": {"limits": {"cpu": "1", "memory": "1Gi"},
                              "requests": {"cpu": "100m", "memory": "128Mi"}},
                "volumeMounts": [{"name": "token", "mountPath": "/var/token", "readOnly": True}],
                "readinessProbe": {"httpGet": {"path": "/", "port": 8080, "scheme": "HTTP"}},
            } for c in ("api", "sidecar")],
            "volumes": [{"name": "token",
                         "projected": {"sources": [{"configMap": {"name": "ca"}}]}}],
            "nodeName": f"node-{number % 100}", "serviceAccountName": "default",
            "tolerations": [{"key": "node.kubernetes.io/not-ready", "operator": "Exists",
                             "effect": "NoExecute", "tolerationSeconds": 300}],
        },
        "status": {
            "phase": "Pending", "qosClass": "Burstable", "startTime": "2026-01-01T00:00:00Z",
            "conditions": [{"type": t, "status": "False", "reason": "ContainersNotReady",
                            "lastProbeTime": None, "lastTransitionTime": "2026-01-01T00:00:00Z"}
                           for t in ("Initialized", "Ready", "ContainersReady", "PodScheduled")],
            "containerStatuses": [{"name": c, "image": "acme/api:1", "imageID": "", "ready": False,
                                   "restartCount": 0, "started": False, "lastState": {},
                                   "state": {"waiting": waiting}} for c in ("api", "sidecar")],
        },
    }  # fmt: skip


def pods(count: int) -> bytes:
    """A PodList."""
    items = [pod(number) for number in range(count)]
    document = {"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": items}
    return json.dumps(document).encode()


class _Response:
    def __init__(self, data: bytes) -> None:
        self.data = data


def best(run: Callable[[], Any], times: int = 3) -> float:
    """The shortest of some runs, in seconds."""
    taken = []
    for _ in range(times):
        began = perf_counter()
        run()
        taken.append(perf_counter() - began)
    return min(taken)


def main(count: int) -> None:
    data = pods(count)
    ours = best(lambda: page_from_json(kind_of("Pod"), data))
    tracemalloc.start()
    page = page_from_json(kind_of("Pod"), data)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(page.items) == count, "every pod must be read"  # noqa: S101
    assert page.complaints == (), "and read whole"  # noqa: S101
    few = min(count, _COMPARED)
    text = pods(few).decode()
    models = client.ApiClient()
    theirs = best(lambda: models.deserialize(text, "V1PodList", "application/json"), 1)
    theirs *= count / few
    print(f"{count} pods, {len(data) / 1e6:.1f} MB of JSON")
    print(f"ours:    {ours:6.2f} s, {kept / 1e6:.0f} MB kept")
    print(f"library: {theirs:6.2f} s (from {few} pods)")
    print(f"{theirs / ours:.0f} times as fast")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)

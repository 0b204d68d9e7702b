"""The Deployment and ReplicaSet controllers, in small: they keep as many pods as were asked for."""

from __future__ import annotations

import hashlib
import json
import random
from typing import Any

from simulator.kubernetes.state import KubernetesState, Manifest

_SAFE = "bcdfghjklmnpqrstvwxz2456789"


def reconcile(state: KubernetesState) -> None:
    """Do what there is to do, once; what it changes may leave more to do."""
    for deployment in state.list("Deployment"):
        _deployment(state, deployment)
    for replica_set in state.list("ReplicaSet"):
        _replica_set(state, replica_set)


def _deployment(state: KubernetesState, deployment: Manifest) -> None:
    meta, spec = deployment["metadata"], deployment["spec"]
    wanted = spec.get("replicas", 1)
    current = _current(state, deployment)
    name = current["metadata"]["name"] if current else ""
    if current is None:
        suffix = _hash(spec["template"])
        name = f"{meta['name']}-{suffix}"
        _scaled(state, deployment, _new_replica_set(state, deployment, suffix), 0, wanted)
    elif current["spec"].get("replicas") != wanted:
        _scaled(state, deployment, current, current["spec"].get("replicas", 1), wanted)
    for old in _owned(state, "ReplicaSet", deployment):
        replaced = _ready(state, name, meta["namespace"]) >= wanted
        if old["metadata"]["name"] != name and old["spec"].get("replicas") and replaced:
            _scaled(state, deployment, old, old["spec"]["replicas"], 0)
    ready = sum(
        _pod_ready(pod)
        for rs in _owned(state, "ReplicaSet", deployment)
        for pod in _owned(state, "Pod", rs)
    )
    _status(state, deployment, wanted, ready)


def _current(state: KubernetesState, deployment: Manifest) -> Manifest | None:
    """The ReplicaSet of the Deployment's own template, which is how the controller knows it."""
    spec = deployment["spec"]["template"]["spec"]
    owned = _owned(state, "ReplicaSet", deployment)
    return next((item for item in owned if item["spec"]["template"]["spec"] == spec), None)


def _new_replica_set(state: KubernetesState, deployment: Manifest, suffix: str) -> Manifest:
    meta, template = deployment["metadata"], deployment["spec"]["template"]
    labels = {**template.get("metadata", {}).get("labels", {}), "pod-template-hash": suffix}
    return {
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"{meta['name']}-{suffix}",
            "namespace": meta["namespace"],
            "labels": labels,
            "annotations": {
                "deployment.kubernetes.io/revision": str(
                    len(_owned(state, "ReplicaSet", deployment)) + 1
                )
            },
            "ownerReferences": [owner_reference(deployment)],
        },
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {**template, "metadata": {"labels": labels}},
        },
    }


def _scaled(
    state: KubernetesState, deployment: Manifest, replica_set: Manifest, before: int, after: int
) -> None:
    state.apply({**replica_set, "spec": {**replica_set["spec"], "replicas": after}})
    direction = "up" if after > before else "down"
    state.add_event(
        deployment,
        "ScalingReplicaSet",
        f"Scaled {direction} replica set {replica_set['metadata']['name']} "
        f"from {before} to {after}",
        component="deployment-controller",
    )


def _replica_set(state: KubernetesState, replica_set: Manifest) -> None:
    meta, spec = replica_set["metadata"], replica_set["spec"]
    pods = _owned(state, "Pod", replica_set)
    wanted = spec.get("replicas", 1)
    for _ in range(wanted - len(pods)):
        name = f"{meta['name']}-{''.join(random.choices(_SAFE, k=5))}"  # noqa: S311 - a name
        state.apply(
            {
                "kind": "Pod",
                "metadata": {
                    "name": name,
                    "namespace": meta["namespace"],
                    "labels": spec["template"].get("metadata", {}).get("labels", {}),
                    "annotations": spec["template"].get("metadata", {}).get("annotations", {}),
                    "ownerReferences": [owner_reference(replica_set)],
                },
                "spec": spec["template"]["spec"],
            }
        )
        state.add_event(
            replica_set,
            "SuccessfulCreate",
            f"Created pod: {name}",
            component="replicaset-controller",
        )
    for pod in pods[wanted:]:
        state.delete("Pod", meta["namespace"], pod["metadata"]["name"])
    pods = _owned(state, "Pod", replica_set)
    ready = sum(map(_pod_ready, pods))
    state.set_status(
        ("ReplicaSet", meta["namespace"], meta["name"]),
        {"replicas": len(pods), "readyReplicas": ready, "availableReplicas": ready},
    )


def _status(state: KubernetesState, deployment: Manifest, wanted: int, ready: int) -> None:
    meta = deployment["metadata"]
    before = {c["type"]: c for c in deployment.get("status", {}).get("conditions", [])}
    available = ready >= wanted
    condition = {
        "type": "Available",
        "status": "True" if available else "False",
        "reason": "MinimumReplicasAvailable" if available else "MinimumReplicasUnavailable",
        "message": "Deployment has minimum availability."
        if available
        else "Deployment does not have minimum availability.",
        "lastTransitionTime": state.time(),
    }
    old = before.get("Available")
    if old and old["status"] == condition["status"]:
        condition["lastTransitionTime"] = old["lastTransitionTime"]
    state.set_status(
        ("Deployment", meta["namespace"], meta["name"]),
        {
            "observedGeneration": meta["generation"],
            "replicas": wanted,
            "updatedReplicas": wanted,
            "readyReplicas": ready,
            "availableReplicas": ready,
            "unavailableReplicas": max(0, wanted - ready),
            "conditions": [condition],
        },
    )


def _owned(state: KubernetesState, kind: str, owner: Manifest) -> list[Manifest]:
    uid = owner["metadata"]["uid"]
    return [
        item
        for item in state.list(kind, owner["metadata"]["namespace"])
        if any(o["uid"] == uid for o in item["metadata"].get("ownerReferences", []))
    ]


def _ready(state: KubernetesState, name: str, namespace: str) -> int:
    replica_set = state.get("ReplicaSet", namespace, name)
    return sum(map(_pod_ready, _owned(state, "Pod", replica_set))) if replica_set else 0


def _pod_ready(pod: Manifest) -> bool:
    conditions = pod.get("status", {}).get("conditions", [])
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


def owner_reference(item: Manifest) -> dict[str, Any]:
    """The reference by which an object names its controller."""
    return {
        "apiVersion": item["apiVersion"],
        "kind": item["kind"],
        "name": item["metadata"]["name"],
        "uid": item["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def _hash(template: Manifest) -> str:
    digest = hashlib.sha256(json.dumps(template, sort_keys=True).encode()).digest()
    return "".join(_SAFE[byte % len(_SAFE)] for byte in digest[:9])

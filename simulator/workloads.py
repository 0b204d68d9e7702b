"""Deployments with the pod that they have had for a while."""

from __future__ import annotations

from typing import Any

import msgspec

from simulator.kubernetes.controllers import owner_reference
from simulator.kubernetes.state import KubernetesState, Manifest


class Workload(msgspec.Struct, frozen=True, kw_only=True):
    """A Deployment of one pod, its Service and Ingress. `hash` and `suffix` end the pod's name."""

    namespace: str
    name: str
    image: str
    container: str = "app"
    hash: str = "7d9f8c6b54"
    suffix: str = "x2x4z"
    annotations: dict[str, str] = {}
    pull_secrets: tuple[str, ...] = ()

    @property
    def pod(self) -> str:
        """The pod's name."""
        return f"{self.name}-{self.hash}-{self.suffix}"


def deploy(state: KubernetesState, workload: Workload, made_at: str) -> None:
    """Apply the Deployment with its ReplicaSet and pod, as controllers made them at that time."""
    state.apply({"kind": "Namespace", "metadata": {"name": workload.namespace}})
    state.apply(_object(workload, "ServiceAccount", "default", {}))
    labels = {"app": workload.name}
    hashed = {**labels, "pod-template-hash": workload.hash}
    pod_spec = _pod_spec(workload)
    meta = _meta(
        workload, workload.name, annotations=workload.annotations, creationTimestamp=made_at
    )
    made: Manifest = {"labels": hashed, "creationTimestamp": made_at}
    deployment = state.apply(
        {"kind": "Deployment", "metadata": meta, "spec": _replicas(labels, pod_spec)}
    )
    owners = [owner_reference(deployment)]
    name = f"{workload.name}-{workload.hash}"
    meta = _meta(workload, name, ownerReferences=owners, **made)
    replica_set = state.apply(
        {"kind": "ReplicaSet", "metadata": meta, "spec": _replicas(hashed, pod_spec)}
    )
    owners = [owner_reference(replica_set)]
    meta = _meta(workload, workload.pod, ownerReferences=owners, **made)
    state.apply({"kind": "Pod", "metadata": meta, "spec": pod_spec})
    _expose(state, workload, labels)


def _pod_spec(workload: Workload) -> Manifest:
    latest = workload.image.endswith(":latest")
    container = {
        "name": workload.container,
        "image": workload.image,
        "imagePullPolicy": "Always" if latest else "IfNotPresent",
        "ports": [{"containerPort": 8000}],
    }
    return {
        "containers": [container],
        "serviceAccountName": "default",
        "imagePullSecrets": [{"name": name} for name in workload.pull_secrets],
    }


def _replicas(labels: dict[str, str], pod_spec: Manifest) -> Manifest:
    template = {"metadata": {"labels": labels}, "spec": pod_spec}
    return {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}


def _expose(state: KubernetesState, workload: Workload, labels: dict[str, str]) -> None:
    ports = [{"port": 80, "targetPort": 8000}]
    state.apply(_object(workload, "Service", workload.name, {"selector": labels, "ports": ports}))
    backend = {"service": {"name": workload.name, "port": {"number": 80}}}
    rule = {
        "host": f"{workload.name}.example.com",
        "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]},
    }
    state.apply(
        _object(workload, "Ingress", workload.name, {"ingressClassName": "nginx", "rules": [rule]})
    )
    state.apply({"kind": "IngressClass", "metadata": {"name": "nginx"}})


def _object(workload: Workload, kind: str, name: str, spec: Manifest) -> Manifest:
    return {"kind": kind, "metadata": _meta(workload, name), "spec": spec}


def _meta(workload: Workload, name: str, **more: Any) -> Manifest:
    return {"name": name, "namespace": workload.namespace, **more}

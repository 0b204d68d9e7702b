"""A sweep of a real API server with 10,000 pods, of which 1,000 fail: seconds, calls, bytes.

The objects are put straight into an empty control plane's etcd, over its JSON gateway, so that
filling takes seconds. Controllers should not run: they would clear up after nodes that never were.

    KUBECONFIG=… python -m benchmarks.sweep_live --fill http://127.0.0.1:2379
    KUBECONFIG=… python -m benchmarks.sweep_live
"""

from __future__ import annotations

import asyncio
import base64
import json
import statistics
import sys
import urllib.request
from collections.abc import Iterator
from itertools import islice
from time import perf_counter
from typing import Any

from benchmarks.decode import pod as sample
from bot.cluster.client import connect
from bot.sweep import sweep
from config.settings import ClusterSettings

NAMESPACES, DEPLOYMENTS, REPLICAS, NODES, ROUNDS = 100, 10, 10, 100, 7
_AT_ONCE = 100
_BEGAN = "2026-01-01T00:00:00Z"
_FAILURES = (
    (
        "ImagePullBackOff",
        'Back-off pulling image "acme/api:1": ErrImagePull: acme/api:1: not found',
    ),
    ("CreateContainerConfigError", 'secret "database" not found'),
    ("CrashLoopBackOff", "back-off 5m0s restarting failed container=api pod=api"),
)
Made = tuple[str, dict[str, Any]]


def cluster() -> Iterator[Made]:
    """Keys of etcd and what is there; the first Deployment of each namespace fails."""
    for number in range(NODES):
        yield f"minions/node-{number}", _node(number)
    for number in range(NAMESPACES):
        space = f"team-{number:03}"
        meta = {"name": space, "uid": space, "creationTimestamp": _BEGAN}
        yield f"namespaces/{space}", _object("v1", "Namespace", meta, status={"phase": "Active"})
        for index in range(DEPLOYMENTS):
            failure = _FAILURES[number % len(_FAILURES)] if index == 0 else None
            yield from _deployment(space, f"api-{index}", failure)


def _deployment(space: str, name: str, failure: tuple[str, str] | None) -> Iterator[Made]:
    labels = {"app": name}
    ready = 0 if failure else REPLICAS
    set_name = f"{name}-7f9c4d5b8"
    labels_of_pods = labels | {"pod-template-hash": "7f9c4d5b8"}
    template = {"metadata": {"labels": labels_of_pods}, "spec": _pod(0)["spec"]}
    counts = {"replicas": REPLICAS, "readyReplicas": ready, "availableReplicas": ready}
    spec = {"replicas": REPLICAS, "selector": {"matchLabels": labels}, "template": template}
    meta = _meta(space, name, "")
    yield f"deployments/{space}/{name}", _object("apps/v1", "Deployment", meta, spec, counts)
    meta = _meta(space, set_name, f"Deployment/{name}")
    yield f"replicasets/{space}/{set_name}", _object("apps/v1", "ReplicaSet", meta, spec, counts)
    for number in range(REPLICAS):
        pod = _pod(number, failure)
        own = f"{set_name}-x{number:04}"
        pod["metadata"] |= _meta(space, own, f"ReplicaSet/{set_name}") | {"labels": labels_of_pods}
        yield f"pods/{space}/{own}", {"apiVersion": "v1", "kind": "Pod", **pod}
        if failure:
            yield f"events/{space}/{own}.1", _event(space, own, failure)


def _pod(number: int, failure: tuple[str, str] | None = None) -> dict[str, Any]:
    pod = sample(number)
    status = pod["status"]
    status["phase"] = "Pending" if failure else "Running"
    for condition in status["conditions"]:
        well = not failure or condition["type"] in ("Initialized", "PodScheduled")
        condition |= {"status": "True" if well else "False", "reason": ""}
    states = status["containerStatuses"]
    for each in states:
        each |= {"ready": True, "started": True, "state": {"running": {"startedAt": _BEGAN}}}
    if failure:
        waiting = {"reason": failure[0], "message": failure[1]}
        states[0] |= {"ready": False, "started": False, "state": {"waiting": waiting}}
    return pod


def _meta(space: str, name: str, owner: str) -> dict[str, Any]:
    kind, _, above = owner.partition("/")
    meta: dict[str, Any] = {
        "name": name, "namespace": space, "uid": f"{space}-{name}", "creationTimestamp": _BEGAN,
        "ownerReferences": [],
    }  # fmt: skip
    if owner:
        meta["ownerReferences"] = [
            {"apiVersion": "apps/v1", "kind": kind, "name": above, "uid": f"{space}-{above}",
             "controller": True}
        ]  # fmt: skip
    return meta


def _node(number: int) -> dict[str, Any]:
    meta = {"name": f"node-{number}", "uid": f"node-{number}", "creationTimestamp": _BEGAN}
    room = {"cpu": "64", "memory": "256Gi", "pods": "250"}
    conditions = [{"type": "Ready", "status": "True"}]
    status = {"allocatable": room, "capacity": room, "conditions": conditions}
    return _object("v1", "Node", meta, status=status)


def _event(space: str, pod: str, failure: tuple[str, str]) -> dict[str, Any]:
    about = {"kind": "Pod", "namespace": space, "name": pod, "uid": f"{space}-{pod}"}
    return _object("v1", "Event", _meta(space, f"{pod}.1", "")) | {
        "involvedObject": about, "reason": "Failed", "message": failure[1], "type": "Warning",
        "firstTimestamp": _BEGAN, "lastTimestamp": _BEGAN, "count": 12,
    }  # fmt: skip


def _object(
    api: str,
    kind: str,
    meta: dict[str, Any],
    spec: dict[str, Any] | None = None,
    status: dict[str, Any] | None = None,
) -> dict[str, Any]:
    made = {"apiVersion": api, "kind": kind, "metadata": meta, "spec": spec, "status": status}
    return {key: value for key, value in made.items() if value is not None}


def fill(etcd: str) -> None:
    """Put everything into etcd, many keys at a time."""
    began, count, made = perf_counter(), 0, cluster()
    while batch := list(islice(made, _AT_ONCE)):
        puts = [
            {"requestPut": {"key": _base64(f"/registry/{key}"), "value": _base64(json.dumps(item))}}
            for key, item in batch
        ]
        body = json.dumps({"success": puts}).encode()
        with urllib.request.urlopen(f"{etcd}/v3/kv/txn", body) as answer:  # noqa: S310
            answer.read()
        count += len(batch)
    print(f"{count} objects in {perf_counter() - began:.0f} s")


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


async def measure() -> None:
    """Sweep, and take an overview, from a process that runs already, as the bot does."""
    took: list[float] = []
    seen: list[float] = []
    async with connect(ClusterSettings()) as live:
        for _ in range(ROUNDS):
            began = perf_counter()
            found = await sweep(live)
            took.append(perf_counter() - began)
            began = perf_counter()
            overview = await live.overview()
            seen.append(perf_counter() - began)
    print(f"{found.pods} pods fail in {found.failing} workloads, {len(found.groups)} causes")
    print(f"sweep: {_told(took)}; {found.calls} calls, {found.received / 1e6:.1f} MB")
    print(f"overview of {len(overview.pods)} pods: {_told(seen)}")
    if found.gaps:
        print(f"{len(found.gaps)} gaps, for example {found.gaps[0]}")


def _told(took: list[float]) -> str:
    middle = statistics.median(took)
    return f"median {middle:.2f} s of {ROUNDS} ({min(took):.2f} to {max(took):.2f})"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--fill"]:
        fill(sys.argv[2])
    else:
        asyncio.run(measure())

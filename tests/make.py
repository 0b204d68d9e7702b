"""Builders of Kubernetes objects and evidence, with defaults that work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from bot.cluster import objects as k
from bot.evidence import ClusterFacts, ContainerLog, Evidence, Gap, Listing, Target

T = TypeVar("T", bound=msgspec.Struct)
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OLD = NOW - timedelta(hours=3)
NAMESPACE = "shop"
IMAGE = "ghcr.io/acme/api:1.4.0"


def _with(more: dict[str, Any], **defaults: Any) -> dict[str, Any]:
    """Defaults, and over them what the test says."""
    return defaults | more


def ago(**delta: float) -> datetime:
    """A time before the evidence was collected."""
    return NOW - timedelta(**delta)


def meta(name: str, **more: Any) -> k.Metadata:
    """Metadata in the namespace of the tests, three hours old."""
    return k.Metadata(
        **_with(more, name=name, namespace=NAMESPACE, uid=f"uid-{name}", creation_timestamp=OLD)
    )


def container(name: str = "api", **more: Any) -> k.Container:
    """A container's specification."""
    return k.Container(name=name, image=more.pop("image", IMAGE), **more)


def running(name: str = "api", **more: Any) -> k.ContainerStatus:
    """A container that has run and been ready for three hours."""
    state = k.ContainerState(running=k.Running(started_at=more.pop("since", OLD)))
    return k.ContainerStatus(name=name, **_with(more, state=state, ready=True, started=True))


def waiting(name: str = "api", reason: str = "CrashLoopBackOff", **more: Any) -> k.ContainerStatus:
    """A container that waits; `message` is the kubelet's, `last` how it ended before."""
    wait = k.Waiting(reason=reason, message=more.pop("message", ""))
    last = k.ContainerState(terminated=more.pop("last", None))
    return k.ContainerStatus(
        name=name, state=k.ContainerState(waiting=wait), last_state=last, **more
    )


def ended(code: int, reason: str = "Error", **more: Any) -> k.Terminated:
    """An end one minute ago."""
    return k.Terminated(
        exit_code=code,
        reason=reason,
        **{"started_at": ago(minutes=2), "finished_at": ago(minutes=1)} | more,
    )


def crashing(code: int = 1, name: str = "api", **more: Any) -> k.ContainerStatus:
    """A container in CrashLoopBackOff that ended with this code."""
    last = ended(code, more.pop("reason", "Error" if code else "Completed"))
    return waiting(name, last=last, restart_count=more.pop("restarts", 4), **more)


def pod(
    *statuses: k.ContainerStatus,
    name: str = "api-5d8f-x2x4z",
    spec: Sequence[k.Container] = (),
    init: Sequence[k.Container] = (),
    init_statuses: Sequence[k.ContainerStatus] = (),
    **more: Any,
) -> k.Pod:
    """A pod on a node; ready when all its containers are."""
    own = statuses or (running(),)
    ready = all(status.ready for status in own)
    conditions = (
        k.Condition(type="PodScheduled", status="True"),
        k.Condition(type="Ready", status="True" if ready else "False", last_transition_time=OLD),
    )
    return k.Pod(
        metadata=meta(name, labels=more.pop("labels", {"app": "api"}), **more.pop("meta", {})),
        spec=k.PodSpec(
            containers=tuple(spec) or tuple(container(status.name) for status in own),
            init_containers=tuple(init),
            **{"node_name": "node-1"} | more.pop("podspec", {}),
        ),
        status=k.PodStatus(
            **{
                "phase": "Running",
                "conditions": conditions,
                "container_statuses": own,
                "init_container_statuses": tuple(init_statuses),
            }
            | more
        ),
    )


def event(about: k.KubeObject, reason: str, message: str, **more: Any) -> k.Event:
    """A warning about an object, thirty seconds ago; `of` names the container."""
    of = more.pop("of", "")
    path = f"spec.containers{{{of}}}" if of else ""
    return k.Event(
        metadata=meta(f"{about.name}.{abs(hash((reason, message))):x}"),
        involved_object=k.ObjectReference(
            kind=about.kind,
            name=about.name,
            namespace=about.namespace,
            uid=more.pop("uid", about.metadata.uid),
            field_path=path,
        ),
        reason=reason,
        message=message,
        type="Warning",
        **_with(more, last_timestamp=ago(seconds=30), count=3),
    )


def service(name: str = "api", **more: Any) -> k.Service:
    """A Service on port 80 to 8080 of the pods with `app=api`."""
    ports = (k.ServicePort(port=80, target_port=more.pop("target_port", 8080)),)
    spec = {"selector": {"app": "api"}, "ports": ports} | more
    return k.Service(metadata=meta(name), spec=k.ServiceSpec(**spec))


def log(lines: str, pod: str = "api-5d8f-x2x4z", name: str = "api", **more: Any) -> ContainerLog:
    """A log; that of the instance before, unless said otherwise."""
    return ContainerLog(
        namespace=NAMESPACE,
        pod=pod,
        container=name,
        previous=more.get("previous", True),
        lines=tuple(lines.splitlines()),
    )


def evidence(
    *objects: k.KubeObject,
    target: k.KubeObject | None = None,
    listed: Iterable[type[k.KubeObject]] = (),
    logs: Sequence[ContainerLog] = (),
    gaps: Sequence[Gap] = (),
) -> Evidence:
    """Evidence about the first object; `listed` are kinds of which all objects are here."""
    about = target or objects[0]
    return Evidence(
        target=Target("", about.namespace, about.kind, about.name),
        collected_at=NOW,
        cluster=ClusterFacts(
            objects=tuple(objects),
            listings=frozenset(
                Listing(kind.__name__, space) for kind in listed for space in (NAMESPACE, "")
            ),
            logs=tuple(logs),
        ),
        gaps=tuple(gaps),
    )


def changed(item: T, **fields: Any) -> T:
    """A copy with other fields."""
    return msgspec.structs.replace(item, **fields)

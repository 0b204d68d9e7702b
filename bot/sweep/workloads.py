"""Which workloads and which rows of a table tell of trouble, and which pods are alike. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

import msgspec

from bot.cluster import objects as k
from bot.cluster.tables import Row

_LONGEST_BASE = 58
"""What the API server keeps of a name before it adds five random characters to it:
https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apiserver/pkg/storage/names/generate.go
"""
# A number for a StatefulSet or an indexed Job, five characters for everything else.
_ENDING = re.compile(r"-(?:[0-9]{1,10}|[a-z0-9]{5})", re.ASCII)


class Alike(msgspec.Struct, frozen=True):
    """Names of pods in one state whose names differ only in what their controller appended."""

    prefix: str
    names: tuple[str, ...]


def rows_alike(rows: Iterable[Row]) -> tuple[Alike, ...]:
    """Sort failing pods into sets that probably have one owner and fail in one way."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        name = row.get("name", "")
        found[name.rpartition("-")[0], row.get("status", "")].append(name)
    return tuple(
        Alike(prefix, tuple(sorted(names))) for (prefix, _), names in sorted(found.items())
    )


def stands_for(pod: k.Pod, group: Alike) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split a set into those that share the pod's owner, and the others.

    Controllers name their pods after themselves; what has no owner is looked at by itself.
    """
    owner = pod.metadata.controller
    if owner is None or not _is_named_after(owner.name, group.prefix):
        return (pod.name,), tuple(name for name in group.names if name != pod.name)
    cut = len(group.prefix)
    mates = {name for name in group.names if _ENDING.fullmatch(name[cut:])} | {pod.name}
    return tuple(sorted(mates)), tuple(name for name in group.names if name not in mates)


def _is_named_after(owner: str, prefix: str) -> bool:
    """An indexed Job puts the index before the five characters."""
    return (
        prefix == owner[:_LONGEST_BASE]
        or re.fullmatch(r"-[0-9]{1,10}", prefix.removeprefix(owner)) is not None
    )


def lacks_pods(item: k.KubeObject | None) -> bool:
    """Whether a workload has fewer pods than it wants, or has failed, by its own status."""
    match item:
        case k.DaemonSet():
            return item.status.number_ready < (item.status.desired_number_scheduled or 0)
        case k.Deployment() | k.StatefulSet() | k.ReplicationController() | k.ReplicaSet():
            wanted = 1 if item.spec.replicas is None else item.spec.replicas
            return item.status.ready_replicas < wanted
        case k.Job():
            return any(c.type == "Failed" and c.status == "True" for c in item.status.conditions)
        case _:
            return False

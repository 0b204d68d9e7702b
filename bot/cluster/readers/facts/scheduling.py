"""Pods that no node takes."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from bot.cluster.readers.facts.stated import Stated


class Predicate(StrEnum):
    """What a node failed to offer."""

    CPU = "cpu"
    MEMORY = "memory"
    RESOURCE = "resource"
    SELECTOR = "node selector"
    AFFINITY = "node affinity"
    SELECTOR_OR_AFFINITY = "node selector or affinity"
    TAINT = "taint"
    CORDONED = "cordoned"
    NOT_READY = "not ready"
    DISK_PRESSURE = "disk pressure"
    MEMORY_PRESSURE = "memory pressure"
    POD_AFFINITY = "pod affinity"
    POD_ANTI_AFFINITY = "pod anti-affinity"
    ANY_POD_AFFINITY = "pod affinity or anti-affinity"
    TOPOLOGY_SPREAD = "topology spread"
    HOST_PORT = "host port"
    VOLUME_NODE_AFFINITY = "volume node affinity"
    VOLUME_UNBOUND = "unbound volume claim"
    VOLUME_IN_USE = "volume in use"
    VOLUME_LOST = "volume lost"
    CLAIM_MISSING = "no such volume claim"
    RESOURCE_CLAIM = "resource claim"
    QUOTA = "quota of the scheduler"
    OTHER = "other"


class NodesRefused(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the scheduler's table: this many nodes failed on this predicate."""

    nodes: int
    predicate: Predicate
    detail: str = ""
    """The resource, taint or claim that is named; else empty."""


class Unschedulable(Stated, frozen=True):
    """No node takes the pod. `nodes` is how many there are; None where the text does not say."""

    nodes: int | None = None
    rows: tuple[NodesRefused, ...] = ()


class NoNodesAtAll(Stated, frozen=True):
    """There is no node to look at."""


class SchedulingGated(Stated, frozen=True):
    """Scheduling gates hold the pod back."""


class NotScaledUp(Stated, frozen=True):
    """The cluster autoscaler found no node group that would help."""

    rows: tuple[NodesRefused, ...] = ()

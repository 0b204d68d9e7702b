"""Nodes, and what controllers say of their workloads."""

from __future__ import annotations

from enum import StrEnum

from bot.cluster.readers.facts.stated import Stated


class NodeProblem(StrEnum):
    """What is wrong with a node."""

    NOT_READY = "not ready"
    LOST = "stopped reporting"
    SHUTDOWN = "shut down"
    MEMORY_PRESSURE = "memory pressure"
    DISK_PRESSURE = "disk pressure"
    PID_PRESSURE = "process table pressure"
    CORDONED = "cordoned"


class NodeFailed(Stated, frozen=True):
    """A node does not run pods as it should."""

    problem: NodeProblem
    node: str = ""


class PodEvicted(Stated, frozen=True):
    """The kubelet or a controller evicted the pod; `resource` is what the node was low on."""

    resource: str = ""
    usage: str = ""
    over_limit: bool = False
    """The pod itself used more ephemeral storage than it may."""
    by_taint: bool = False


class PodRejected(Stated, frozen=True):
    """The kubelet did not admit the pod. Quantities are the kubelet's, empty where not named."""

    reason: str = ""
    resource: str = ""
    requested: str = ""
    used: str = ""
    capacity: str = ""


class PodPreempted(Stated, frozen=True):
    """The pod had to make room for another one; `by` is what is named."""

    by: str = ""


class WorkloadProblem(StrEnum):
    """What a controller says of its workload."""

    DEADLINE = "active deadline passed"
    BACKOFF_LIMIT = "too many failures"
    PROGRESS = "no progress within the deadline"
    PAUSED = "rollout is paused"
    SCHEDULE = "schedule is not valid"
    NO_TARGET = "nothing to scale"
    NO_API = "an aggregated API does not answer"
    NO_DISRUPTION = "the disruption budget allows none"
    FINALIZERS = "finalizers hold the deletion"


class WorkloadFailed(Stated, frozen=True):
    """A controller gave up, or waits."""

    problem: WorkloadProblem

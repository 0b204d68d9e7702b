"""Nodes, their leases, and namespaces."""

from __future__ import annotations

from bot.cluster.objects.base import Condition, Object, Part, Quantities, Time


class Taint(Part, frozen=True):
    """A taint of a node."""

    key: str
    effect: str = ""
    value: str = ""


class NodeSpec(Part, frozen=True):
    """`spec` of a node."""

    taints: tuple[Taint, ...] = ()
    unschedulable: bool = False


class NodeInfo(Part, frozen=True):
    """What a node runs."""

    operating_system: str = ""
    architecture: str = ""
    container_runtime_version: str = ""
    kubelet_version: str = ""


class NodeStatus(Part, frozen=True):
    """`status` of a node."""

    capacity: Quantities = {}
    allocatable: Quantities = {}
    conditions: tuple[Condition, ...] = ()
    node_info: NodeInfo = NodeInfo()


class Node(Object, frozen=True):
    """A node."""

    spec: NodeSpec = NodeSpec()
    status: NodeStatus = NodeStatus()


class NamespaceSpec(Part, frozen=True):
    """`spec` of a Namespace: its own finalizers, beside those of its metadata."""

    finalizers: tuple[str, ...] = ()


class NamespaceStatus(Part, frozen=True):
    """`status` of a Namespace."""

    phase: str = ""
    conditions: tuple[Condition, ...] = ()


class Namespace(Object, frozen=True):
    """A namespace."""

    spec: NamespaceSpec = NamespaceSpec()
    status: NamespaceStatus = NamespaceStatus()


class LeaseSpec(Part, frozen=True):
    """`spec` of a Lease."""

    holder_identity: str = ""
    lease_duration_seconds: int | None = None
    renew_time: Time | None = None


class Lease(Object, frozen=True):
    """A Lease; those of namespace `kube-node-lease` are the nodes' signs of life."""

    spec: LeaseSpec = LeaseSpec()

"""Pods, and the templates that they are made from."""

from __future__ import annotations

from typing import Any

import msgspec

from bot.cluster.objects.base import (
    Condition,
    Labels,
    LocalReference,
    Metadata,
    Object,
    Part,
    Quantities,
    Time,
)
from bot.cluster.objects.containers import Container, ContainerStatus, SecurityContext
from bot.cluster.objects.volumes import Volume


class Toleration(Part, frozen=True):
    """A toleration of a pod."""

    key: str = ""
    operator: str = "Equal"
    value: str = ""
    effect: str = ""
    toleration_seconds: int | None = None


class SchedulingGate(Part, frozen=True):
    """A gate that keeps a pod from being scheduled."""

    name: str


class ReadinessGate(Part, frozen=True):
    """A condition that something else must set."""

    condition_type: str


class PodSpec(Part, frozen=True):
    """`spec` of a pod or a pod template."""

    containers: tuple[Container, ...] = ()
    init_containers: tuple[Container, ...] = ()
    ephemeral_containers: tuple[Container, ...] = ()
    volumes: tuple[Volume, ...] = ()
    node_name: str = ""
    node_selector: Labels = {}
    affinity: dict[str, Any] | None = None
    tolerations: tuple[Toleration, ...] = ()
    topology_spread_constraints: tuple[dict[str, Any], ...] = ()
    scheduling_gates: tuple[SchedulingGate, ...] = ()
    readiness_gates: tuple[ReadinessGate, ...] = ()
    image_pull_secrets: tuple[LocalReference, ...] = ()
    service_account_name: str = ""
    restart_policy: str = "Always"
    priority_class_name: str = ""
    runtime_class_name: str | None = None
    scheduler_name: str = ""
    security_context: SecurityContext | None = None
    active_deadline_seconds: int | None = None
    termination_grace_period_seconds: int | None = None
    host_network: bool = False
    overhead: Quantities = {}
    resource_claims: tuple[dict[str, Any], ...] = ()
    hostname: str = ""
    subdomain: str = ""


class PodStatus(Part, frozen=True):
    """`status` of a pod."""

    phase: str = ""
    reason: str = ""
    message: str = ""
    conditions: tuple[Condition, ...] = ()
    container_statuses: tuple[ContainerStatus, ...] = ()
    init_container_statuses: tuple[ContainerStatus, ...] = ()
    ephemeral_container_statuses: tuple[ContainerStatus, ...] = ()
    start_time: Time | None = None
    nominated_node_name: str = ""
    host_ip: str = msgspec.field(default="", name="hostIP")
    pod_ip: str = msgspec.field(default="", name="podIP")
    qos_class: str = ""


class Pod(Object, frozen=True):
    """A pod."""

    spec: PodSpec = PodSpec()
    status: PodStatus = PodStatus()


class PodTemplate(Part, frozen=True):
    """The template of a workload."""

    metadata: Metadata = Metadata()
    spec: PodSpec = PodSpec()

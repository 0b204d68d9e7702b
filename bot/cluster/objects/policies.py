"""Priorities, runtimes, devices, quotas, limits, autoscaling and disruption budgets."""

from __future__ import annotations

from typing import Any

from bot.cluster.objects.base import (
    Condition,
    LabelSelector,
    Object,
    ObjectReference,
    Part,
    Quantities,
)


class PriorityClass(Object, frozen=True):
    """A PriorityClass."""

    value: int = 0
    global_default: bool = False
    preemption_policy: str = ""


class RuntimeClass(Object, frozen=True):
    """A RuntimeClass: which handler of the container runtime runs a pod."""

    handler: str = ""
    scheduling: dict[str, Any] | None = None


class ResourceClaimStatus(Part, frozen=True):
    """`status` of a ResourceClaim."""

    allocation: dict[str, Any] | None = None
    reserved_for: tuple[dict[str, Any], ...] = ()


class ResourceClaim(Object, frozen=True):
    """A ResourceClaim (dynamic resource allocation)."""

    status: ResourceClaimStatus = ResourceClaimStatus()


class ResourceClaimTemplate(Object, frozen=True):
    """A ResourceClaimTemplate."""


class ResourceQuotaSpec(Part, frozen=True):
    """`spec` of a ResourceQuota."""

    hard: Quantities = {}
    scopes: tuple[str, ...] = ()
    scope_selector: dict[str, Any] | None = None


class ResourceQuotaStatus(Part, frozen=True):
    """`status` of a ResourceQuota."""

    hard: Quantities = {}
    used: Quantities = {}


class ResourceQuota(Object, frozen=True):
    """A ResourceQuota."""

    spec: ResourceQuotaSpec = ResourceQuotaSpec()
    status: ResourceQuotaStatus = ResourceQuotaStatus()


class LimitRangeItem(Part, frozen=True):
    """Limits for one type: Container, Pod or PersistentVolumeClaim."""

    type: str = ""
    max: Quantities = {}
    min: Quantities = {}
    default: Quantities = {}
    default_request: Quantities = {}
    max_limit_request_ratio: Quantities = {}


class LimitRangeSpec(Part, frozen=True):
    """`spec` of a LimitRange."""

    limits: tuple[LimitRangeItem, ...] = ()


class LimitRange(Object, frozen=True):
    """A LimitRange."""

    spec: LimitRangeSpec = LimitRangeSpec()


class HorizontalPodAutoscalerSpec(Part, frozen=True):
    """`spec` of a HorizontalPodAutoscaler."""

    scale_target_ref: ObjectReference = ObjectReference()
    min_replicas: int | None = None
    max_replicas: int | None = None


class HorizontalPodAutoscalerStatus(Part, frozen=True):
    """`status` of a HorizontalPodAutoscaler."""

    current_replicas: int = 0
    desired_replicas: int = 0
    conditions: tuple[Condition, ...] = ()


class HorizontalPodAutoscaler(Object, frozen=True):
    """A HorizontalPodAutoscaler."""

    spec: HorizontalPodAutoscalerSpec = HorizontalPodAutoscalerSpec()
    status: HorizontalPodAutoscalerStatus = HorizontalPodAutoscalerStatus()


class PodDisruptionBudgetSpec(Part, frozen=True):
    """`spec` of a PodDisruptionBudget."""

    min_available: int | str | None = None
    max_unavailable: int | str | None = None
    selector: LabelSelector | None = None


class PodDisruptionBudgetStatus(Part, frozen=True):
    """`status` of a PodDisruptionBudget."""

    disruptions_allowed: int = 0
    current_healthy: int = 0
    desired_healthy: int = 0
    expected_pods: int = 0
    observed_generation: int = 0
    conditions: tuple[Condition, ...] = ()


class PodDisruptionBudget(Object, frozen=True):
    """A PodDisruptionBudget."""

    spec: PodDisruptionBudgetSpec = PodDisruptionBudgetSpec()
    status: PodDisruptionBudgetStatus = PodDisruptionBudgetStatus()


class ControllerRevision(Object, frozen=True):
    """A past template of a StatefulSet or DaemonSet: its number, not the template."""

    revision: int = 0

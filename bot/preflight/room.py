"""Whether LimitRanges and quotas let the pods in. Pure.

https://kubernetes.io/docs/concepts/policy/limit-range/ and
https://kubernetes.io/docs/concepts/policy/resource-quotas/
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from bot.cluster import objects as k
from bot.cluster.quantities import parse_quantity
from bot.facts.placement import requests_of
from bot.preflight.templates import PodTemplate
from bot.preflight.verdict import Problem

if TYPE_CHECKING:
    from bot.preflight.surroundings import Surroundings

_MUST_BE_SET = ("cpu", "memory")
"""A quota of these lets only containers in that say how much they want."""
Amounts = Mapping[str, Decimal]


def with_defaults(pod: k.Pod, ranges: Iterable[k.LimitRange]) -> k.Pod:
    """Fill in what a LimitRange sets where a container says nothing."""
    items = [item for each in ranges for item in each.spec.limits if item.type == "Container"]
    if not items:
        return pod
    spec = msgspec.structs.replace(
        pod.spec,
        containers=tuple(_filled(each, items) for each in pod.spec.containers),
        init_containers=tuple(_filled(each, items) for each in pod.spec.init_containers),
    )
    return msgspec.structs.replace(pod, spec=spec)


def _filled(container: k.Container, items: Sequence[k.LimitRangeItem]) -> k.Container:
    limits = dict(container.resources.limits)
    requests = dict(container.resources.requests)
    for item in items:
        # A maximum stands for a missing default, a minimum for a missing default request.
        by_default = {**item.max, **item.default}
        by_request = {**item.min, **by_default, **item.default_request}
        for name, amount in by_request.items():
            requests.setdefault(name, container.resources.limits.get(name, amount))
        for name, amount in by_default.items():
            limits.setdefault(name, amount)
    resources = k.Resources(requests=requests, limits=limits)
    return msgspec.structs.replace(container, resources=resources)


def limit_problems(around: Surroundings) -> Iterator[tuple[str, str, str]]:
    """What of the containers is above a maximum or below a minimum."""
    for ranges in around.view.all(k.LimitRange, around.pod.namespace):
        for item in ranges.spec.limits:
            if item.type == "Container":
                for container in around.pod.spec.containers:
                    yield from _outside(ranges.name, item, container)


def _outside(
    name: str, item: k.LimitRangeItem, container: k.Container
) -> Iterator[tuple[str, str, str]]:
    resources = container.resources
    for resource, most in item.max.items():
        own = resources.limits.get(resource)
        if own is not None and parse_quantity(own) > parse_quantity(most):
            text = (
                f"container {container.name}: limit {own} of {resource} is above the maximum"
                f" {most} of LimitRange {name}"
            )
            yield "LimitRangeViolation", text, f"set it to {most} at most"
    for resource, least in item.min.items():
        own = resources.requests.get(resource)
        if own is not None and parse_quantity(own) < parse_quantity(least):
            text = (
                f"container {container.name}: request {own} of {resource} is below the minimum"
                f" {least} of LimitRange {name}"
            )
            yield "LimitRangeViolation", text, f"set it to {least} at least"


# --- quotas ---------------------------------------------------------------------------------------


def quota_problems(
    around: Sequence[Surroundings], present: Mapping[tuple[str, str, str], PodTemplate]
) -> Iterator[Problem]:
    """Which workload brings a namespace above its quota.

    All workloads of the manifests count together, and each only with what it takes more than now.
    """
    taken: dict[tuple[str, str], Amounts] = {}
    for each in around:
        template = each.template
        before = present.get((template.kind, template.namespace, template.name))
        more = _added(template, before)
        for quota in each.view.all(k.ResourceQuota, template.namespace):
            if quota.spec.scopes or quota.spec.scope_selector:
                continue  # it may not be about these pods
            key = (quota.namespace, quota.name)
            used = taken.setdefault(key, _amounts(quota.status.used))
            hard = _amounts(quota.status.hard or quota.spec.hard)
            for code, text, fix in (
                *_unset(quota.name, hard, template),
                *_above(quota.name, hard, used, more),
            ):
                yield Problem(workload=template.workload, code=code, text=text, fix=fix)
            taken[key] = _sum(used, more)


def _added(template: PodTemplate, before: PodTemplate | None) -> Amounts:
    after = _counted(template)
    if before is None:
        return after
    now = _counted(before)
    return {
        name: max(amount - now.get(name, Decimal(0)), Decimal(0)) for name, amount in after.items()
    }


def _counted(template: PodTemplate) -> dict[str, Decimal]:
    """What a quota counts of all pods of a template, by the names that quotas use."""
    count = Decimal(template.count)
    found = {"pods": count, "count/pods": count}
    for name, amount in requests_of(template.pod).items():
        found[f"requests.{name}"] = amount * count
        found[name] = amount * count
    limits: dict[str, Decimal] = defaultdict(Decimal)
    for container in template.pod.spec.containers:
        for name, text in container.resources.limits.items():
            limits[f"limits.{name}"] += parse_quantity(text) * count
    return found | limits


def _unset(quota: str, hard: Amounts, template: PodTemplate) -> Iterator[tuple[str, str, str]]:
    for container in (*template.pod.spec.init_containers, *template.pod.spec.containers):
        resources = container.resources
        asked = {**resources.limits, **resources.requests}
        for name in _MUST_BE_SET:
            for key, has, field in (
                (name, name in asked, "requests"),
                (f"requests.{name}", name in asked, "requests"),
                (f"limits.{name}", name in resources.limits, "limits"),
            ):
                if key in hard and not has:
                    text = f"quota {quota} demands {key}, and container {container.name} sets none"
                    yield "QuotaMustSpecifyResources", text, f"set resources.{field}.{name}"


def _above(
    quota: str, hard: Amounts, used: Amounts, more: Amounts
) -> Iterator[tuple[str, str, str]]:
    for name, most in sorted(hard.items()):
        added = more.get(name, Decimal(0))
        total = used.get(name, Decimal(0)) + added
        if added > 0 and total > most:
            text = f"quota {quota}: {name} would be {total.normalize():f} of {most.normalize():f}"
            yield "QuotaExceeded", text, "ask for less, or raise the quota"


def _amounts(quantities: k.Quantities) -> dict[str, Decimal]:
    return {name: parse_quantity(text) for name, text in quantities.items()}


def _sum(used: Amounts, more: Amounts) -> Amounts:
    names = {*used, *more}
    return {name: used.get(name, Decimal(0)) + more.get(name, Decimal(0)) for name in names}

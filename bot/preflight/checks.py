"""What a pod refers to and is not there, and whether a quota and a node have room for it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from difflib import get_close_matches

from bot.cluster import objects as k
from bot.cluster.quantities import parse_quantity
from bot.placement import fits, requests_of
from bot.preflight.templates import PodTemplate
from bot.preflight.verdict import Problem
from bot.references import Reference, references
from bot.view import View
from bot.words import shell

CLUSTER_KINDS = ("Node", "PriorityClass", "StorageClass")
NAMESPACE_KINDS = (
    "ConfigMap",
    "ServiceAccount",
    "PersistentVolumeClaim",
    "ResourceQuota",
    "LimitRange",
)
_QUOTA = {"cpu": ("cpu", "requests.cpu"), "memory": ("memory", "requests.memory")}


def problems_of(view: View, template: PodTemplate) -> Iterator[Problem]:
    """Everything that would keep the template's pods from running, as far as objects tell."""
    for code, text, fix in (
        *_references(view),
        *_named(view, template.pod),
        *_pull_secrets(view, template.pod),
        *_quotas(view, template),
        *_limits(view, template.pod),
        *_nodes(view, template.pod),
    ):
        yield Problem(workload=template.workload, code=code, text=text, fix=fix)


def _references(view: View) -> Iterator[tuple[str, str, str]]:
    for each in references(view):
        if each.optional:
            continue
        item = view.find(each.kind, each.pod.namespace, each.name)
        what = f"{each.kind.__name__} {each.name}"
        if item is None:
            if view.absent(each.kind, each.pod.namespace, each.name):
                yield f"{each.kind.__name__}NotFound", f"{what} ({each.used_as})", _near(view, each)
        elif each.key and item.keys and each.key not in item.keys:
            short = each.kind.__name__
            near = get_close_matches(each.key, item.keys, 1, 0.5)
            fix = f"the nearest key is {near[0]}" if near else f"it has {', '.join(item.keys)}"
            yield f"{short}KeyMissing", f"{what} has no key {each.key} ({each.used_as})", fix


def _near(view: View, each: Reference) -> str:
    names = [item.name for item in view.all(each.kind, each.pod.namespace)]
    near = get_close_matches(each.name, names, 1, 0.6)
    return f"there is {near[0]}" if near else "create it before the deploy"


def _named(view: View, pod: k.Pod) -> Iterator[tuple[str, str, str]]:
    spec, space = pod.spec, pod.namespace
    account = spec.service_account_name
    if account and view.absent(k.ServiceAccount, space, account):
        fix = shell("kubectl", "create", "serviceaccount", account, "-n", space)
        yield "ServiceAccountMissing", f"ServiceAccount {account} does not exist", fix
    priority = spec.priority_class_name
    if priority and view.absent(k.PriorityClass, "", priority):
        yield "PriorityClassMissing", f"PriorityClass {priority} does not exist", "create it"
    for volume in spec.volumes:
        source = volume.persistent_volume_claim
        if source is None:
            continue
        claim = view.find(k.PersistentVolumeClaim, space, source.claim_name)
        if claim is None and view.absent(k.PersistentVolumeClaim, space, source.claim_name):
            yield "PVCNotFound", f"claim {source.claim_name} does not exist", "create it"
        elif claim and claim.spec.storage_class_name and not claim.spec.volume_name:
            name = claim.spec.storage_class_name
            if view.absent(k.StorageClass, "", name):
                text = f"claim {claim.name} asks for StorageClass {name}, which does not exist"
                yield "StorageClassMissing", text, "kubectl get storageclass"


def _pull_secrets(view: View, pod: k.Pod) -> Iterator[tuple[str, str, str]]:
    for secret in pod.spec.image_pull_secrets:
        if secret.name and view.absent(k.Secret, pod.namespace, secret.name):
            words = ("create", "secret", "docker-registry", secret.name, "-n", pod.namespace)
            fix = shell("kubectl", *words)
            yield "ImagePullSecretMissing", f"pull secret {secret.name} does not exist", fix


def _quotas(view: View, template: PodTemplate) -> Iterator[tuple[str, str, str]]:
    asked = requests_of(template.pod)
    for quota in view.all(k.ResourceQuota, template.pod.namespace):
        if quota.spec.scopes or quota.spec.scope_selector:
            continue
        hard = {name: parse_quantity(text) for name, text in quota.status.hard.items()}
        used = {name: parse_quantity(text) for name, text in quota.status.used.items()}
        wants = {"pods": Decimal(template.count)}
        for resource, names in _QUOTA.items():
            for name in names:
                if name in hard and resource not in asked:
                    text = f"quota {quota.name} demands that {name} is set"
                    yield "QuotaMustSpecifyResources", text, f"set resources.requests.{resource}"
                wants[name] = asked.get(resource, Decimal(0)) * template.count
        for name, more in wants.items():
            if name in hard and used.get(name, Decimal(0)) + more > hard[name]:
                text = (
                    f"quota {quota.name}: {name} would be {used.get(name, Decimal(0)) + more:f}"
                    f" of {hard[name]:f}"
                )
                yield "QuotaExceeded", text, "ask for less, or raise the quota"


def _limits(view: View, pod: k.Pod) -> Iterator[tuple[str, str, str]]:
    for ranges in view.all(k.LimitRange, pod.namespace):
        for item in ranges.spec.limits:
            if item.type != "Container":
                continue
            for container in pod.spec.containers:
                for resource, most in item.max.items():
                    own = container.resources.limits.get(resource)
                    if own is not None and parse_quantity(own) > parse_quantity(most):
                        text = (
                            f"container {container.name}: limit {own} of {resource} is above the"
                            f" maximum {most} of LimitRange {ranges.name}"
                        )
                        yield "LimitRangeViolation", text, f"set it to {most} at most"


def _nodes(view: View, pod: k.Pod) -> Iterator[tuple[str, str, str]]:
    nodes = fits(view, pod)
    if not nodes or any(not node.obstacles for node in nodes):
        return
    best = nodes[0]
    reasons = ", ".join(predicate.value for predicate in best.obstacles)
    text = f"none of {len(nodes)} nodes takes the pod; {best.node} comes nearest: {reasons}"
    yield "InsufficientResource" if best.shortages else "NodeSelectorMismatch", text, ""

"""Whether what leads to the pods would lead somewhere: Services, Ingresses, autoscalers. Pure.

The same causes rule on them as after a deploy, on the objects as they would be then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from bot.causes.exposure import (
    ingress_backend_missing,
    ingress_class_missing,
    ingress_tls_secret_missing,
    service_not_found,
    service_selector_mismatch,
    service_target_port_mismatch,
)
from bot.causes.workload import hpa_target_missing
from bot.cluster import objects as k
from bot.evidence import ClusterFacts, Evidence, Target
from bot.preflight.surroundings import BEGINNING, Known
from bot.preflight.templates import template_of
from bot.preflight.verdict import Problem
from bot.report import Outcome
from bot.view import View

_CAUSES = (
    service_selector_mismatch.CAUSE,
    service_target_port_mismatch.CAUSE,
    service_not_found.CAUSE,
    ingress_backend_missing.CAUSE,
    ingress_class_missing.CAUSE,
    ingress_tls_secret_missing.CAUSE,
    hpa_target_missing.CAUSE,
)
_ISSUED = ("cert-manager.io/", "kubernetes.io/tls-acme")
"""Annotations of an Ingress for which a controller makes the certificate after the deploy."""
_SCALED = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController")
_MAKES_PODS = (k.Deployment, k.StatefulSet, k.DaemonSet)


def kinds_around(items: Iterable[k.KubeObject]) -> Iterator[tuple[str, str]]:
    """What has to be listed to judge these manifests: kinds, with their namespaces."""
    for item in items:
        match item:
            case k.Service():
                yield from ((kind.__name__, item.namespace) for kind in (*_MAKES_PODS, k.Pod))
            case k.Ingress():
                yield from (("IngressClass", ""), ("Service", item.namespace))
                yield from (("Secret", item.namespace) for _ in item.spec.tls[:1])
            case k.StatefulSet() if item.spec.service_name:
                yield "Service", item.namespace
            case k.HorizontalPodAutoscaler() if item.spec.scale_target_ref.kind in _SCALED:
                yield item.spec.scale_target_ref.kind, item.namespace


def exposure_problems(items: Sequence[k.KubeObject], known: Known) -> Iterator[Problem]:
    """Every manifest that would lead to nothing."""
    facts = ClusterFacts(objects=_after(items, known), listings=known.facts.listings)
    for item in items:
        kinds = (k.Service, k.Ingress, k.HorizontalPodAutoscaler, k.StatefulSet)
        if isinstance(item, kinds):
            yield from _problems(item, facts)


def _problems(item: k.KubeObject, facts: ClusterFacts) -> Iterator[Problem]:
    target = Target("", item.namespace, item.kind, item.name)
    if isinstance(item, k.StatefulSet):  # its Service is asked for when it has no pods yet
        objects = tuple(each for each in facts.objects if not isinstance(each, k.Pod))
        facts = ClusterFacts(objects=objects, listings=facts.listings)
    view = View(Evidence(target=target, collected_at=BEGINNING, cluster=facts))
    issued = any(key.startswith(_ISSUED) for key in item.metadata.annotations)
    for cause in _CAUSES:
        if cause is ingress_tls_secret_missing.CAUSE and issued:
            continue
        for ruling in cause.check(view):
            if ruling.outcome is Outcome.CONFIRMED:
                yield Problem(
                    workload=f"{item.kind.lower()}/{item.name} -n {item.namespace}",
                    code=cause.code,
                    text=ruling.summary,
                    fix=ruling.solutions[0].title if ruling.solutions else "",
                )


def _after(items: Sequence[k.KubeObject], known: Known) -> tuple[k.KubeObject, ...]:
    """The objects after the deploy, with the pods that all workloads will have then."""
    brought = {(o.kind, o.namespace, o.name): o for o in items}
    kept = {
        key: item
        for item in known.facts.objects
        if (key := (item.kind, item.namespace, item.name)) not in brought
        and not _replaced(item, brought)
    }
    after = (*kept.values(), *brought.values())
    made = (template_of(item) for item in after if not isinstance(item, k.Pod))
    return (*after, *(template.pod for template in made if template))


def _replaced(item: k.KubeObject, brought: Collection[tuple[str, str, str]]) -> bool:
    """Whether it is a pod of a workload that the deploy changes: its next pods have the template.

    A Deployment's ReplicaSets are named after it, with a hash.
    """
    owner = item.metadata.controller
    if not isinstance(item, k.Pod) or owner is None:
        return False
    deployment = owner.name.rpartition("-")[0] if owner.kind == "ReplicaSet" else ""
    owners = ((owner.kind, owner.name), ("Deployment", deployment))
    return any((kind, item.namespace, name) in brought for kind, name in owners)

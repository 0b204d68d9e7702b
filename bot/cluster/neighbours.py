"""What has to be known around a target: which kinds, and which pods. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from bot.cluster import objects as k
from bot.cluster.selectors import matches
from bot.evidence import Listing

IN_NAMESPACE = (
    "Event",
    "Pod",
    "ReplicaSet",
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "Job",
    "CronJob",
    "Service",
    "Endpoints",
    "EndpointSlice",
    "Ingress",
    "NetworkPolicy",
    "ConfigMap",
    "ServiceAccount",
    "PersistentVolumeClaim",
    "ResourceQuota",
    "LimitRange",
    "PodDisruptionBudget",
    "HorizontalPodAutoscaler",
)
"""Kinds that are listed in the namespace of every target that has one: one request each."""
MOST_PODS = 300
"""Pods of a namespace that are kept; of more, only the target's own."""
MOST_EVENTS = 600
"""Events that are kept; of more, only the newest about what is here."""
_NEVER = datetime.min.replace(tzinfo=UTC)


_FURTHER: tuple[tuple[Callable[[k.KubeObject, Sequence[k.Pod]], bool], tuple[str, ...]], ...] = (
    (lambda _, pods: any(not pod.spec.node_name for pod in pods), ("Node", "PriorityClass")),
    (lambda target, _: isinstance(target, k.DaemonSet), ("Node",)),
    (
        lambda target, pods: (
            any(map(_has_claims, pods))
            or isinstance(target, k.PersistentVolumeClaim | k.StatefulSet)
        ),
        ("PersistentVolume", "StorageClass", "CSIDriver", "CSINode", "VolumeAttachment"),
    ),
    (
        lambda _, pods: any(pod.spec.resource_claims for pod in pods),
        ("ResourceClaim", "ResourceClaimTemplate"),
    ),
    (
        lambda target, pods: any(map(_reads_secrets, pods)) or isinstance(target, k.Ingress),
        ("Secret",),
    ),
    (
        lambda target, pods: any(_template(i).runtime_class_name for i in (target, *pods)),
        ("RuntimeClass",),
    ),
    (
        lambda target, pods: any(_template(i).priority_class_name for i in (target, *pods)),
        ("PriorityClass",),
    ),
    (lambda target, _: isinstance(target, k.StatefulSet), ("ControllerRevision",)),
    (lambda target, _: isinstance(target, k.Ingress), ("IngressClass",)),
    (lambda target, _: isinstance(target, k.HorizontalPodAutoscaler), ("APIService",)),
)
_WEBHOOKS = ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")


def further_kinds(
    target: k.KubeObject, pods: Sequence[k.Pod], seen: Iterable[k.KubeObject]
) -> tuple[str, ...]:
    """Name the kinds that matter because of what was seen; of the others nobody is asked."""
    wanted = {kind for matters, kinds in _FURTHER if matters(target, pods) for kind in kinds}
    if any(isinstance(item, k.Event) and "webhook" in item.text for item in seen):
        wanted |= {*_WEBHOOKS}
    return tuple(sorted(wanted))


def _has_claims(pod: k.Pod) -> bool:
    return any(v.persistent_volume_claim or v.ephemeral or v.csi for v in pod.spec.volumes)


def _reads_secrets(pod: k.Pod) -> bool:
    containers = (*pod.spec.init_containers, *pod.spec.containers)
    return (
        bool(pod.spec.image_pull_secrets)
        or any(volume.secret or _projects_secret(volume) for volume in pod.spec.volumes)
        or any(source.secret_ref for c in containers for source in c.env_from)
        or any(v.value_from and v.value_from.secret_key_ref for c in containers for v in c.env)
    )


def _projects_secret(volume: k.Volume) -> bool:
    return bool(volume.projected and any(s.secret for s in volume.projected.sources))


def _template(item: k.KubeObject) -> k.PodSpec:
    match item:
        case k.Pod():
            return item.spec
        case k.Deployment() | k.ReplicaSet() | k.StatefulSet() | k.DaemonSet() | k.Job():
            return item.spec.template.spec
        case k.ReplicationController():
            return item.spec.template.spec
        case k.CronJob():
            return item.spec.job_template.spec.template.spec
        case _:
            return k.PodSpec()


# --- the target's own pods ---------------------------------------------------------------------


def pods_of(target: k.KubeObject, seen: Iterable[k.KubeObject]) -> tuple[k.Pod, ...]:
    """Give the pod itself, the pods below it at any depth, or those that it selects or mounts."""
    seen = tuple(seen)
    if isinstance(target, k.Pod):
        return (target,)
    family = _family(target, seen)
    return tuple(
        item
        for item in seen
        if isinstance(item, k.Pod) and (_owned(item, family) or _selects(target, item))
    )


def _family(target: k.KubeObject, seen: Sequence[k.KubeObject]) -> set[str]:
    """Give the ids, and for want of one the names, of the target and of all below it but pods."""
    family = {target.metadata.uid or f"{target.kind}/{target.name}"}
    between = [item for item in seen if item.metadata.owner_references and item.kind != "Pod"]
    while new := [item for item in between if _owned(item, family)]:
        family |= {item.metadata.uid or f"{item.kind}/{item.name}" for item in new}
        between = [item for item in between if item not in new]
    return family


def _owned(item: k.KubeObject, family: set[str]) -> bool:
    return any(
        (owner.uid or f"{owner.kind}/{owner.name}") in family
        for owner in item.metadata.owner_references
    )


def _selects(target: k.KubeObject, pod: k.Pod) -> bool:
    labels = pod.metadata.labels
    match target:
        case k.Service():
            return bool(target.spec.selector) and target.spec.selector.items() <= labels.items()
        case k.NetworkPolicy():
            return matches(target.spec.pod_selector, labels)
        case k.PodDisruptionBudget():
            return target.spec.selector is not None and matches(target.spec.selector, labels)
        case k.PersistentVolumeClaim():
            claims = (volume.persistent_volume_claim for volume in pod.spec.volumes)
            return any(claim and claim.claim_name == target.name for claim in claims)
        case k.Node():
            return pod.spec.node_name == target.name
        case _:
            return False


def narrowed(
    items: Sequence[k.KubeObject], listings: Iterable[Listing], pods: Sequence[k.Pod]
) -> tuple[list[k.KubeObject], set[Listing]]:
    """Of very many pods, keep the target's own; of very many events, those about what is here.

    Pods that were left out are no longer listed. Events about what is gone can matter (the pods of
    a Job that ran out of time), so that a few are all kept.
    """
    kept, listed = list(items), set(listings)
    if sum(isinstance(item, k.Pod) for item in items) > MOST_PODS:
        own = {(pod.namespace, pod.name) for pod in pods[:MOST_PODS]}
        kept = [i for i in items if not isinstance(i, k.Pod) or (i.namespace, i.name) in own]
        listed = {listing for listing in listed if listing.kind != "Pod"}
    if sum(isinstance(item, k.Event) for item in kept) <= MOST_EVENTS:
        return kept, listed
    here = {(item.kind, item.namespace, item.name) for item in kept}
    told = [i for i in kept if isinstance(i, k.Event) and _about(i) & here]
    newest = sorted(told, key=lambda event: event.last_seen or _NEVER, reverse=True)[:MOST_EVENTS]
    return [*(i for i in kept if not isinstance(i, k.Event)), *newest], listed


def _about(event: k.Event) -> set[tuple[str, str, str]]:
    about = event.about
    return {(about.kind, space, about.name) for space in (about.namespace or event.namespace, "")}

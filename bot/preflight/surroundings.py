"""A pod among what the cluster has and what the manifests bring along. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from bot.cluster import objects as k
from bot.evidence import ClusterFacts, Evidence, Target
from bot.preflight.room import with_defaults
from bot.preflight.templates import PodTemplate
from bot.view import View

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Nothing that a preflight concludes depends on the time."""


class Known(msgspec.Struct, frozen=True):
    """What the cluster has already; `present` are the workloads that a deploy would change."""

    facts: ClusterFacts
    present: dict[tuple[str, str, str], PodTemplate]


class Surroundings(msgspec.Struct, frozen=True):
    """One template, with its pod as admission would complete it, and everything around."""

    template: PodTemplate
    view: View
    pull_secrets: tuple[str, ...]
    """The pod's own, or those of its ServiceAccount."""

    @property
    def pod(self) -> k.Pod:
        """The pod as it would be."""
        return self.template.pod


def surroundings_of(
    template: PodTemplate, items: Iterable[k.KubeObject], known: Known
) -> Surroundings:
    """Put a template's pod into the cluster as it would be after the deploy."""
    after = {_key(item): item for item in known.facts.objects}
    after |= {_key(item): item for item in items if not isinstance(item, k.Pod)}
    after |= {
        ("PersistentVolumeClaim", template.namespace, each.name): each for each in template.claims
    }
    ranges = [
        item
        for item in after.values()
        if isinstance(item, k.LimitRange) and item.namespace == template.namespace
    ]
    pod = with_defaults(template.pod, ranges)
    facts = ClusterFacts(objects=(*after.values(), pod), listings=known.facts.listings)
    target = Target("", pod.namespace, "Pod", pod.name)
    view = View(Evidence(target=target, collected_at=BEGINNING, cluster=facts))
    return Surroundings(
        msgspec.structs.replace(template, pod=pod), view, tuple(_pull_secrets(view, pod))
    )


def _pull_secrets(view: View, pod: k.Pod) -> Iterable[str]:
    """An account's pull secrets are added to a pod that brings none."""
    own = pod.spec.image_pull_secrets
    if not own:
        name = pod.spec.service_account_name or "default"
        account = view.find(k.ServiceAccount, pod.namespace, name)
        own = account.image_pull_secrets if account else ()
    return (secret.name for secret in own if secret.name)


def _key(item: k.KubeObject) -> tuple[str, str, str]:
    return (item.kind, item.namespace, item.name)

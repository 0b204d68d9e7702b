"""Namespaces that are being deleted, and what keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from bot.cause.rulings import of_object
from bot.cluster import objects as k
from bot.report import Ruling
from bot.view import View
from bot.words import ago

_WEIGHT = {
    "NamespaceFinalizersRemaining": 0,
    "NamespaceDeletionDiscoveryFailure": 1,
    "NamespaceDeletionContentFailure": 2,
    "NamespaceDeletionGroupVersionParsingFailure": 3,
    "NamespaceContentRemaining": 4,
}
"""Which of its conditions tells most of what holds a namespace; the smallest does."""


def held_namespace(view: View, item: k.Namespace) -> Iterator[Ruling]:
    """A namespace goes when all that is in it is gone; what holds it, its conditions tell.

    https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/namespace-v1/#NamespaceStatus
    """
    since = item.metadata.deletion_timestamp
    held = [c for c in item.status.conditions if c.status == "True" and c.message]
    if since is None or not item.spec.finalizers or not held:
        return
    held.sort(key=lambda c: _WEIGHT.get(c.type, len(_WEIGHT)))
    told = "; ".join(f"{c.message.rstrip('.')}" for c in held)
    yield of_object(
        item,
        f"Namespace {item.name} is being deleted since {ago(since, view.now) or 'just now'} and"
        f" cannot go: {told}",
        "; ".join(f"{c.type}: {c.message}" for c in held),
        (
            "Mend what keeps the rest from being deleted; leave spec.finalizers as it is",
            "A namespace that is forced away leaves what it held behind.",
        ),
        f"kubectl api-resources --verbs=list --namespaced -o name | xargs -n1 kubectl get -n"
        f" {quote(item.name)} --ignore-not-found --show-kind",
        "kubectl get apiservices",
    )

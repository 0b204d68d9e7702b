"""Which objects a name may mean: exact, then an owner's name, then prefixes, then near names. Pure.

People paste half a pod name, the Deployment's name where a pod is asked for, or a typo. Pods come
before workloads, because a pod is what fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

import msgspec

from bot.cluster.objects import KubeObject
from bot.evidence import Target
from bot.sources import Matches, Query

SEARCHED = (
    "Pod",
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "CronJob",
    "Job",
    "ReplicaSet",
    "ReplicationController",
    "Service",
    "Ingress",
    "PersistentVolumeClaim",
    "Node",
)
"""Kinds that a bare name may mean, in the order in which they are preferred."""
PREFIXED = SEARCHED[:6]
"""Kinds that the beginning of a name, or a name with a typo, may mean."""
MOST = 10
_SAFE = "[bcdfghjklmnpqrstvwxz2456789]"
"""The letters that the API server and the controllers make names of (`k8s.io/apimachinery`,
`util/rand`): no vowels, so that no word can arise."""
_APPENDED = re.compile(
    rf"(?:-{_SAFE}{{6,10}}|-\d{{8,10}})?-{_SAFE}{{5}}$"  # Deployment or CronJob, and its pod
    rf"|-{_SAFE}{{6,10}}$|-\d{{1,10}}$"  # ReplicaSet; StatefulSet's pod, CronJob's Job
)


class Candidate(msgspec.Struct, frozen=True, order=True):
    """An object that could be meant; `owner` is its controller's name."""

    kind: str
    namespace: str
    name: str
    owner: str = ""


def candidate(item: KubeObject) -> Candidate:
    """Give an object's names."""
    controller = item.metadata.controller
    return Candidate(item.kind, item.namespace, item.name, controller.name if controller else "")


def choose(
    query: Query, candidates: Iterable[Candidate], cluster: str, default_namespace: str = ""
) -> Matches:
    """Say what a query may mean in a cluster, best first, at most ten of each kind of match."""
    name = query.name.lower()
    kinds = (query.kind,) if query.kind else SEARCHED
    fitting = [
        item
        for item in dict.fromkeys(candidates)
        if item.kind in kinds and query.namespace in ("", item.namespace)
    ]
    exact = [item for item in fitting if item.name.lower() == name]
    if exact:
        first = min(kinds.index(item.kind) for item in exact)
        same = sorted(item for item in exact if item.kind == kinds[first])
        return Matches(exact=_targets(_here(same, default_namespace), cluster))
    candidates = [item for item in fitting if query.kind or item.kind in PREFIXED]
    for stage, certain in _STAGES:
        if found := stage(name, candidates):
            found.sort(key=lambda item: (kinds.index(item.kind), item))
            targets = _targets(_here(found, default_namespace)[:MOST], cluster)
            return Matches(exact=targets) if certain else Matches(near=targets)
    return Matches()


def _targets(found: Iterable[Candidate], cluster: str) -> tuple[Target, ...]:
    return tuple(Target(cluster, item.namespace, item.kind, item.name) for item in found)


def stem(name: str) -> str:
    """Cut what controllers append to the name that a person gave: `api-7f9c4d5b8-x2x4z` → `api`."""
    return _APPENDED.sub("", name)


def _here(found: list[Candidate], default_namespace: str) -> tuple[Candidate, ...]:
    """Prefer the namespace that people mean when they name none."""
    here = [item for item in found if item.namespace in ("", default_namespace)]
    return tuple(here or found)


def _owned(name: str, items: list[Candidate]) -> list[Candidate]:
    return [item for item in items if name in (item.owner, stem(item.owner), stem(item.name))]


def _prefixed(name: str, items: list[Candidate]) -> list[Candidate]:
    return [item for item in items if item.name.startswith(name)]


def _contained(name: str, items: list[Candidate]) -> list[Candidate]:
    return [item for item in items if len(name) > 2 and name in item.name]


def _misspelt(name: str, items: list[Candidate]) -> list[Candidate]:
    spoken = {word for item in items for word in (item.name, stem(item.name))}
    near = set(get_close_matches(name, sorted(spoken), n=5, cutoff=0.65))
    return [item for item in items if item.name in near or stem(item.name) in near]


_STAGES = ((_owned, True), (_prefixed, True), (_contained, False), (_misspelt, False))
"""How a name may be meant, in this order; whether it is what was typed or only near it."""

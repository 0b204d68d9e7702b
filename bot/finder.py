"""From what was asked to the one target that is meant, of what a channel may hear of."""

from __future__ import annotations

from bot.access import namespaces_of
from bot.evidence import Target
from bot.outcomes import CouldNotLook, Nothing, Several
from bot.sources import Cluster, Matches, Query, SourceError
from bot.store.records import Source, Thread

FOLLOWED = frozenset(
    {"Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController"}
)
"""Kinds that are Ready or not, so that a report about one can turn green."""


class Finder:
    """Finds what a thread is about. `scopes`: `CHANNEL=NAMESPACE` pairs of the settings."""

    def __init__(self, cluster: Cluster, scopes: tuple[str, ...] = ()) -> None:
        self._cluster = cluster
        self.scopes = scopes

    async def target(self, thread: Thread) -> Target | CouldNotLook | Several | Nothing:
        """Ask the cluster for the names; near misses are offered and never taken."""
        asked = thread.asked
        allowed = namespaces_of(thread.channel, self.scopes)
        if asked.target is not None:
            return asked.target if _may_hear(allowed, asked.target) else _out_of_scope(allowed)
        possible: list[Target] = []
        for query in asked.queries:
            if query.cluster not in ("", self._cluster.name):
                continue
            try:
                found = _within(allowed, await self._cluster.find(query))
            except SourceError as error:
                return CouldNotLook(f"I could not ask the cluster: {error}. {error.fix}".strip())
            if asked.source is Source.ALERT:
                if target := _meant(query, found):
                    return target
                continue
            if len(found.exact) == 1:
                return found.exact[0]
            possible.extend(t for t in found.exact or found.near if t not in possible)
        if possible:
            return Several(tuple(possible))
        return Nothing(asked.queries) if allowed is None else _out_of_scope(allowed)


def _may_hear(allowed: frozenset[str] | None, target: Target) -> bool:
    return allowed is None or target.namespace in allowed


def _within(allowed: frozenset[str] | None, found: Matches) -> Matches:
    """What of it the channel may hear of; the rest is as if it were not there."""
    return Matches(
        exact=tuple(target for target in found.exact if _may_hear(allowed, target)),
        near=tuple(target for target in found.near if _may_hear(allowed, target)),
    )


def _out_of_scope(allowed: frozenset[str] | None) -> CouldNotLook:
    names = ", ".join(sorted(allowed or ()))
    return CouldNotLook(
        f"In this channel I speak of nothing but namespaces {names}, and found nothing like that "
        "there. Ask where the team of the other namespace is."
    )


def _meant(query: Query, found: Matches) -> Target | None:
    """What an alert surely means: the very name; nobody is there to be asked for another."""
    named = [target for target in found.exact if target.name == query.name]
    followed = [target for target in named if target.kind in FOLLOWED]
    return next(iter(followed or named), None) if len(followed or named) == 1 else None

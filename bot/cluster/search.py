"""Search a live cluster for what a person may mean, without reading whole objects.

A namespace or kind that the bot may not read is passed over, as long as another one answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from typing import Protocol

from bot.cluster import find
from bot.cluster.decode import Page
from bot.cluster.find import Candidate
from bot.cluster.kinds import Kind, kind_of
from bot.cluster.objects import KubeObject
from bot.evidence import GapReason
from bot.sources import Matches, Query, SourceError


class Searchable(Protocol):
    """What a search asks of a cluster."""

    name: str
    default_namespace: str

    async def get(self, kind: str, namespace: str, name: str) -> KubeObject | None:
        """One object."""
        ...

    async def listing(
        self,
        kind: Kind,
        namespace: str = "",
        *,
        labels: str = "",
        fields: str = "",
        names_only: bool = False,
    ) -> Page:
        """All objects of a kind."""
        ...


async def search(cluster: Searchable, query: Query) -> Matches:
    """Say what a query may mean.

    The exact name where people mean it first, then the exact name anywhere, then names like it.
    Raises SourceError when nothing at all could be read, and when nothing was found although the
    kind that is meant first could not be read, here or where else it may be: nobody knows then
    that it is absent.
    """
    here = query.namespace or cluster.default_namespace
    kinds = (query.kind,) if query.kind else find.SEARCHED
    stages = (
        lambda: [_single(cluster, kind, here, query.name) for kind in kinds],
        lambda: _named(cluster, kinds, query),
        lambda: _all(cluster, kinds if query.kind else find.PREFIXED, query.namespace),
    )
    refused: SourceError | None = None
    unknown = False
    answered = False
    for questions in stages:
        candidates: list[Candidate] = []
        answers = await asyncio.gather(*questions(), return_exceptions=True)
        meant_first = answers[:1] if questions in stages[:2] else []
        unknown = unknown or any(isinstance(answer, SourceError) for answer in meant_first)
        for answer in answers:
            if isinstance(answer, SourceError):
                refused = refused or answer
            elif isinstance(answer, BaseException):
                raise answer
            else:
                answered = True
                candidates.extend(answer)
        found = find.choose(query, candidates, cluster.name, here)
        if found.exact or found.near:
            return found
        if refused and not answered and refused.reason is not GapReason.FORBIDDEN:
            break  # who has no answer to the first questions has none to the others
    if refused and (unknown or not answered):
        raise refused
    return Matches()


async def _single(cluster: Searchable, kind: str, namespace: str, name: str) -> list[Candidate]:
    found = await cluster.get(kind, "" if kind_of(kind).cluster_scoped else namespace, name)
    return [find.candidate(found)] if found else []


def _named(
    cluster: Searchable, kinds: Sequence[str], query: Query
) -> list[Awaitable[list[Candidate]]]:
    if query.namespace:
        return []
    return [_names(cluster, kind, "", f"metadata.name={query.name}") for kind in kinds]


def _all(
    cluster: Searchable, kinds: Iterable[str], namespace: str
) -> list[Awaitable[list[Candidate]]]:
    """Ask for all names: of the whole cluster, and of one namespace for who may not read that."""
    spaces = (namespace,) if namespace else ("", cluster.default_namespace)
    return [_names(cluster, kind, space, "") for kind in kinds for space in spaces]


async def _names(cluster: Searchable, kind: str, namespace: str, fields: str) -> list[Candidate]:
    page = await cluster.listing(kind_of(kind), namespace, fields=fields, names_only=True)
    return [find.candidate(item) for item in page.items]

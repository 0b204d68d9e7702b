"""What fails in a live cluster, with few requests.

The server prints its lists as tables; objects are asked for only where a row tells of trouble, and
once where many pods fail alike. A namespace that may not be read is a gap, and the others go on.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Iterable
from typing import TypeVar

from bot.cluster import objects as k
from bot.cluster.api import LiveCluster
from bot.cluster.find import stem
from bot.cluster.scrubbed import scrubbed_facts
from bot.diagnose import diagnose
from bot.evidence import Evidence, Gap, Listing, Target
from bot.report import Report
from bot.sources import SourceError
from bot.sweep.grouping import Case, Cases

T = TypeVar("T")
Row = dict[str, str]
_AT_ONCE = 16
_TOP = 4
_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job")
_WELL = frozenset({"Running", "Completed", "Succeeded"})


async def live_cases(cluster: LiveCluster, namespace: str = "") -> Cases:
    """Diagnose every workload that fails. Raises SourceError when namespaces cannot be listed."""
    return await _Live(cluster).cases(namespace)


class _Live:
    def __init__(self, cluster: LiveCluster) -> None:
        self.cluster = cluster
        self.gaps: list[Gap] = []
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._nodes: asyncio.Task[tuple[k.KubeObject, ...]] | None = None

    async def cases(self, namespace: str) -> Cases:
        """All namespaces side by side."""
        spaces = [namespace] if namespace else await self._namespaces()
        found = await asyncio.gather(*(self._space(space) for space in spaces))
        return Cases(
            cases=tuple(case for cases, _ in found for case in cases),
            well=sum(well for _, well in found),
            gaps=tuple(self.gaps),
        )

    async def _namespaces(self) -> list[str]:
        return sorted(item.name for item in await self.cluster.list("Namespace"))

    async def _space(self, space: str) -> tuple[list[Case], int]:
        tables = await asyncio.gather(*(self._table(kind, space) for kind in ("Pod", *_WORKLOADS)))
        pods, workloads = tables[0], dict(zip(_WORKLOADS, tables[1:], strict=True))
        alike: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in pods:
            if _pod_fails(row):
                alike[(stem(row["name"]), row.get("status", ""))].append(row["name"])
        cases = await asyncio.gather(
            *(self._pod_case(space, names) for _, names in sorted(alike.items()))
        )
        known = {(case.target.kind, case.target.name) for case in cases if case}
        empty = [
            (kind, row["name"])
            for kind, rows in workloads.items()
            for row in rows
            if _workload_fails(kind, row) and (kind, row["name"]) not in known
        ]
        more = await asyncio.gather(*(self._workload_case(space, *each) for each in sorted(empty)))
        both = [case for case in (*_joined(cases), *more) if case]
        total = sum(len(rows) for rows in workloads.values())
        return both, max(0, total - len(both))

    async def _pod_case(self, space: str, names: list[str]) -> Case | None:
        """Look at one of the pods that fail alike, and at what owns it."""
        pod = await self._answer(self.cluster.get("Pod", space, names[0]), f"pod {names[0]}")
        if not isinstance(pod, k.Pod):
            return None
        chain = await self._chain(pod)
        top = chain[-1]
        report = await self._diagnosed(top, chain, pod)
        return Case(target=self._target(top), pods=len(names), report=report)

    async def _workload_case(self, space: str, kind: str, name: str) -> Case | None:
        item = await self._answer(self.cluster.get(kind, space, name), f"{kind} {name}")
        if item is None:
            return None
        sets = await self._answer(self.cluster.list("ReplicaSet", space), f"replicasets in {space}")
        owned = [each for each in sets or () if _owned_by(each, item)]
        return Case(
            target=self._target(item),
            pods=0,
            report=await self._diagnosed(item, [item, *owned], item),
        )

    async def _diagnosed(
        self, top: k.KubeObject, chain: list[k.KubeObject], about: k.KubeObject
    ) -> Report:
        events = await self._events([about, *(item for item in chain if item is not about)])
        claims = await self._claims(about)
        nodes = await self._cluster_nodes()
        listings = [Listing("Node", "")] if nodes else []
        facts = scrubbed_facts((*chain, *events, *claims, *nodes), listings, ())
        evidence = Evidence(
            target=self._target(top), collected_at=self.cluster.now(), cluster=facts
        )
        return diagnose(evidence)

    async def _chain(self, pod: k.Pod) -> list[k.KubeObject]:
        chain: list[k.KubeObject] = [pod]
        for _ in range(_TOP):
            owner = chain[-1].metadata.controller
            if owner is None or owner.kind not in ("ReplicaSet", *_WORKLOADS, "CronJob"):
                break
            question = self.cluster.get(owner.kind, pod.namespace, owner.name)
            above = await self._answer(question, f"{owner.kind} {owner.name}")
            if above is None:
                break
            chain.append(above)
        return chain

    async def _events(self, items: Iterable[k.KubeObject]) -> list[k.KubeObject]:
        answers = await asyncio.gather(
            *(
                self._answer(
                    self.cluster.list(
                        "Event", item.namespace, fields=f"involvedObject.name={item.name}"
                    ),
                    f"events of {item.name}",
                )
                for item in items
            )
        )
        return [event for answer in answers for event in answer or ()]

    async def _claims(self, item: k.KubeObject) -> list[k.KubeObject]:
        if not isinstance(item, k.Pod) or item.spec.node_name:
            return []
        names = [v.persistent_volume_claim.claim_name for v in item.spec.volumes
                 if v.persistent_volume_claim]  # fmt: skip
        answers = await asyncio.gather(
            *(
                self._answer(
                    self.cluster.get("PersistentVolumeClaim", item.namespace, name), f"pvc {name}"
                )
                for name in names
            )
        )
        return [claim for claim in answers if claim]

    async def _cluster_nodes(self) -> tuple[k.KubeObject, ...]:
        if self._nodes is None:
            self._nodes = asyncio.create_task(self._listed_nodes())
        return await self._nodes

    async def _listed_nodes(self) -> tuple[k.KubeObject, ...]:
        return await self._answer(self.cluster.list("Node"), "nodes") or ()

    async def _table(self, kind: str, space: str) -> tuple[Row, ...]:
        question = self.cluster.table(kind, space)
        return await self._answer(question, f"{kind} in {space}") or ()

    async def _answer(self, question: Awaitable[T], subject: str) -> T | None:
        async with self._turn:
            try:
                return await question
            except SourceError as error:
                self.gaps.append(error.as_gap("cluster", subject))
                return None

    def _target(self, item: k.KubeObject) -> Target:
        return Target(self.cluster.name, item.namespace, item.kind, item.name)


def _joined(cases: Iterable[Case | None]) -> list[Case]:
    """One case for each target: pods of one owner may fail in two ways; the larger part speaks."""
    joined: dict[Target, Case] = {}
    for case in sorted((case for case in cases if case), key=lambda case: -case.pods):
        first = joined.setdefault(case.target, case)
        if first is not case:
            pods = first.pods + case.pods
            joined[case.target] = Case(target=first.target, pods=pods, report=first.report)
    return list(joined.values())


def _owned_by(item: k.KubeObject, owner: k.KubeObject) -> bool:
    return any(ref.uid == owner.metadata.uid for ref in item.metadata.owner_references)


def _pod_fails(row: Row) -> bool:
    ready, _, wanted = row.get("ready", "").partition("/")
    status = row.get("status", "")
    return status not in _WELL or (status == "Running" and ready != wanted)


def _workload_fails(kind: str, row: Row) -> bool:
    match kind:
        case "DaemonSet":
            return row.get("ready") != row.get("desired")
        case "Job":
            return row.get("status") in ("Failed", "FailureTarget")
        case _:
            ready, _, wanted = row.get("ready", "").partition("/")
            return ready != wanted

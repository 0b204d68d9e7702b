"""One gathering from a live cluster: what is asked, and what was seen so far."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from typing import Protocol, TypeVar

from bot.cluster import neighbours
from bot.cluster import objects as k
from bot.cluster.kinds import is_known, kind_of
from bot.cluster.pod_state import LogWanted, logs_wanted
from bot.cluster.scrubbed import scrubbed_facts
from bot.evidence import ClusterFacts, ContainerLog, Gap, GapReason, Listing, Target
from bot.sources import Cluster, SourceError

T = TypeVar("T")
QUESTION_SECONDS = 8.0
"""The longest that one request of a gathering may take."""
LOG_LINES = 100
_TOP = 6
"""The longest chain of owners: Pod, Job, CronJob and two custom resources are five."""
_MOST_NODES = 20


class Inquiry(Protocol):
    """Whom a gathering tells, and who keeps the gaps."""

    async def ask(self, source: str, subject: str, question: Awaitable[T]) -> T | Gap:
        """Await a question; a SourceError becomes a Gap that is kept."""
        ...

    def begin(self, key: str, title: str) -> None:
        """Tell that a step has begun."""
        ...

    def end(self, key: str, title: str, summary: str, *, failed: bool = False) -> None:
        """Tell how a step ended."""
        ...


class Gathering:
    """One gathering from a live cluster: what was seen so far."""

    def __init__(self, cluster: Cluster, inquiry: Inquiry) -> None:
        self._cluster = cluster
        self._inquiry = inquiry
        self.objects: dict[tuple[str, str, str], k.KubeObject] = {}
        self.listings: set[Listing] = set()

    async def around(self, target: Target) -> ClusterFacts:
        """Ask about the target, its namespace, what that refers to, and the logs."""
        found = await self._cluster.get(target.kind, target.namespace, target.name)
        if found is None:
            await self.list(target.kind, target.namespace)
            return self.facts()
        self._keep(found)
        await self._namespace(target)
        await self._owners(found)
        pods = neighbours.pods_of(found, self.objects.values())
        further = neighbours.further_kinds(found, pods, self.objects.values())
        await asyncio.gather(
            *(
                self.list(kind, "" if kind_of(kind).cluster_scoped else target.namespace)
                for kind in further
            ),
            self._nodes(pods) if "Node" not in further else asyncio.sleep(0),
        )
        kept, listings = neighbours.narrowed(tuple(self.objects.values()), self.listings, pods)
        return await asyncio.to_thread(scrubbed_facts, kept, listings, await self.logs(pods))

    async def _namespace(self, target: Target) -> None:
        if target.namespace:
            await asyncio.gather(
                *(self.list(kind, target.namespace) for kind in neighbours.IN_NAMESPACE)
            )
            return
        about = f"involvedObject.kind={target.kind},involvedObject.name={target.name}"
        questions = [self.list("Event", "", fields=about)]
        if target.kind == "Node":
            questions.append(self.list("Pod", "", fields=f"spec.nodeName={target.name}"))
            questions.append(self._get("Lease", "kube-node-lease", target.name))
        await asyncio.gather(*questions)

    async def _owners(self, item: k.KubeObject) -> None:
        """Follow owners up to the top; owners of kinds that we do not know end the chain."""
        for _ in range(_TOP):
            owner = item.metadata.controller
            if owner is None or not is_known(owner.kind, owner.api_version):
                return
            key = (owner.kind, item.namespace, owner.name)
            if key not in self.objects:
                await self._get(*key)
            if key not in self.objects:
                return
            item = self.objects[key]

    async def _nodes(self, pods: Iterable[k.Pod]) -> None:
        """Ask for the nodes of the pods, and where one is gone, which nodes there are."""
        names = sorted({pod.spec.node_name for pod in pods if pod.spec.node_name})[:_MOST_NODES]
        await asyncio.gather(
            *(self._get("Node", "", name) for name in names),
            *(self._get("Lease", "kube-node-lease", name) for name in names),
            *(
                self.list("Event", "default", fields=f"involvedObject.name={name}")
                for name in names
            ),
        )
        if any(("Node", "", name) not in self.objects for name in names):
            await self.list("Node", "")

    async def list(self, kind: str, namespace: str, *, labels: str = "", fields: str = "") -> None:
        """Ask for all objects of a kind, and note that they were all listed."""
        where = f" in {namespace}" if namespace else ""
        found = await self._inquiry.ask(
            "cluster",
            f"{kind_of(kind).plural}{where}",
            _bounded(self._cluster.list(kind, namespace, labels=labels, fields=fields)),
        )
        if isinstance(found, Gap):
            return
        for item in found:
            self._keep(item)
        if not labels and not fields:
            self.listings.add(Listing(kind, namespace))

    async def _get(self, kind: str, namespace: str, name: str) -> None:
        subject = "/".join(part for part in (namespace, kind, name) if part)
        found = await self._inquiry.ask(
            "cluster", subject, _bounded(self._cluster.get(kind, namespace, name))
        )
        if found is not None and not isinstance(found, Gap):
            self._keep(found)

    def _keep(self, item: k.KubeObject) -> None:
        self.objects[(item.kind, item.namespace, item.name)] = item

    async def logs(self, pods: Iterable[k.Pod]) -> tuple[ContainerLog, ...]:
        """Ask for the logs that are worth reading."""
        wanted = logs_wanted(tuple(pods))
        found = await asyncio.gather(*(self._log(log) for log in wanted))
        return tuple(log for log in found if log is not None)

    async def _log(self, wanted: LogWanted) -> ContainerLog | None:
        lines = await self._inquiry.ask(
            "logs",
            f"{wanted.namespace}/{wanted.pod} {wanted.container}",
            _bounded(
                self._cluster.log(
                    wanted.namespace,
                    wanted.pod,
                    wanted.container,
                    previous=wanted.previous,
                    lines=LOG_LINES,
                )
            ),
        )
        if lines is None or isinstance(lines, Gap):
            return None
        return ContainerLog(
            namespace=wanted.namespace,
            pod=wanted.pod,
            container=wanted.container,
            previous=wanted.previous,
            lines=lines,
        )

    def facts(self, logs: Iterable[ContainerLog] = ()) -> ClusterFacts:
        """Everything that was seen, with these logs."""
        return scrubbed_facts(self.objects.values(), self.listings, logs)


async def _bounded(question: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout(QUESTION_SECONDS):
            return await question
    except TimeoutError:
        raise SourceError(
            GapReason.TIMED_OUT, f"the cluster did not answer within {QUESTION_SECONDS:.0f} s"
        ) from None

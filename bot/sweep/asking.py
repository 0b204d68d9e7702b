"""A sweep's questions to a live cluster: some at a time, with deadlines, failures as gaps."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar

from bot.cluster import objects as k
from bot.cluster.api import LiveCluster
from bot.cluster.kinds import kind_of
from bot.cluster.pod_state import LogWanted
from bot.cluster.tables import Row
from bot.evidence import ContainerLog, Gap, GapReason
from bot.sources import SourceError

T = TypeVar("T")
Key = tuple[str, str, str]
"""Kind, namespace and name."""
_AT_ONCE = 24
_SECONDS = 20.0
_LOG_SECONDS = 3.0
"""A log comes from the node; one that is gone must not hold up the others."""
_LOG_LINES = 60


class Asking:
    """One sweep's questions. What could not be answered is in `gaps`."""

    def __init__(self, cluster: LiveCluster) -> None:
        self.gaps: list[Gap] = []
        self._cluster = cluster
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._known: dict[Key, k.KubeObject] = {}
        self._asked: dict[Key, asyncio.Task[k.KubeObject | None]] = {}

    def know(self, items: Iterable[k.KubeObject]) -> None:
        """Take in what a list has told, so that nobody asks for it again."""
        self._known |= {(item.kind, item.namespace, item.name): item for item in items}

    async def get(self, kind: str, namespace: str, name: str) -> k.KubeObject | None:
        """One object, asked for once; None when it is gone, or after a gap."""
        key = (kind, namespace, name)
        if key in self._known:
            return self._known[key]
        if key not in self._asked:
            question = self._answer(self._cluster.get(*key), f"{kind} {namespace}/{name}")
            self._asked[key] = asyncio.create_task(question)
        return await self._asked[key]

    async def existence(self, namespace: str) -> None:
        """Note a gap where there is no such namespace: the server lists one as if it were empty."""
        if await self.get("Namespace", "", namespace) is None and not self.gaps:
            self.gaps.append(
                Gap(
                    source="cluster",
                    subject=f"namespace {namespace}",
                    reason=GapReason.DECLINED,
                    detail="the cluster has none of this name",
                    fix="kubectl get namespaces",
                )
            )

    async def list(self, kind: str, namespace: str) -> tuple[k.KubeObject, ...]:
        """All objects of a kind; none after a gap."""
        where = f" in {namespace}" if namespace else ""
        subject = f"{kind_of(kind).plural}{where}"
        return await self._answer(self._cluster.list(kind, namespace), subject) or ()

    async def table(self, namespace: str) -> tuple[Row, ...]:
        """The pods of a namespace as kubectl prints them; none after a gap."""
        question = self._cluster.table("Pod", namespace)
        return await self._answer(question, f"pods in {namespace}") or ()

    async def log(self, of: LogWanted) -> ContainerLog | None:
        """The end of a container's log; None when there is none, or after a gap."""
        question = self._cluster.log(
            of.namespace, of.pod, of.container, previous=of.previous, lines=_LOG_LINES
        )
        subject = f"log of {of.namespace}/{of.pod} {of.container}"
        lines = await self._answer(question, subject, _LOG_SECONDS)
        if lines is None:
            return None
        return ContainerLog(
            namespace=of.namespace,
            pod=of.pod,
            container=of.container,
            previous=of.previous,
            lines=lines,
        )

    async def _answer(
        self, question: Awaitable[T], subject: str, seconds: float = _SECONDS
    ) -> T | None:
        try:
            async with self._turn, asyncio.timeout(seconds):
                return await question
        except SourceError as error:
            self.gaps.append(error.as_gap("cluster", subject))
        except TimeoutError:
            late = SourceError(GapReason.TIMED_OUT, f"no answer within {seconds:.0f} s")
            self.gaps.append(late.as_gap("cluster", subject))
        return None

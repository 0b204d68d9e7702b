"""What fails in a live cluster, with few requests.

The server prints each namespace's pods as a table, a thirtieth of the bytes of the objects. Objects
are asked for only where a row tells of trouble, and once where many pods of one owner fail alike.
What may not be read is a gap, and the rest goes on.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from bot.cluster import objects as k
from bot.cluster.api import LiveCluster
from bot.cluster.kinds import is_known, kind_of
from bot.cluster.pod_state import logs_of
from bot.cluster.scrubbed import scrubbed, scrubbed_facts
from bot.cluster.tables import row_fails
from bot.diagnose import diagnose
from bot.evidence import ContainerLog, Evidence, Listing, Target
from bot.sweep.asking import Asking, Key
from bot.sweep.grouping import Case, Cases
from bot.sweep.workloads import Alike, lacks_pods, rows_alike, stands_for

_TOP = 4
_SHOWN = 3
"""Pods of one owner that a diagnosis sees: one for each way to fail."""
_MOST_LOGS = 4
_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicationController", "Job")
Events = Mapping[str, Sequence[k.KubeObject]]


async def live_cases(cluster: LiveCluster, namespace: str = "") -> Cases:
    """Diagnose every workload that fails. Raises SourceError when namespaces cannot be listed."""
    return await _Live(cluster).cases(namespace)


class _Failing(msgspec.Struct):
    """One workload that fails: what owns what, some of its pods, and how many fail."""

    chain: tuple[k.KubeObject, ...]
    pods: list[k.Pod]
    count: int = 0


class _Live:
    def __init__(self, cluster: LiveCluster) -> None:
        self.cluster = cluster
        self.asking = Asking(cluster)
        self._workloads: dict[str, list[k.KubeObject]] = defaultdict(list)
        self._nodes: tuple[k.KubeObject, ...] = ()

    async def cases(self, namespace: str) -> Cases:
        """Ask for what is shared by all namespaces, then look at them side by side."""
        calls, received = self.cluster.calls, self.cluster.received
        kinds = (self.asking.list(kind, namespace) for kind in _WORKLOADS)
        spaces, nodes, lists = await asyncio.gather(
            self._spaces(namespace), self.asking.list("Node", ""), asyncio.gather(*kinds)
        )
        workloads = [item for listed in lists for item in listed]
        self.asking.know(workloads)
        for item in workloads:
            self._workloads[item.namespace].append(item)
        self._nodes = tuple(scrubbed(node) for node in nodes)
        found = await asyncio.gather(*(self._space(space) for space in spaces))
        cases = tuple(case for of_space in found for case in of_space)
        failing = {(case.target.kind, case.target.namespace, case.target.name) for case in cases}
        tops = {_key(item) for item in workloads if item.metadata.controller is None}
        if namespace and not (cases or tops or self.asking.gaps):
            await self.asking.existence(namespace)
        return Cases(
            cases=cases,
            well=len(tops - failing),
            gaps=tuple(self.asking.gaps),
            calls=self.cluster.calls - calls,
            received=self.cluster.received - received,
        )

    async def _spaces(self, namespace: str) -> list[str]:
        if namespace:
            return [namespace]
        page = await self.cluster.listing(kind_of("Namespace"), names_only=True)
        return sorted(item.name for item in page.items)

    # --- one namespace --------------------------------------------------------------------------

    async def _space(self, space: str) -> list[Case]:
        alike = rows_alike(row for row in await self.asking.table(space) if row_fails(row))
        failing: dict[Key, _Failing] = {}
        for pod, count in await self._pods(space, alike):
            chain = await self._chain(pod)
            found = failing.setdefault(_key(chain[-1]), _Failing(chain, []))
            found.count += count
            found.pods.append(pod)
        lacking = [
            item
            for item in self._workloads[space]
            if _key(item) not in failing and lacks_pods(item)
        ]
        if not failing and not lacking:
            return []
        sets = await self.asking.list("ReplicaSet", space) if lacking else ()
        for item in lacking:
            owned = (each for each in sets if _is_owned(each, item))
            failing[_key(item)] = _Failing((*owned, item), [])
        events: dict[str, list[k.KubeObject]] = defaultdict(list)
        for event in await self.asking.list("Event", space):
            if isinstance(event, k.Event):
                events[event.about.name].append(event)
        cases = (self._case(failing[key], events) for key in sorted(failing))
        return list(await asyncio.gather(*cases))

    async def _pods(self, space: str, alike: Iterable[Alike]) -> list[tuple[k.Pod, int]]:
        """One pod of each set that looks alike; every one that turns out to have no owner."""
        groups = tuple(alike)
        first = await asyncio.gather(*(self._pod(space, group.names[0]) for group in groups))
        found: list[tuple[k.Pod, int]] = []
        single: list[str] = []
        for group, pod in zip(groups, first, strict=True):
            if pod is None:
                single += group.names[1:]
                continue
            mates, others = stands_for(pod, group)
            found.append((pod, len(mates)))
            single += others
        rest = await asyncio.gather(*(self._pod(space, name) for name in single))
        return found + [(pod, 1) for pod in rest if pod is not None]

    async def _pod(self, space: str, name: str) -> k.Pod | None:
        pod = await self.asking.get("Pod", space, name)
        return pod if isinstance(pod, k.Pod) else None

    async def _chain(self, pod: k.Pod) -> tuple[k.KubeObject, ...]:
        """The pod's owners up to the top; the pod itself when nothing owns it."""
        chain: list[k.KubeObject] = []
        item: k.KubeObject = pod
        for _ in range(_TOP):
            owner = item.metadata.controller
            if owner is None or not is_known(owner.kind, owner.api_version):
                break
            above = await self.asking.get(owner.kind, pod.namespace, owner.name)
            if above is None:
                break
            chain.append(above)
            item = above
        return tuple(chain) or (pod,)

    # --- one workload ---------------------------------------------------------------------------

    async def _case(self, failing: _Failing, events: Events) -> Case:
        shown = failing.pods[:_SHOWN]
        claims, logs = await asyncio.gather(self._claims(shown), self._logs(shown))
        own = {id(item): item for item in (*failing.chain, *shown, *claims)}.values()
        said = [event for item in own for event in events.get(item.name, ())]
        facts = scrubbed_facts((*own, *said), [Listing("Node", "")] if self._nodes else [], logs)
        cluster = msgspec.structs.replace(facts, objects=(*facts.objects, *self._nodes))
        top = failing.chain[-1]
        target = Target(self.cluster.name, top.namespace, top.kind, top.name)
        evidence = Evidence(target=target, collected_at=self.cluster.now(), cluster=cluster)
        return Case(target=target, pods=failing.count, report=diagnose(evidence))

    async def _claims(self, pods: Iterable[k.Pod]) -> list[k.KubeObject]:
        """The claims of pods that find no node."""
        names = {
            (pod.namespace, source.claim_name)
            for pod in pods
            if not pod.spec.node_name
            for source in (volume.persistent_volume_claim for volume in pod.spec.volumes)
            if source
        }
        questions = (self.asking.get("PersistentVolumeClaim", *name) for name in sorted(names))
        return [claim for claim in await asyncio.gather(*questions) if claim]

    async def _logs(self, pods: Sequence[k.Pod]) -> list[ContainerLog]:
        """The logs of containers that ended, which alone can say why."""
        wanted = [log for pod in pods[:1] for log in logs_of(pod) if log.container in _ended(pod)]
        found = await asyncio.gather(*(self.asking.log(log) for log in wanted[:_MOST_LOGS]))
        return [log for log in found if log is not None]


def _ended(pod: k.Pod) -> set[str]:
    """Containers that ended and are not well since."""
    statuses = (*pod.status.init_container_statuses, *pod.status.container_statuses)
    return {
        status.name
        for status in statuses
        if not status.ready and (status.state.terminated or status.last_state.terminated)
    }


def _key(item: k.KubeObject) -> Key:
    return (item.kind, item.namespace, item.name)


def _is_owned(item: k.KubeObject, owner: k.KubeObject) -> bool:
    return any(ref.uid == owner.metadata.uid for ref in item.metadata.owner_references)

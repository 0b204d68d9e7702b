"""What fails in files: every workload whose pods are not well, diagnosed once for each owner."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from bot.cluster import objects as k
from bot.cluster.files import FileCluster
from bot.cluster.neighbours import MOST_PODS
from bot.cluster.pod_state import pod_is_well
from bot.cluster.scrubbed import scrubbed_facts
from bot.diagnose import diagnose
from bot.evidence import ClusterFacts, ContainerLog, Evidence, Listing, Target
from bot.sweep.grouping import Case, Cases

Key = tuple[str, str, str]
_SHOWN = 5
"""Failing pods of one owner that are looked at where a namespace is too large to be kept whole."""
_WORKLOADS = (k.Deployment, k.StatefulSet, k.DaemonSet, k.ReplicationController, k.Job)


def recorded_cases(cluster: FileCluster, namespace: str = "") -> Cases:
    """Diagnose every workload of the files that fails."""
    spaces: dict[str, list[k.KubeObject]] = defaultdict(list)
    for item in cluster.objects.values():
        spaces[item.namespace].append(item)
    shared = spaces.pop("", [])
    cases: list[Case] = []
    well = 0
    for space in sorted(spaces):
        if namespace in ("", space):
            recorded = _Space(cluster, space, spaces[space], shared)
            cases += recorded.cases()
            well += recorded.well
    return Cases(cases=tuple(cases), well=well)


class _Space:
    """One namespace of the files."""

    def __init__(
        self,
        cluster: FileCluster,
        name: str,
        items: list[k.KubeObject],
        shared: list[k.KubeObject],
    ) -> None:
        self.cluster = cluster
        self.name = name
        self.items = items
        self.shared = shared
        self.well = 0
        self._by_name = {(item.kind, item.namespace, item.name): item for item in items}
        self._pods = [item for item in items if isinstance(item, k.Pod)]
        self._whole: ClusterFacts | None = None

    def cases(self) -> list[Case]:
        """Diagnose what fails, in order of the names."""
        failing: Counter[Key] = Counter()
        owners: set[Key] = set()
        for pod in self._pods:
            top = self._top(pod)
            owners.add(top)
            failing[top] += not pod_is_well(pod)
        for item in self.items:
            if isinstance(item, _WORKLOADS) and item.metadata.controller is None:
                key = (item.kind, item.namespace, item.name)
                owners.add(key)
                if key not in failing and _lacks_pods(item):
                    failing[key] = 0
        wanted = [key for key, pods in failing.items() if pods or self._lacks(key)]
        self.well = len(owners) - len(wanted)
        return [self._case(key, failing[key]) for key in sorted(wanted)]

    def _lacks(self, key: Key) -> bool:
        return _lacks_pods(self._by_name.get(key))

    def _case(self, key: Key, pods: int) -> Case:
        kind, namespace, name = key
        target = Target(self.cluster.name, namespace, kind, name)
        evidence = Evidence(
            target=target, collected_at=self.cluster.now(), cluster=self._facts(key)
        )
        return Case(target=target, pods=pods, report=diagnose(evidence))

    def _facts(self, key: Key) -> ClusterFacts:
        if len(self._pods) > MOST_PODS:
            return self._narrow(key)
        if self._whole is None:
            self._whole = self._put((*self.items, *self.shared), self.cluster.listings)
        return self._whole

    def _narrow(self, key: Key) -> ClusterFacts:
        """The owner, a few of its failing pods, and what is written about them."""
        own = [pod for pod in self._pods if self._top(pod) == key and not pod_is_well(pod)]
        names = {pod.name for pod in own[:_SHOWN]} | {key[2]}
        kept = [
            item
            for item in self.items
            if (item.name in names or item.name.startswith(f"{key[2]}-"))
            if not isinstance(item, k.Pod) or item.name in names
        ]
        kept += [
            item
            for item in self.items
            if isinstance(item, k.Event) and item.about.name in names and item not in kept
        ]
        kept += [item for item in self.items if not isinstance(item, (k.Pod, k.Event, *_WORKLOADS))]
        unique = {id(item): item for item in (*kept, *self.shared)}
        partial = ("Pod", "Event", *(kind.__name__ for kind in _WORKLOADS), "ReplicaSet")
        listings = [each for each in self.cluster.listings if each.kind not in partial]
        return self._put(unique.values(), listings)

    def _put(self, items: Iterable[k.KubeObject], listings: Iterable[Listing]) -> ClusterFacts:
        return scrubbed_facts(items, listings, self._logs())

    def _logs(self) -> list[ContainerLog]:
        return [log for log in self.cluster.logs if log.namespace == self.name]

    def _top(self, pod: k.Pod) -> Key:
        item: k.KubeObject = pod
        for _ in range(4):
            owner = item.metadata.controller
            above = owner and self._by_name.get((owner.kind, self.name, owner.name))
            if not above:
                break
            item = above
        return (item.kind, item.namespace, item.name)


def _lacks_pods(item: k.KubeObject | None) -> bool:
    """Whether a workload has fewer pods than it wants, by its own status."""
    match item:
        case k.DaemonSet():
            return item.status.number_ready < item.status.desired_number_scheduled
        case k.Deployment() | k.StatefulSet() | k.ReplicationController():
            wanted = 1 if item.spec.replicas is None else item.spec.replicas
            return item.status.ready_replicas < wanted
        case k.Job():
            return any(c.type == "Failed" and c.status == "True" for c in item.status.conditions)
        case _:
            return False

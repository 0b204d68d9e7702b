"""What fails in files: every workload whose pods are not well, diagnosed once for each owner.

Of an owner's pods a few failing ones are looked at, with what is written about them: that is enough
for the cause, and keeps the time of a sweep near that of reading.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from bot.cluster import objects as k
from bot.cluster.documents import ANY_KIND
from bot.cluster.files import FileCluster
from bot.cluster.pod_state import pod_is_well, state_of
from bot.cluster.scrubbed import scrubbed, scrubbed_facts
from bot.diagnose import diagnose
from bot.evidence import ClusterFacts, Evidence, Gap, GapReason, Target
from bot.sweep.grouping import Case, Cases
from bot.sweep.workloads import lacks_pods

Key = tuple[str, str, str]
_SHOWN = 3
"""Failing pods of one owner that are looked at: one for each way to fail."""
_WORKLOADS = (k.Deployment, k.StatefulSet, k.DaemonSet, k.ReplicationController, k.Job)
_PARTIAL = frozenset({"Pod", "Event", "ReplicaSet", *(kind.__name__ for kind in _WORKLOADS)})
"""Kinds of which a diagnosis here sees only a part, so that it may conclude no absence."""


def recorded_cases(cluster: FileCluster, namespace: str = "") -> Cases:
    """Diagnose every workload of the files that fails."""
    spaces: dict[str, list[k.KubeObject]] = defaultdict(list)
    for item in cluster.objects.values():
        spaces[item.namespace].append(item)
    shared = [scrubbed(item) for item in spaces.pop("", [])]
    cases: list[Case] = []
    well = 0
    for space in sorted(spaces):
        if namespace in ("", space):
            recorded = _Space(cluster, space, spaces[space], shared)
            cases += recorded.cases()
            well += recorded.well
    gaps = _unseen(cluster, namespace, nothing=not cases and not well)
    return Cases(cases=tuple(cases), well=well, gaps=tuple(gaps))


def _unseen(cluster: FileCluster, namespace: str, *, nothing: bool) -> Iterator[Gap]:
    """What forbids the words "nothing fails": what could not be read, or nothing to look at."""
    looked_at = {"Pod", "ReplicaSet", *(kind.__name__ for kind in _WORKLOADS)}
    lost = sorted(cluster.lost & looked_at)
    if lost or ANY_KIND in cluster.lost:
        yield Gap(
            source="cluster",
            subject="the files",
            reason=GapReason.GARBLED,
            detail=f"of {', '.join(lost) or 'some kind'} not everything could be read",
            fix="record it again: kubectl get -o yaml",
        )
    if nothing:
        spaces = sorted({space for kind, space, _ in cluster.objects if kind in looked_at})
        yield Gap(
            source="cluster",
            subject=f"namespace {namespace}" if namespace else "the files",
            reason=GapReason.NOT_IN_FILES,
            detail="the files have no pod or workload of it"
            if namespace
            else "they have no pod or workload",
            fix=f"they have {', '.join(spaces[:_SHOWN])}" if spaces else "",
        )


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
        self.well = 0
        self._by_name = {(item.kind, name, item.name): item for item in items}
        self._failing: dict[Key, list[k.Pod]] = defaultdict(list)
        self._events: dict[str, list[k.KubeObject]] = defaultdict(list)
        self._children: dict[Key, list[k.KubeObject]] = defaultdict(list)
        self._pods: Counter[Key] = Counter()
        rest: list[k.KubeObject] = []
        for item in items:
            if isinstance(item, k.Pod):
                top = self._top(item)
                self._pods[top] += 1
                if not pod_is_well(item):
                    self._failing[top].append(item)
            elif isinstance(item, k.Event):
                self._events[item.about.name].append(item)
            elif isinstance(item, (k.ReplicaSet, *_WORKLOADS)):
                self._children[self._top(item)].append(item)
            else:
                rest.append(item)
        self._rest = rest
        self._shared = shared
        self._common: list[k.KubeObject] | None = None

    def cases(self) -> list[Case]:
        """Diagnose what fails, in order of the names."""
        wanted = set(self._failing) | {
            key for key in self._children if lacks_pods(self._by_name.get(key))
        }
        self.well = len(set(self._pods) | set(self._children)) - len(wanted)
        return [self._case(key) for key in sorted(wanted)]

    def _case(self, key: Key) -> Case:
        failing = self._failing.get(key, [])
        kind, namespace, name = key
        target = Target(self.cluster.name, namespace, kind, name)
        seen = target
        if key not in self._by_name and failing:  # the files have its pods and not the owner
            seen = Target(self.cluster.name, namespace, "Pod", _different(failing)[0].name)
        facts = self._facts(key, _different(failing)[:_SHOWN])
        evidence = Evidence(target=seen, collected_at=self.cluster.now(), cluster=facts)
        return Case(target=target, pods=len(failing), report=diagnose(evidence))

    def _facts(self, key: Key, pods: list[k.Pod]) -> ClusterFacts:
        """The owner, what it owns, some of its pods, what is written about them, and the rest."""
        if self._common is None:
            self._common = [*(scrubbed(item) for item in self._rest), *self._shared]
        own: list[k.KubeObject] = [*self._children.get(key, []), *pods]
        names = {item.name for item in own}
        events = [event for name in sorted(names) for event in self._events.get(name, ())]
        logs = [log for log in self.cluster.logs if log.namespace == self.name and log.pod in names]
        listings = [each for each in self.cluster.listings if each.kind not in _PARTIAL]
        facts = scrubbed_facts((*own, *events), listings, logs)
        return ClusterFacts(
            objects=(*facts.objects, *self._common), listings=facts.listings, logs=facts.logs
        )

    def _top(self, item: k.KubeObject) -> Key:
        """The topmost owner, as far as references lead, whether or not it is in the files."""
        for _ in range(4):
            owner = item.metadata.controller
            if owner is None:
                break
            above = self._by_name.get((owner.kind, self.name, owner.name))
            if above is None:
                return (owner.kind, self.name, owner.name)
            item = above
        return (item.kind, self.name, item.name)


def _different(pods: list[k.Pod]) -> list[k.Pod]:
    """One pod for each state, since a hundred pods that fail alike are one failure."""
    return list({state_of(pod): pod for pod in reversed(pods)}.values())[::-1]

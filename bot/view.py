"""The evidence with its indexes: what every cause asks, answered once.

Pure: a view is a function of its evidence. An object that is not in the evidence is *absent* only
where its kind was listed (`View.absent`); otherwise it is unknown, and no cause may conclude
anything from not seeing it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import TypeVar, cast

from bot.cluster import objects as k
from bot.cluster.selectors import matches
from bot.containers import ContainerView, containers_of, left_behind
from bot.evidence import ClusterFacts, Evidence, ImageFacts, Listing, Target
from bot.report import Report

__all__ = ["ContainerView", "View", "containers_of"]

T = TypeVar("T", bound=k.KubeObject)
R = TypeVar("R")


class View:
    """One investigation's evidence, indexed.

    `runner_reports` are the diagnoses of the runner pods that a stuck build waits for.
    """

    def __init__(self, evidence: Evidence, runner_reports: tuple[Report, ...] = ()) -> None:
        self.evidence = evidence
        self.runner_reports = runner_reports

        self._remembered: dict[str, object] = {}

    def remember(self, name: str, make: Callable[[], R]) -> R:
        """A value that is worked out once for this view; `name` is its function's."""
        if name not in self._remembered:
            self._remembered[name] = make()
        return cast("R", self._remembered[name])

    @property
    def target(self) -> Target:
        """What the person asked about."""
        return self.evidence.target

    @property
    def now(self) -> datetime:
        """The time of the evidence."""
        return self.evidence.collected_at

    @cached_property
    def facts(self) -> ClusterFacts:
        """What the cluster said; empty when it could not be asked."""
        cluster = self.evidence.cluster
        return cluster if isinstance(cluster, ClusterFacts) else ClusterFacts(objects=())

    # --- objects ------------------------------------------------------------------------------

    @cached_property
    def _by_name(self) -> dict[tuple[str, str, str], k.KubeObject]:
        return {(item.kind, item.namespace, item.name): item for item in self.facts.objects}

    @cached_property
    def _by_class(self) -> dict[type, list[k.KubeObject]]:
        found: dict[type, list[k.KubeObject]] = defaultdict(list)
        for item in self.facts.objects:
            found[type(item)].append(item)
        for items in found.values():
            items.sort(key=lambda item: (item.namespace, item.name, item.metadata.uid))
        return found

    def find(self, kind: type[T], namespace: str, name: str) -> T | None:
        """The object, or None when it was not seen."""
        found = self._by_name.get((kind.__name__, namespace, name))
        return found if isinstance(found, kind) else None

    def all(self, kind: type[T], namespace: str | None = None) -> tuple[T, ...]:
        """All objects of a kind that were seen, ordered by name."""
        return tuple(
            item
            for item in self._by_class.get(kind, ())
            if isinstance(item, kind) and namespace in (None, item.namespace)
        )

    def listed(self, kind: type[k.KubeObject], namespace: str = "") -> bool:
        """Whether all objects of the kind were seen, so that absence means absence."""
        listings = self.facts.listings
        name = kind.__name__
        return Listing(name, namespace) in listings or Listing(name, "") in listings

    def absent(self, kind: type[k.KubeObject], namespace: str, name: str) -> bool:
        """Whether the object is known not to exist."""
        return self.listed(kind, namespace) and (
            (kind.__name__, namespace, name) not in self._by_name
        )

    @cached_property
    def target_object(self) -> k.KubeObject | None:
        """The object that the person asked about."""
        target = self.target
        return self._by_name.get((target.kind, target.namespace, target.name))

    # --- pods ---------------------------------------------------------------------------------

    @cached_property
    def pods(self) -> tuple[k.Pod, ...]:
        """The target pod, or the pods that the target owns or selects, ordered by name."""
        target = self.target_object
        if target is None:
            return ()
        if isinstance(target, k.Pod):
            return (target,)
        owned = self._owned_by(self._newest_job(target))
        if owned:
            return self._present(owned)
        if isinstance(target, k.Service) and target.spec.selector:
            return tuple(
                pod
                for pod in self.all(k.Pod, target.namespace)
                if target.spec.selector.items() <= pod.metadata.labels.items()
            )
        selector = getattr(getattr(target, "spec", None), "selector", None)
        if isinstance(target, k.Workload) and isinstance(selector, k.LabelSelector):
            return tuple(
                pod
                for pod in self.all(k.Pod, target.namespace)
                if matches(selector, pod.metadata.labels) and pod.metadata.controller is None
            )
        return ()

    def _newest_job(self, target: k.KubeObject) -> k.KubeObject:
        """Of a CronJob, its newest Job: earlier runs are history."""
        if not isinstance(target, k.CronJob):
            return target
        jobs = [
            child
            for child in self._children.get((target.kind, target.namespace, target.name), ())
            if isinstance(child, k.Job)
        ]
        return max(jobs, key=lambda job: (_made(job), job.name), default=target)

    def _present(self, pods: tuple[k.Pod, ...]) -> tuple[k.Pod, ...]:
        """The pods that count: not those on their way out, nor what ended long ago beside others.

        A controller replaces a failed pod and leaves its object behind; a finished Job leaves the
        pods of its retries.
        """
        done = any(pod.status.phase == "Succeeded" for pod in pods)
        counting = tuple(pod for pod in pods if not left_behind(pod, self.now, done=done))
        return counting or pods

    def _owned_by(self, owner: k.KubeObject) -> tuple[k.Pod, ...]:
        """Pods below an owner, at any depth (Deployment, ReplicaSet, Pod)."""
        frontier = [owner]
        pods: list[k.Pod] = []
        seen: set[int] = set()
        while frontier:
            parent = frontier.pop()
            if id(parent) in seen:
                continue
            seen.add(id(parent))
            for child in self._children.get((parent.kind, parent.namespace, parent.name), ()):
                if isinstance(child, k.Pod):
                    pods.append(child)
                else:
                    frontier.append(child)
        return tuple(sorted(pods, key=lambda pod: (pod.namespace, pod.name)))

    @cached_property
    def _children(self) -> dict[tuple[str, str, str], list[k.KubeObject]]:
        found: dict[tuple[str, str, str], list[k.KubeObject]] = defaultdict(list)
        for item in self.facts.objects:
            for owner in item.metadata.owner_references:
                found[(owner.kind, item.namespace, owner.name)].append(item)
        return found

    @cached_property
    def controllers(self) -> tuple[k.KubeObject, ...]:
        """The target and what owns or is owned by it between a workload and its pods.

        An old ReplicaSet, which has no pods and wants none, is none of them.
        """
        target = self.target_object
        found: dict[tuple[str, str, str], k.KubeObject] = {}
        if target is not None and not isinstance(target, k.Pod):
            frontier: list[k.KubeObject] = [target]
            while frontier:
                item = frontier.pop()
                key = (item.kind, item.namespace, item.name)
                if key in found or isinstance(item, k.Pod | k.Event) or _retired(item):
                    continue
                found[key] = item
                frontier.extend(self._children.get(key, ()))
        for pod in self.pods:
            owner = pod.metadata.controller
            while owner is not None:
                above = self._by_name.get((owner.kind, pod.namespace, owner.name))
                if above is None or (above.kind, above.namespace, above.name) in found:
                    break
                found[(above.kind, above.namespace, above.name)] = above
                owner = above.metadata.controller
        return tuple(found[key] for key in sorted(found))

    @cached_property
    def containers(self) -> tuple[ContainerView, ...]:
        """All containers of the target's pods, init containers first."""
        return tuple(view for pod in self.pods for view in containers_of(pod))

    # --- what a pod refers to -------------------------------------------------------------------

    def claims(self, pod: k.Pod) -> tuple[k.PersistentVolumeClaim, ...]:
        """The claims of a pod's volumes that were seen."""
        names = [
            volume.persistent_volume_claim.claim_name
            if volume.persistent_volume_claim
            else f"{pod.name}-{volume.name}"
            for volume in pod.spec.volumes
            if volume.persistent_volume_claim or volume.ephemeral is not None
        ]
        seen = (self.find(k.PersistentVolumeClaim, pod.namespace, name) for name in names)
        return tuple(claim for claim in seen if claim)

    @cached_property
    def target_claims(self) -> tuple[k.PersistentVolumeClaim, ...]:
        """The target when it is a claim, else the claims of its pods; each once, by name."""
        if isinstance(self.target_object, k.PersistentVolumeClaim):
            return (self.target_object,)
        found = {claim.name: claim for pod in self.pods for claim in self.claims(pod)}
        return tuple(found[name] for name in sorted(found))

    def node_of(self, pod: k.Pod) -> k.Node | None:
        """The node that a pod was given to, when it was seen."""
        return self.find(k.Node, "", pod.spec.node_name) if pod.spec.node_name else None

    # --- events, logs, images -----------------------------------------------------------------

    @cached_property
    def _events(self) -> dict[tuple[str, str, str], list[k.Event]]:
        found: dict[tuple[str, str, str], list[k.Event]] = defaultdict(list)
        for event in self.all(k.Event):
            about = event.about
            found[(about.kind, about.namespace or event.namespace, about.name)].append(event)
        return found

    def events_about(self, item: k.KubeObject) -> tuple[k.Event, ...]:
        """Events about exactly this object, oldest first; of an earlier one of its name, none."""
        events = self._events.get((item.kind, item.namespace, item.name), [])
        uid = item.metadata.uid
        same = [event for event in events if not uid or event.about.uid in ("", uid)]
        return tuple(sorted(same, key=_when))

    def log(self, pod: k.Pod, container: str, *, previous: bool = False) -> tuple[str, ...]:
        """The last lines of a container's log; empty when there are none."""
        for log in self.facts.logs:
            if (log.namespace, log.pod, log.container, log.previous) == (
                pod.namespace,
                pod.name,
                container,
                previous,
            ):
                return log.lines
        return ()

    def image(self, reference: str) -> ImageFacts | None:
        """What registry and build say about an image, as the pod template writes it."""
        return self._images.get(reference)

    @cached_property
    def _images(self) -> dict[str, ImageFacts]:
        found = {str(facts.image): facts for facts in self.evidence.images}
        found |= {facts.image.short: facts for facts in self.evidence.images}
        return found | {facts.written: facts for facts in self.evidence.images if facts.written}


def _made(item: k.KubeObject) -> str:
    made = item.metadata.creation_timestamp
    return made.isoformat() if made else ""


def _retired(item: k.KubeObject) -> bool:
    return (
        isinstance(item, k.ReplicaSet) and item.spec.replicas == 0 and item.status.replicas == 0
    ) and item.metadata.controller is not None


def _when(event: k.Event) -> tuple[str, str, str]:
    seen = event.last_seen
    return (seen.isoformat() if seen else "", event.reason, event.text)

"""Everything that the causes need around a target, asked at once. Decides nothing.

Each question that fails becomes a Gap of the inquiry, and the rest goes on. Only when the target
itself cannot be read is there no answer at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from bot.cluster import objects as k
from bot.cluster.files import FileCluster
from bot.cluster.gathering import Gathering, Inquiry
from bot.cluster.kinds import ARC_KINDS
from bot.cluster.neighbours import pods_of
from bot.cluster.pod_state import pod_is_well, state_of
from bot.cluster.recorded_facts import recorded_facts, recorded_runners
from bot.evidence import ClusterFacts, Target
from bot.sources import Cluster
from bot.words import count

_ARC_CONTROLLERS = "app.kubernetes.io/name in (gha-rs-controller,actions-runner-controller)"


async def gather(cluster: Cluster, target: Target, inquiry: Inquiry) -> ClusterFacts:
    """Ask about everything around a target. Raises SourceError when the target cannot be read."""
    title = f"Read {target.kind} and its events"
    inquiry.begin("pod", title)
    if isinstance(cluster, FileCluster):
        facts = recorded_facts(cluster, target)
    else:
        facts = await Gathering(cluster, inquiry).around(target)
    pods = pods_of(_object(facts, target), facts.objects) if facts.objects else ()
    troubled = [pod for pod in pods if not pod_is_well(pod)]
    summary = state_of(troubled[0]) if troubled else f"{count(len(pods), 'pod')}, no failure"
    inquiry.end("pod", title, summary, failed=bool(troubled))
    return facts


async def gather_runners(cluster: Cluster, inquiry: Inquiry) -> ClusterFacts:
    """Ask about the Actions Runner Controller: its objects, their pods, events, and controllers.

    Where it is not installed there are listings that are empty.
    """
    if isinstance(cluster, FileCluster):
        return recorded_runners(cluster)
    gathering = Gathering(cluster, inquiry)
    await asyncio.gather(*(gathering.list(kind, "") for kind in ARC_KINDS))
    if gathering.objects:
        spaces = {item.namespace for item in gathering.objects.values()}
        await asyncio.gather(
            gathering.list("Deployment", "", labels=_ARC_CONTROLLERS),
            *(gathering.list(kind, space) for kind in ("Pod", "Event") for space in spaces),
        )
    return gathering.facts(await gathering.logs(runner_pods(gathering.objects.values())))


def runner_pods(items: Iterable[k.KubeObject]) -> tuple[k.Pod, ...]:
    """Give the pods that belong to the Actions Runner Controller's objects."""
    return tuple(
        item
        for item in items
        if isinstance(item, k.Pod)
        and any(owner.kind in ARC_KINDS for owner in item.metadata.owner_references)
    )


def _object(facts: ClusterFacts, target: Target) -> k.KubeObject:
    key = (target.kind, target.namespace, target.name)
    found = (i for i in facts.objects if (i.kind, i.namespace, i.name) == key)
    return next(found, k.Namespace())

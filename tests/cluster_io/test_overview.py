"""An overview of a live cluster, from its tables."""

from __future__ import annotations

from bot.cluster.api import LiveCluster
from bot.evidence import GapReason
from bot.sources import PodRow
from simulator.kubernetes import KubernetesState
from simulator.kubernetes.state import Rule
from tests.cluster_io.make import manifest, pod


def fill(state: KubernetesState) -> None:
    state.apply(manifest("Namespace", "shop", ""))
    waiting = {"name": "api", "ready": False, "state": {"waiting": {"reason": "ErrImagePull"}}}
    ready = {"name": "api", "ready": True, "state": {"running": {}}}
    state.apply(pod("api-1", status={"phase": "Pending", "containerStatuses": [waiting]}))
    state.apply(pod("api-2", "default", status={"phase": "Running", "containerStatuses": [ready]}))
    for name, is_ready in (("n1", "True"), ("n2", "False")):
        conditions = [{"type": "Ready", "status": is_ready}]
        state.apply(manifest("Node", name, "", status={"conditions": conditions}))


async def test_overview_counts_pods_of_all_namespaces_and_nodes(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    fill(state)
    seen = await cluster.overview()
    assert set(seen.pods) == {
        PodRow("shop", "api-1", "ErrImagePull", well=False),
        PodRow("default", "api-2", "Running", well=True),
    }
    assert (seen.nodes, seen.nodes_ready, seen.gaps) == (2, 1, ())


async def test_own_namespace_is_seen_when_others_may_not_be_listed(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    fill(state)
    state.forbidden |= {Rule("list", "namespaces"), Rule("list", "nodes")}
    seen = await cluster.overview()
    assert [row.name for row in seen.pods] == ["api-1"]
    assert {(gap.subject, gap.reason) for gap in seen.gaps} == {
        ("namespaces", GapReason.FORBIDDEN),
        ("nodes", GapReason.FORBIDDEN),
    }

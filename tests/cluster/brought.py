"""Bringing failures about on a real cluster, waiting for them, and asking the bot."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.cluster.targets import parse_target
from bot.connect import connect
from bot.investigate import Investigation, investigate
from tests.cluster.failures import FAILURES, Failure
from tests.cluster.real import RealCluster, bot_settings, is_namespaced, manifests_of
from tests.cluster.written import written, written_of_nodes

TOGETHER = [failure for failure in FAILURES if not failure.alone]
ALONE = [failure for failure in FAILURES if failure.alone]
PATIENCE = 150.0
"""Seconds for a cluster to get into a state; most take five to thirty."""


def bring_about(cluster: RealCluster, failures: Sequence[Failure]) -> None:
    """Apply all of them."""
    forget(cluster, failures, wait=True)  # what an earlier run left
    everything: list[dict[str, Any]] = []
    for failure in failures:
        made = manifests_of(failure.manifests, failure.name)
        if not any(document["kind"] == "Namespace" for document in made):
            space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": failure.name}}
            everything.append(space)
        everything += made
    cluster.apply(sorted(everything, key=lambda document: document["kind"] != "Namespace"))
    for failure in failures:
        if failure.then:
            cluster.kubectl("-n", failure.name, *failure.then.split())


def forget(cluster: RealCluster, failures: Sequence[Failure], *, wait: bool = False) -> None:
    """Delete everything; without waiting, since nobody needs the names again soon."""
    there = {space["metadata"]["name"] for space in cluster.raw("/api/v1/namespaces")["items"]}
    left = [failure for failure in failures if failure.name in there]
    for failure in left:
        if failure.undo:
            cluster.kubectl("-n", failure.name, *failure.undo.split())
    made = [document for failure in left for document in manifests_of(failure.manifests, "")]
    scoped = [document for document in made if not is_namespaced(document)]
    spaces = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": failure.name}}
        for failure in left
    ]
    if left:
        cluster.delete([*spaces, *scoped], wait=wait)


def wait_for(failure: Failure, cluster: RealCluster, *, deadline: float) -> None:
    """Wait until the cluster has written everything that the failure is known by."""
    began = deadline - PATIENCE
    time.sleep(max(0.0, began + failure.after - time.monotonic()))
    while True:
        lines = written(cluster, failure.name)
        if failure.alone:
            lines += written_of_nodes(cluster)
        missing = [words for words in failure.writes if not any(words in line for line in lines)]
        if not missing:
            return
        assert time.monotonic() < deadline, "\n".join([f"never written: {missing}", *lines])
        time.sleep(0.5)


async def investigated(failure: Failure, kubeconfig: Path) -> Investigation:
    """What the bot finds with this kubeconfig, from what a person types on."""
    async with connect(bot_settings(kubeconfig)) as sources:
        matches = await sources.cluster.find(parse_target(failure.target, failure.name))
        [target] = matches.exact
        return await investigate(target, sources)

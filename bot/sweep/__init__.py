"""Every failing workload of a namespace or cluster, grouped by root cause.

A sweep asks the cluster alone: `diagnose` follows one target on into registry and builds.
"""

from __future__ import annotations

from bot.cluster.api import LiveCluster
from bot.cluster.files import FileCluster
from bot.sources import Cluster
from bot.sweep.grouping import Group, Member, Sweep, grouped
from bot.sweep.live import live_cases
from bot.sweep.recorded import recorded_cases

__all__ = ["Group", "Member", "Sweep", "sweep"]


async def sweep(cluster: Cluster, namespace: str = "") -> Sweep:
    """Diagnose what fails in a namespace, or everywhere when none is named.

    Raises SourceError when the cluster's pods cannot be listed.
    """
    match cluster:
        case FileCluster():
            found = recorded_cases(cluster, namespace)
        case LiveCluster():
            found = await live_cases(cluster, namespace)
        case _:
            raise TypeError(f"a sweep of {type(cluster).__name__} is not known")
    return grouped(found, cluster.now())

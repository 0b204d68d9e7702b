"""Waiting for the simulated node to have tried."""

import asyncio

from simulator.workloads import Workload
from simulator.world import World


async def pod_fails(world: World, workload: Workload) -> None:
    """Wait until the workload's pod waits for its image."""
    for _ in range(400):
        pod = world.cluster.get("Pod", workload.namespace, workload.pod) or {}
        statuses = pod.get("status", {}).get("containerStatuses", [])
        if any("waiting" in status["state"] for status in statuses):
            return
        await asyncio.sleep(0.005)
    raise AssertionError("the pod never failed")

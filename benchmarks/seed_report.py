"""How long the seed report takes when every answer is as slow as over a real network.

30 ms for a call of the cluster, 150 ms for one of the registry, 200 ms for one of GitHub. The
longest chain of calls of which each needs the one before is: the pod, its namespace, then six of
GitHub (the workflows, the file, the runs, the jobs, the log's address, the log). Everything else is
asked beside it.

    python -m benchmarks.seed_report
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from pathlib import Path
from time import perf_counter

from bot.connect import connect
from bot.evidence import Target
from bot.investigate import investigate
from simulator.stories.secret_missing import STORY
from simulator.world import World, open_world

CLUSTER, REGISTRY, GITHUB = 0.030, 0.150, 0.200
CHAIN = 2 * CLUSTER + 6 * GITHUB
ROUNDS = 5


async def once(world: World) -> float:
    """Seconds of one investigation, with fresh connections and empty caches."""
    target = Target("demo", STORY.workload.namespace, "Pod", STORY.workload.pod)
    async with connect(world.settings()) as sources:
        began = perf_counter()
        found = await investigate(target, sources)
        took = perf_counter() - began
    code = found.report.root_causes[0].code
    if code != "CISecretMissing" or found.report.gaps:
        raise SystemExit(f"the report is not the seed's: {code}, {found.report.gaps}")
    return took


async def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_world(Path(folder), speed=50.0) as world:
            STORY.prepare(world)
            await asyncio.sleep(1.5)
            world.cluster.faults.latency = CLUSTER
            world.hub.faults.latency = REGISTRY
            world.github.faults.latency = world.github.storage_faults.latency = GITHUB
            took = [await once(world) for _ in range(ROUNDS)]
    median = statistics.median(took)
    print(f"seed report: median {median:.2f} s of {ROUNDS} ({min(took):.2f} to {max(took):.2f})")
    print(f"longest chain of dependent calls: {CHAIN:.2f} s; ratio {median / CHAIN:.2f}")


if __name__ == "__main__":
    asyncio.run(main())

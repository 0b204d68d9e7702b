"""A sweep over 10,000 pods of which 1,000 fail, from files: time beside reading, and memory.

python -m benchmarks.sweep_files
"""

from __future__ import annotations

import asyncio
import json
import resource
import tempfile
from pathlib import Path
from time import perf_counter

from bot.cluster.files import read_files
from bot.sweep import sweep

PODS, FAILING, NAMESPACES, REPLICAS = 10_000, 1_000, 100, 10
FILLER = {f"example.com/annotation-{number}": "x" * 120 for number in range(24)}


def pod(number: int) -> dict[str, object]:
    """A pod of a Deployment of ten; one Deployment in ten cannot get its image."""
    namespace, owner = f"team-{number % NAMESPACES:03}", number // NAMESPACES // REPLICAS
    name = f"api-{owner}"
    fails = owner == 0
    image = f"registry.example.com/{namespace}/{name}:1"
    state: dict[str, object] = {"running": {"startedAt": "2026-01-01T00:00:00Z"}}
    if fails:
        message = f'failed to pull and unpack image "{image}": {image}: not found'
        state = {"waiting": {"reason": "ErrImagePull", "message": message}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": f"{name}-{number}",
            "namespace": namespace,
            "uid": f"uid-{number}",
            "annotations": FILLER,
            "creationTimestamp": "2026-01-01T00:00:00Z",
            "ownerReferences": [
                {
                    "kind": "ReplicaSet",
                    "name": name,
                    "uid": f"{namespace}-{name}",
                    "controller": True,
                }
            ],
        },
        "spec": {"nodeName": f"n{number % 100}", "containers": [{"name": "api", "image": image}]},
        "status": {
            "phase": "Pending" if fails else "Running",
            "conditions": [
                {"type": "PodScheduled", "status": "True"},
                {"type": "Ready", "status": "False" if fails else "True"},
            ],
            "containerStatuses": [
                {
                    "name": "api",
                    "image": image,
                    "ready": not fails,
                    "restartCount": 0,
                    "state": state,
                }
            ],
        },
    }


def megabytes() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pods.json"
        items = [pod(number) for number in range(PODS)]
        failing = sum(
            len(json.dumps(item)) for item in items if item["status"]["phase"] != "Running"
        )  # type: ignore[index]
        path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
        size = path.stat().st_size / 1e6
        del items
        base = megabytes()
        began = perf_counter()
        cluster = read_files([str(path)])
        read = perf_counter() - began
        began = perf_counter()
        found = asyncio.run(sweep(cluster))
        swept = perf_counter() - began
    print(f"{PODS} pods, {size:.0f} MB, {found.pods} fail in {found.failing} workloads")
    print(
        f"reading and decoding {read:.2f} s, sweep {swept:.2f} s, together {(read + swept) / read:.1f}"
    )
    print(
        f"peak {megabytes():.0f} MB, of which {base:.0f} before reading; failing part {failing / 1e6:.1f} MB"
    )


if __name__ == "__main__":
    main()

"""A sweep over 10,000 pods of which 1,000 fail, from files: time beside reading, and memory.

python -m benchmarks.sweep_files
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from bot.cluster.files import read_files
from bot.sweep import sweep
from bot.sweep.brief import brief

PODS, FAILING, NAMESPACES, REPLICAS = 10_000, 1_000, 100, 10
FILLER = {f"example.com/annotation-{number}": "x" * 60 for number in range(40)}


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
    """The most memory that this process has had, in MB (getrusage begins at the parent's)."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def write(path: Path) -> None:
    """Write the pods, and say how much of them fails."""
    items = [pod(number) for number in range(PODS)]
    part = sum(len(json.dumps(item)) for item in items[: NAMESPACES * REPLICAS])
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    print(f"failing part {part / 1e6:.1f} MB of {path.stat().st_size / 1e6:.0f} MB")


def measure(path: Path) -> None:
    """Read and sweep in this process."""
    base = megabytes()
    took: list[tuple[float, float]] = []
    for _ in range(5):
        began = perf_counter()
        cluster = read_files([str(path)], brief)
        read = perf_counter()
        found = asyncio.run(sweep(cluster))
        took.append((read - began, perf_counter() - read))
    ratio = statistics.median((read + swept) / read for read, swept in took)
    read, swept = (statistics.median(each) for each in zip(*took, strict=True))
    print(f"{PODS} pods, {found.pods} fail in {found.failing} workloads")
    print(f"reading and decoding {read:.2f} s, sweep {swept:.2f} s: together {ratio:.1f} times")
    print(f"peak memory {megabytes():.0f} MB, of which the interpreter with the bot {base:.0f} MB")


def main() -> None:
    """Measure and print; a process of its own reads, so that its memory is not the writer's."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pods.json"
        write(path)
        command = [sys.executable, "-m", "benchmarks.sweep_files", str(path)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    measure(Path(sys.argv[1])) if len(sys.argv) > 1 else main()

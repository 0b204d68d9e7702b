"""How long `python -m bot --help` takes beside a bare interpreter, run in turn.

python -m benchmarks.command_line
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from time import perf_counter

ROUNDS = 20
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "argparse alone": [sys.executable, "-c", "import argparse, importlib"],
    "python -m bot --help": [sys.executable, "-m", "bot", "--help"],
    "python -m bot explain": [sys.executable, "-m", "bot", "explain", "exit code 137"],
}


def main() -> None:
    """Measure and print."""
    took: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, command in COMMANDS.items():
            began = perf_counter()
            subprocess.run(command, capture_output=True, check=False)
            took[name].append(perf_counter() - began)
    bare = took["python -c pass"]
    for name, seconds in took.items():
        ratio = statistics.median(a / b for a, b in zip(seconds, bare, strict=True))
        print(f"{name:24} median {statistics.median(seconds) * 1000:5.0f} ms, {ratio:4.1f} times")


if __name__ == "__main__":
    main()

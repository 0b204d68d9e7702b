"""How long `diagnose()` takes for one pod, and how many messages `explain` answers in a second.

python -m benchmarks.diagnose
"""

from __future__ import annotations

import statistics
from time import perf_counter

from bot.diagnose import diagnose
from bot.evidence import Statement
from bot.explain import explain
from tests import make
from tests.scenarios.cases import CASES

ROUNDS = 200
TEXTS = (
    "0/3 nodes are available: 1 node(s) had untolerated taint {a: b}, 2 Insufficient memory.",
    "Readiness probe failed: HTTP probe failed with statuscode: 503",
    'Back-off pulling image "acme/api:1"',
    "dial tcp: lookup registry.example.com: no such host",
)


def main() -> None:
    """Measure and print."""
    crash = make.evidence(make.pod(make.waiting(last=make.ended(1))))
    for name, evidence in (
        ("a crashing pod", crash),
        ("the seed", CASES["CISecretMissing/token_not_defined"]()),
    ):
        took = []
        for _ in range(ROUNDS):
            began = perf_counter()
            diagnose(evidence)
            took.append(perf_counter() - began)
        print(f"diagnose, {name:16} median {statistics.median(took) * 1000:.2f} ms")
    began = perf_counter()
    for _ in range(ROUNDS):
        for text in TEXTS:
            explain(Statement(text=text))
    rate = ROUNDS * len(TEXTS) / (perf_counter() - began)
    print(f"explain, {rate:.0f} messages a second")


if __name__ == "__main__":
    main()

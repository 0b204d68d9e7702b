"""Nothing behind a Service is ready.

Seen as:       connection refused through the Service
Confirmed if:  its endpoints, or its pods, were seen and none is ready
Ruled out if:  one is ready; a selector that is wrong is a cause of its own
By hand:       kubectl get endpoints SERVICE
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause import Cause
from bot.facts.services import behind, looked_at, nearest
from bot.report import Layer, Outcome, Proof, Rank, Ruling, Solution
from bot.view import View
from bot.words import shell


def check(view: View) -> Iterator[Ruling]:
    """Rule on Services behind which nothing is ready."""
    for service, subject, client in looked_at(view):
        found = behind(view, service)
        if not service.spec.selector or not found.known or found.ready:
            continue
        if not found.pods and not found.not_ready and nearest(view, service) is not None:
            continue
        if any(pod.status.phase == "Running" for pod in found.pods) and not found.not_ready:
            continue
        behind_it = ", ".join(found.not_ready or [pod.name for pod in found.pods])
        why = f"none of its pods is ready: {behind_it}" if behind_it else "no pod has its labels"
        yield Ruling(
            outcome=Outcome.CONFIRMED,
            subject=subject,
            summary=f"Service {service.name} has no endpoints: {why}",
            proof=(
                Proof(
                    "no ready address",
                    command=shell(
                        "kubectl", "get", "endpoints", service.name, "-n", service.namespace
                    ),
                ),
                *((client,) if client else ()),
            ),
            solutions=(
                Solution(
                    title="Start the pods behind the Service, or mend them",
                    why="A Service without ready pods refuses every connection.",
                    commands=(
                        shell("kubectl", "get", "pods", "-n", service.namespace, "--show-labels"),
                    ),
                ),
            ),
        )


CAUSE = Cause(
    code="ServiceNoEndpoints",
    title="nothing behind the Service is ready",
    layer=Layer.CLUSTER,
    rank=Rank.SYMPTOM,
    doc=__doc__,
    check=check,
)

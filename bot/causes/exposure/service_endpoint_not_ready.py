"""Some pods behind a Service are ready and some are not.

Seen as:       fewer endpoints than pods
Confirmed if:  its endpoints list both
Ruled out if:  all are ready
By hand:       kubectl get endpoints SERVICE -o yaml
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.facts.services import behind, looked_at
from bot.report import Layer, Outcome, Proof, Rank, Ruling
from bot.view import View


def check(view: View) -> Iterator[Ruling]:
    """Rule on Services of which some backends are ready and some are not."""
    for service, subject, _ in looked_at(view):
        found = behind(view, service)
        if found.ready and found.not_ready:
            yield Ruling(
                outcome=Outcome.CONFIRMED,
                subject=subject,
                summary=f"Service {service.name}: {', '.join(found.not_ready)} not ready,"
                f" {', '.join(found.ready)} ready",
                proof=(
                    Proof(
                        f"notReadyAddresses: {', '.join(found.not_ready)}",
                        command=kubectl.command(
                            "get", "endpoints", service.name, service.namespace
                        ),
                    ),
                ),
                next_steps=tuple(
                    kubectl.command("describe", "pod", name, service.namespace)
                    for name in found.not_ready[:3]
                ),
            )


CAUSE = Cause(
    code="ServiceEndpointNotReady",
    title="some pods behind the Service are not ready",
    layer=Layer.CLUSTER,
    rank=Rank.ROLLUP,
    doc=__doc__,
    check=check,
)

"""A Service selects labels that no pod has.

Seen as:       empty endpoints, connection refused or timeouts
Confirmed if:  no pod matches (the pods were listed, or its endpoints are empty) and a near pod
               differs in a label
Ruled out if:  a pod matches, or a workload without pods has exactly these labels
By hand:       kubectl get endpoints SERVICE; kubectl get pods --show-labels
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.cluster import objects as k
from bot.facts.services import behind, looked_at, nearest
from bot.report import Layer, Outcome, Proof, Rank, Ruling, Solution, Subject
from bot.view import View
from bot.words import shell

_HASHES = ("pod-template-hash", "controller-revision-hash")


def check(view: View) -> Iterator[Ruling]:
    """Rule on Services whose selector no pod has, while other pods are nearly it."""
    for service, subject, client in looked_at(view):
        found = behind(view, service)
        nothing = found.known and not found.pods and not found.ready and not found.not_ready
        if not service.spec.selector or not nothing:
            continue
        near = nearest(view, service)
        if near is not None:
            yield _mismatch(service, subject, near, client)


def _mismatch(service: k.Service, subject: Subject, pod: k.Pod, client: Proof | None) -> Ruling:
    own = {key: value for key, value in pod.metadata.labels.items() if key not in _HASHES}
    selector = service.spec.selector
    wrong = [f"{key}={value}" for key, value in selector.items() if own.get(key) != value]
    has = [f"{key}={own[key]}" if key in own else f"no label {key}" for key in selector]
    labels = ", ".join(f"{key}={value}" for key, value in sorted(own.items())) or "none"
    asked = ",".join(f"{key}={value}" for key, value in selector.items())
    return Ruling(
        outcome=Outcome.CONFIRMED,
        subject=subject,
        summary=f"Service {service.name} selects {', '.join(wrong)}, which no pod has; the nearest,"
        f" {pod.name}, has {', '.join(has)}",
        proof=(
            Proof(f"selector {asked}: no endpoints", command=kubectl.describe(service)),
            Proof(
                f"labels of {pod.name}: {labels}",
                command=shell("kubectl", "get", "pods", "-n", service.namespace, "--show-labels"),
            ),
            *((client,) if client else ()),
        ),
        solutions=(
            Solution(
                title="Let the Service select labels that the pods have",
                why="A Service sends traffic only to pods that have all labels of its selector.",
                recommended=True,
                commands=(kubectl.command("edit", "Service", service.name, service.namespace),),
            ),
        ),
    )


CAUSE = Cause(
    code="ServiceSelectorMismatch",
    title="the Service selects labels that no pod has",
    layer=Layer.CLUSTER,
    rank=Rank.ORIGIN,
    doc=__doc__,
    check=check,
)

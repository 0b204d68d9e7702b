"""A Service that a program or a StatefulSet uses does not exist.

Seen as:       a name that does not resolve, an init container that waits
Confirmed if:  the Services of the namespace were listed and it is not among them
Ruled out if:  it exists
By hand:       kubectl get service NAME
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.cause.rulings import service_missing, service_named
from bot.cluster import objects as k
from bot.facts.dependencies import needs
from bot.report import Layer, Proof, Rank, Ruling, Subject
from bot.view import View


def check(view: View) -> Iterator[Ruling]:
    """Rule on Services that a log or a StatefulSet names."""
    for need in needs(view):
        unresolved = need.finding.code == "NameResolutionFailed"
        if need.holds and unresolved and view.absent(k.Service, need.namespace, need.service):
            subject = Subject("Service", need.service, container=need.container.name)
            yield service_missing(view, subject, need.namespace, need.container.name, need.proof)
    target = view.target_object
    if isinstance(target, k.StatefulSet) and target.spec.service_name and not view.pods:
        subject = Subject("Service", target.spec.service_name)
        user = f"StatefulSet {target.name}"
        proof = Proof(f"serviceName: {subject.name}", command=kubectl.describe(target))
        yield from service_named(view, subject, target.namespace, user, proof)


CAUSE = Cause(
    code="ServiceNotFound",
    title="a Service that is needed does not exist",
    layer=Layer.CLUSTER,
    rank=Rank.ORIGIN,
    doc=__doc__,
    check=check,
)

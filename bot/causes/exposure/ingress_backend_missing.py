"""An Ingress leads to a Service, or to a port of it, that does not exist.

Seen as:       503 of the ingress controller
Confirmed if:  the Services of the namespace were listed without it, or it was seen and has other
               ports
Ruled out if:  Service and port exist
By hand:       kubectl describe ingress NAME
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.cause.rulings import service_named
from bot.cluster import objects as k
from bot.facts.services import backends
from bot.report import Layer, Outcome, Proof, Rank, Ruling, Solution, Subject
from bot.view import View


def check(view: View) -> Iterator[Ruling]:
    """Rule on the Services, and their ports, that an Ingress leads to."""
    target = view.target_object
    if not isinstance(target, k.Ingress):
        return
    for name, port in backends(target):
        subject = Subject("Service", name)
        words = str(port.number or port.name)
        proof = Proof(f"backend {name}:{words}", command=kubectl.describe(target))
        user = f"Ingress {target.name}"
        yield from service_named(view, subject, target.namespace, user, proof)
        found = view.find(k.Service, target.namespace, name)
        if found is None or any(words in (str(p.port), p.name) for p in found.spec.ports):
            continue
        has = ", ".join(f"{p.port}{f' ({p.name})' if p.name else ''}" for p in found.spec.ports)
        yield Ruling(
            outcome=Outcome.CONFIRMED,
            subject=subject,
            summary=f"Ingress {target.name} asks Service {name} for port {words}; it has {has}",
            proof=(proof, Proof(f"ports of {name}: {has}", command=kubectl.describe(found))),
            solutions=(
                Solution(
                    title="Correct the port of the Ingress backend",
                    why="An Ingress can use only ports that its Service has.",
                    commands=(kubectl.command("edit", "Ingress", target.name, target.namespace),),
                ),
            ),
        )


CAUSE = Cause(
    code="IngressBackendMissing",
    title="the Ingress leads to a Service or port that does not exist",
    layer=Layer.CLUSTER,
    rank=Rank.ORIGIN,
    doc=__doc__,
    check=check,
)

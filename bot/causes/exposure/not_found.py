"""A Service that is used does not exist: by a failing program, a StatefulSet or an Ingress.

Seen as:       a name that does not resolve; 503 of the ingress controller
Confirmed if:  the Services of the namespace were listed and it is not among them
Ruled out if:  it exists
By hand:       kubectl get service NAME
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from bot import kubectl
from bot.cause import Cause
from bot.cluster import objects as k
from bot.dependencies import needs
from bot.report import Layer, Outcome, Proof, Rank, Ruling, Solution, Subject
from bot.services import backends
from bot.view import View


def service(view: View) -> Iterator[Ruling]:
    """Rule on Services that a log or a StatefulSet names."""
    for need in needs(view):
        unresolved = need.finding.code == "NameResolutionFailed"
        if need.holds and unresolved and view.absent(k.Service, need.namespace, need.service):
            subject = Subject("Service", need.service, container=need.container.name)
            yield _missing(view, subject, need.namespace, need.container.name, need.proof)
    target = view.target_object
    if isinstance(target, k.StatefulSet) and target.spec.service_name and not view.pods:
        subject = Subject("Service", target.spec.service_name)
        user = f"StatefulSet {target.name}"
        proof = Proof(f"serviceName: {subject.name}", command=kubectl.describe(target))
        yield from _named(view, subject, target.namespace, user, proof)


def _named(
    view: View, subject: Subject, namespace: str, user: str, proof: Proof
) -> Iterator[Ruling]:
    if view.absent(k.Service, namespace, subject.name):
        yield _missing(view, subject, namespace, user, proof)
    elif view.find(k.Service, namespace, subject.name) is None:
        yield _unseen(subject, namespace, user, proof)


def _missing(view: View, subject: Subject, namespace: str, user: str, proof: Proof) -> Ruling:
    names = [each.name for each in view.all(k.Service, namespace)]
    near = get_close_matches(subject.name, names, 2, 0.6)
    have = ", ".join(near or names[:5]) or "none"
    command = f"kubectl get services -n {namespace}"
    return Ruling(
        outcome=Outcome.CONFIRMED,
        subject=subject,
        summary=f"{user} uses the Service {namespace}/{subject.name}, which does not exist"
        f"{f'; the nearest is {near[0]}' if near else ''}",
        proof=(Proof(f"Services of {namespace}: {have}", command=command), proof),
        solutions=(
            Solution(
                title=f"Create the Service {subject.name}, or correct the name",
                why="A Service's name resolves only while the Service exists.",
                commands=(command,),
            ),
        ),
    )


def _unseen(subject: Subject, namespace: str, user: str, proof: Proof) -> Ruling:
    return Ruling(
        outcome=Outcome.UNKNOWN,
        subject=subject,
        summary=f"{user} uses the Service {namespace}/{subject.name}; nobody saw whether it exists"
        f" (kubectl get service {subject.name} -n {namespace})",
        proof=(proof,),
    )


def ingress_backend(view: View) -> Iterator[Ruling]:
    """Rule on the Services, and their ports, that an Ingress leads to."""
    target = view.target_object
    if not isinstance(target, k.Ingress):
        return
    for name, port in backends(target):
        subject = Subject("Service", name)
        words = str(port.number or port.name)
        proof = Proof(f"backend {name}:{words}", command=kubectl.describe(target))
        user = f"Ingress {target.name}"
        yield from _named(view, subject, target.namespace, user, proof)
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


CAUSES = (
    Cause(
        code="ServiceNotFound",
        title="a Service that is needed does not exist",
        layer=Layer.CLUSTER,
        rank=Rank.ORIGIN,
        doc=__doc__,
        check=service,
    ),
    Cause(
        code="IngressBackendMissing",
        title="the Ingress leads to a Service or port that does not exist",
        layer=Layer.CLUSTER,
        rank=Rank.ORIGIN,
        doc=__doc__,
        check=ingress_backend,
    ),
)

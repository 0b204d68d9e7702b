"""The Service leads to a port that the pods behind it do not have.

Seen as:       connection refused through the Service, while the pod is ready
Confirmed if:  the port is a name that no container declares, or the containers declare, or their
               log names, other ports only
Ruled out if:  a container declares it; containers that declare none leave it open
By hand:       kubectl get service SERVICE -o yaml
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.cluster import objects as k
from bot.facts.probes import command_ports, listens_on, usual_port
from bot.facts.services import behind, looked_at, target_port
from bot.report import Layer, Outcome, Proof, Rank, Ruling, Solution, Subject
from bot.view import View, containers_of


def check(view: View) -> Iterator[Ruling]:
    """Rule on the ports of each Service that has pods."""
    for service, subject, _ in looked_at(view):
        for pod in behind(view, service).pods[:1]:
            for port in service.spec.ports:
                number, declared = target_port(pod, port)
                if not declared and number not in _heard(view, pod):
                    yield _ruling(view, service, subject, pod, port)


def _heard(view: View, pod: k.Pod) -> set[int]:
    """Ports that logs and command lines of the pod name."""
    own = containers_of(pod)
    logged = {port for container in own for port in listens_on(view, container)}
    return logged | {port for container in own for port in command_ports(container.spec)}


def _ruling(
    view: View, service: k.Service, subject: Subject, pod: k.Pod, port: k.ServicePort
) -> Ruling:
    wanted = port.port if port.target_port is None else port.target_port
    declared = [
        f"{each.container_port}{f' ({each.name})' if each.name else ''}"
        for container in pod.spec.containers
        for each in container.ports
    ]
    sure = isinstance(wanted, str) or bool(_heard(view, pod))
    usual = [str(each) for c in pod.spec.containers if (each := usual_port(c))]
    has = ", ".join(declared) or f"none; the image listens on {', '.join(usual)} by default"
    return Ruling(
        outcome=Outcome.CONFIRMED if sure else Outcome.SUSPECTED,
        subject=subject,
        summary=f"Service {service.name} sends port {port.port} to targetPort {wanted}; the pods"
        f" behind it declare {has}",
        proof=(
            Proof(f"targetPort: {wanted}", command=kubectl.describe(service)),
            Proof(f"{pod.name} declares {has}", command=kubectl.describe(pod)),
        ),
        solutions=(
            Solution(
                title="Set targetPort to the port that the container listens on",
                why="The Service connects to exactly this port of the pod.",
                commands=(kubectl.command("edit", "Service", service.name, service.namespace),),
            ),
        ),
    )


CAUSE = Cause(
    code="ServiceTargetPortMismatch",
    title="the Service leads to a port that its pods do not have",
    layer=Layer.CLUSTER,
    rank=Rank.ORIGIN,
    doc=__doc__,
    check=check,
)

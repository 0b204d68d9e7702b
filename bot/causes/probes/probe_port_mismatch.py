"""Nothing listens where the probe asks; the container listens elsewhere.

Seen as:       Unhealthy: connection refused, 0/1 Running
Confirmed if:  the connection is refused, and the container declares, or its log or command names,
               other ports than the one that is asked
Ruled out if:  something answered
By hand:       kubectl exec POD -- ss -ltn
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bot import kubectl
from bot.cause import Cause
from bot.cluster.readers import facts as f
from bot.facts import said
from bot.facts.probes import command_ports, listens_on, port_of, probe_of, usual_port
from bot.report import Layer, Outcome, Proof, Ruling, Solution
from bot.view import ContainerView, View


class _Asked(NamedTuple):
    """A probe that asks where nothing listens; `other` says where something does."""

    probe: f.Probe
    port: int
    other: str
    item: said.Said
    container: ContainerView


def check(view: View) -> Iterator[Ruling]:
    """Rule on probes whose connection is refused, one ruling a container."""
    found: dict[tuple[str, str], list[_Asked]] = {}
    for fact, item in said.of(view, f.ProbeFailed):
        container = item.container
        if container is None or container.state.running is None:
            continue
        refused = fact.connection and fact.connection.fault is f.NetworkFault.REFUSED
        asked = fact.port or port_of(container, probe_of(container, fact.probe))
        other = _elsewhere(view, container, asked)
        if refused and asked and other:
            told = found.setdefault((item.subject.name, item.subject.container), [])
            if all(each.probe is not fact.probe for each in told):
                told.append(_Asked(fact.probe, asked, other, item, container))
    for each in found.values():
        yield _ruling(view, each)


def _elsewhere(view: View, container: ContainerView, asked: int) -> str:
    """Where the container listens instead, in words; empty when it may listen where it is asked."""
    logged = listens_on(view, container)
    if asked in logged:
        return ""
    if logged:
        return f"its log says that it listens on {', '.join(map(str, logged))}"
    commanded = command_ports(container.spec)
    if asked in commanded:
        return ""
    if commanded:
        return f"its command names port {', '.join(map(str, commanded))}"
    usual = usual_port(container.spec)
    if usual and asked != usual:
        return f"its image listens on port {usual} by default"
    declared = [port.container_port for port in container.spec.ports]
    if declared and asked not in declared:
        return f"it declares port {', '.join(map(str, declared))}"
    return ""


def _ruling(view: View, asked: list[_Asked]) -> Ruling:
    first = asked[0]
    pod = first.container.pod
    probes = " and ".join(f"the {each.probe} probe asks port {each.port}" for each in asked)
    return Ruling(
        outcome=Outcome.CONFIRMED,
        subject=first.container.subject,
        summary=f"container {first.container.name}: {probes}, where nothing listens; {first.other}",
        proof=(
            *(each.item.proof for each in asked),
            Proof(first.other, command=kubectl.describe(pod)),
        ),
        solutions=(
            Solution(
                title="Let the probe ask the port that the program listens on",
                why="The kernel refused the connection: no process holds that port.",
                commands=(kubectl.edit(view, pod),),
            ),
        ),
    )


CAUSE = Cause(
    code="ProbePortMismatch",
    title="nothing listens on the port that the probe asks",
    layer=Layer.CLUSTER,
    doc=__doc__,
    check=check,
)

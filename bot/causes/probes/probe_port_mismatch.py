"""Nothing listens where the probe asks; the container listens elsewhere.

Seen as:       Unhealthy: connection refused, 0/1 Running
Confirmed if:  the connection is refused, and the container declares, or its log or command names,
               other ports than the one that is asked
Ruled out if:  something answered
By hand:       kubectl exec POD -- ss -ltn
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl, said
from bot.cause import Cause
from bot.cluster.readers import facts as f
from bot.probes import command_ports, listens_on, port_of, probe_of, usual_port
from bot.report import Layer, Outcome, Proof, Ruling, Solution
from bot.view import ContainerView, View


def check(view: View) -> Iterator[Ruling]:
    """Rule on probes whose connection is refused, one ruling a container and probe."""
    seen: set[tuple[str, str, str]] = set()
    for fact, item in said.of(view, f.ProbeFailed):
        container = item.container
        place = (item.subject.name, item.subject.container, fact.probe)
        if container is None or place in seen or container.state.running is None:
            continue
        refused = fact.connection and fact.connection.fault is f.NetworkFault.REFUSED
        asked = fact.port or port_of(container, probe_of(container, fact.probe))
        other = _elsewhere(view, container, asked)
        if refused and asked and other:
            seen.add(place)
            yield _ruling(view, fact, item, asked, other)


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


def _ruling(view: View, fact: f.ProbeFailed, item: said.Said, asked: int, other: str) -> Ruling:
    container = item.container
    assert container is not None  # noqa: S101 - the caller has looked
    return Ruling(
        outcome=Outcome.CONFIRMED,
        subject=container.subject,
        summary=f"the {fact.probe} probe of container {container.name} asks port {asked}, where"
        f" nothing listens; {other}",
        proof=(item.proof, Proof(other, command=kubectl.describe(container.pod))),
        solutions=(
            Solution(
                title=f"Let the {fact.probe} probe ask the port that the program listens on",
                why="The kernel refused the connection: no process holds that port.",
                commands=(kubectl.edit(view, container.pod),),
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

"""A probe fails: what was asked, and what answered.

Seen as:       0/1 Running, Unhealthy events, restarts
Confirmed if:  the kubelet says so in an event, and it still holds; or a container runs past the
               grace of its readiness probe; likely when it is not ready and nobody saw events
Ruled out if:  the container became ready after it
By hand:       kubectl describe pod POD
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bot import kubectl
from bot.cause import Cause
from bot.cause.tables import DocLines
from bot.cluster import objects as k
from bot.cluster.readers import facts as f
from bot.facts import said
from bot.facts.changes import witness
from bot.facts.crashes import crashes
from bot.facts.probes import listens_on, probe_of
from bot.facts.waiting import timeless
from bot.report import Layer, Outcome, Proof, Rank, Ruling, Solution
from bot.view import ContainerView, View

_ADVICE = {
    f.Probe.READINESS: "A container that is not ready gets no traffic from its Services.",
    f.Probe.LIVENESS: "The kubelet restarts a container whose liveness probe keeps failing.",
    f.Probe.STARTUP: "The kubelet restarts a container whose startup probe runs out of attempts.",
}


def check(view: View, kind: f.Probe) -> Iterator[Ruling]:
    """Rule on containers of which this probe fails now, one ruling a container."""
    seen: set[tuple[str, str]] = set()
    for fact, item in said.of(view, f.ProbeFailed):
        place = (item.about.name if item.about else "", item.subject.container)
        if fact.probe is kind and place not in seen:
            seen.add(place)
            container = item.container or _only(view, item.about)
            yield _ruling(view, fact, item, container)
    if kind is f.Probe.STARTUP:
        for kill, item in said.of(view, f.ProbeKilled):
            if kill.probe is kind and not seen:
                yield _killed(item)
        yield from _perhaps_killed(view)
    if kind is f.Probe.READINESS:
        yield from _not_ready(view, seen)


def _only(view: View, about: k.KubeObject | None) -> ContainerView | None:
    """The container of a pod that has one, for events that name none."""
    own = [c for c in view.containers if c.pod is about and not c.init]
    return own[0] if len(own) == 1 else None


def _ruling(
    view: View, fact: f.ProbeFailed, item: said.Said, container: ContainerView | None
) -> Ruling:
    probe = probe_of(container, fact.probe) if container else None
    asked = kubectl.asked(probe)
    name = f"container {container.name}: " if container else ""
    said_more = [
        other
        for other_fact, other in said.of(view, f.ProbeFailed)
        if other_fact.probe is fact.probe and other.subject == item.subject
    ]
    return Ruling(
        outcome=Outcome.CONFIRMED,
        subject=container.subject if container else item.subject,
        summary=f"{name}the {fact.probe} probe{f' ({asked})' if asked else ''} fails: "
        f"{_answer(fact, item)}",
        proof=(
            *said.proofs(said_more, 2),
            *_ports(view, container),
            *(witness(view, container.name) if container else ()),
        ),
        solutions=(_solution(view, fact, container),),
    )


def _answer(fact: f.ProbeFailed, item: said.Said) -> str:
    if fact.status:
        return f"it was answered with HTTP status {fact.status}"
    if fact.connection:
        return str(fact.connection.fault)
    words = item.text.split("failed:", 1)[-1].strip()
    return " ".join(words.split())[:200] or "the command failed and said nothing"


def _ports(view: View, container: ContainerView | None) -> Iterator[Proof]:
    if container is None:
        return
    told = listens_on(view, container)
    if told:
        yield Proof(
            "the log says that it listens on " + ", ".join(map(str, told)),
            command=kubectl.logs(container),
        )
    declared = ", ".join(str(port.container_port) for port in container.spec.ports)
    if declared:
        yield Proof(f"declared ports: {declared}", command=kubectl.describe(container.pod))


def _solution(view: View, fact: f.ProbeFailed, container: ContainerView | None) -> Solution:
    title = f"Correct the {fact.probe} probe, or what it asks"
    if fact.status == 404:
        title = f"Correct the path of the {fact.probe} probe: the server does not know it"
    elif fact.status in (401, 403):
        title = f"Let the {fact.probe} probe ask something that needs no login"
    elif fact.status >= 500:
        title = f"Look at the log: the program itself answers the {fact.probe} probe with an error"
    commands = (kubectl.edit(view, container.pod),) if container else ()
    return Solution(title=title, why=_ADVICE[fact.probe], commands=commands)


def _killed(item: said.Said) -> Ruling:
    return Ruling(
        outcome=Outcome.CONFIRMED,
        subject=item.subject,
        summary="the kubelet restarts the container because its startup probe fails",
        proof=(item.proof,),
    )


def _perhaps_killed(view: View) -> Iterator[Ruling]:
    """Of a container whose startup probe has not succeeded: an end that the probe may have made."""
    for crash in crashes(view):
        container = crash.container
        begun = container.status is not None and container.status.started is False
        silent = crash.reason is None and crash.end.exit_code in (0, 137, 143)
        if begun and silent and crash.perhaps_killed(container.spec.startup_probe):
            yield Ruling(
                outcome=Outcome.SUSPECTED,
                subject=container.subject,
                summary=f"container {container.name} was restarted, and its startup probe"
                f" ({kubectl.asked(container.spec.startup_probe)}) has not succeeded",
                proof=(crash.end_proof,),
                alternatives=("LivenessKilled", "CompletedExit"),
            )


def _not_ready(view: View, seen: set[tuple[str, str]]) -> Iterator[Ruling]:
    """A container that runs past its probe's grace and is not ready, without an event left."""
    for container in view.containers:
        probe = container.spec.readiness_probe
        running = container.state.running
        if probe is None or running is None or container.works or container.init:
            continue
        if (container.pod.name, container.name) in seen or running.started_at is None:
            continue
        grace = probe.initial_delay_seconds + probe.period_seconds * (probe.failure_threshold + 1)
        late = (view.now - running.started_at).total_seconds() > max(grace, 30)
        if late or timeless(view, container.pod):
            yield Ruling(
                outcome=Outcome.CONFIRMED if late else Outcome.SUSPECTED,
                alternatives=() if late else ("RolloutInProgress",),
                subject=container.subject,
                summary=f"container {container.name} runs and is not ready: its readiness probe"
                f" ({kubectl.asked(probe)}) has not succeeded",
                proof=(
                    Proof("state running, ready false", command=kubectl.describe(container.pod)),
                ),
            )


_DESCRIBE = "kubectl describe pod POD"
_DOCS = {
    f.Probe.READINESS: DocLines(
        "0/1 Running, `Readiness probe failed`",
        "the kubelet says so and the container is not ready; or it runs past the grace of the"
        " probe; likely when it is not ready and nobody saw events",
        "the container became ready after it",
        _DESCRIBE,
    ),
    f.Probe.LIVENESS: DocLines(
        "`Liveness probe failed`, before any restart",
        "the kubelet says so, and has not killed the container for it",
        "the kubelet killed it: LivenessKilled; or the probe succeeded since",
        _DESCRIBE,
    ),
    f.Probe.STARTUP: DocLines(
        "restarts of a container that never became ready, `Startup probe failed`",
        "the kubelet says so, or kills the container for it; likely when the container has not"
        " started, ended after the patience of the probe, and nobody saw events",
        "the container has started",
        _DESCRIBE,
    ),
}

CAUSES = tuple(
    Cause(
        code=code,
        title=f"the {kind} probe fails",
        layer=Layer.CLUSTER,
        rank=Rank.SYMPTOM,
        doc=_DOCS[kind].doc(f"the {kind} probe fails"),
        check=partial(check, kind=kind),
    )
    for code, kind in (
        ("ReadinessFailing", f.Probe.READINESS),
        ("LivenessFailing", f.Probe.LIVENESS),
        ("StartupFailing", f.Probe.STARTUP),
    )
)

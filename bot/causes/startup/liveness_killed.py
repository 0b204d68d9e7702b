"""The kubelet restarts a container whose liveness probe fails.

Seen as:       restarts, exit code 137 or 143 without OOMKilled, Killing events
Confirmed if:  an event says that the container failed its liveness probe; without events, the
               exit code beside a liveness probe makes it likely, and so does an end with success
               after the patience of the probe
Ruled out if:  the status says OOMKilled, or the log gives a reason of its own
By hand:       kubectl describe pod POD
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.cluster.readers import facts as f
from bot.facts import said
from bot.facts.crashes import Crash, crashes
from bot.redact import one_line
from bot.report import Layer, Outcome, Rank, Ruling, Solution
from bot.view import View

_KILLED = (137, 143)


def check(view: View) -> Iterator[Ruling]:
    """Rule on containers that the kubelet killed because their liveness probe failed."""
    for fact, item in said.of(view, f.ProbeKilled):
        if fact.probe is f.Probe.LIVENESS:
            yield _probe_kill(view, item)
    for crash in crashes(view):
        spec = crash.container.spec
        killed = crash.end.exit_code in _KILLED
        well = crash.end.exit_code == 0 and crash.container.pod.spec.restart_policy == "Always"
        silent = crash.reason is None and not crash.killed
        if spec.liveness_probe and killed and crash.out_of_memory:
            yield _ruled_out(crash)
        elif spec.liveness_probe and silent and killed:
            yield _suspected(crash, f"ended with {crash.ending} and is not OOMKilled", ())
        elif silent and well and crash.perhaps_killed(spec.liveness_probe):
            others = (
                ("StartupFailing", "CompletedExit") if spec.startup_probe else ("CompletedExit",)
            )
            lasted = "ended with success no sooner than its probe gives up"
            yield _suspected(crash, lasted, others)


def _suspected(crash: Crash, told: str, alternatives: tuple[str, ...]) -> Ruling:
    container = crash.container
    return Ruling(
        outcome=Outcome.SUSPECTED,
        subject=container.subject,
        summary=f"container {container.name} {told}; it has a liveness probe"
        f" ({kubectl.asked(container.spec.liveness_probe)}), whose failure ends a container so",
        proof=(crash.end_proof,),
        next_steps=("Look for Unhealthy and Killing events: " + kubectl.describe(container.pod),),
        alternatives=alternatives,
    )


def _ruled_out(crash: Crash) -> Ruling:
    return Ruling(
        outcome=Outcome.RULED_OUT,
        subject=crash.container.subject,
        summary=f"{crash.ending} is no probe's kill: the status says OOMKilled",
        proof=(crash.end_proof,),
    )


def _probe_kill(view: View, item: said.Said) -> Ruling:
    failures = [
        other
        for fact, other in said.of(view, f.ProbeFailed)
        if fact.probe is f.Probe.LIVENESS and other.subject == item.subject
    ]
    others = [
        other
        for fact, other in said.of(view, f.ProbeFailed)
        if fact.probe is not f.Probe.LIVENESS and other.subject == item.subject
    ]
    asked = kubectl.asked(item.container.spec.liveness_probe) if item.container else ""
    also = f"; another probe of it fails too: {one_line(others[-1].text, 160)}" if others else ""
    name = item.container.name if item.container else ""
    commands = (kubectl.edit(view, item.container.pod),) if item.container else ()
    return Ruling(
        outcome=Outcome.CONFIRMED,
        subject=item.subject,
        summary=f"the kubelet kills container {name} because its liveness probe"
        f"{f' ({asked})' if asked else ''} fails{also}",
        proof=(item.proof, *said.proofs(failures, 2), *said.proofs(others, 1)),
        solutions=(
            Solution(
                title="Correct the liveness probe, or what it asks",
                why="A liveness probe should fail only when a restart helps; for a slow start use a"
                " startup probe.",
                commands=commands,
            ),
        ),
    )


CAUSE = Cause(
    code="LivenessKilled",
    title="the kubelet restarts a container whose liveness probe fails",
    layer=Layer.CLUSTER,
    rank=Rank.FAULT,
    doc=__doc__,
    check=check,
)

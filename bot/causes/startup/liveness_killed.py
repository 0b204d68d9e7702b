"""The kubelet restarts a container whose liveness probe fails.

Seen as:       restarts, exit code 137 or 143 without OOMKilled, Killing events
Confirmed if:  an event says that the container failed its liveness probe; without events, the
               exit code beside a liveness probe makes it likely
Ruled out if:  the status says OOMKilled, or the log gives a reason of its own
By hand:       kubectl describe pod POD
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl, said
from bot.cause import Cause
from bot.cluster.readers import facts as f
from bot.crashes import crashes
from bot.report import Layer, Outcome, Rank, Ruling, Solution
from bot.view import View

_KILLED = (137, 143)


def check(view: View) -> Iterator[Ruling]:
    """Rule on containers that the kubelet killed because their liveness probe failed."""
    for fact, item in said.of(view, f.ProbeKilled):
        if fact.probe is f.Probe.LIVENESS:
            yield _probe_kill(view, item)
    for crash in crashes(view):
        probe = crash.container.spec.liveness_probe
        silent = crash.reason is None and not crash.killed and not crash.out_of_memory
        if crash.end.exit_code in _KILLED and probe and silent:
            yield Ruling(
                outcome=Outcome.SUSPECTED,
                subject=crash.container.subject,
                summary=f"container {crash.container.name} ended with {crash.ending} and is not"
                " OOMKilled; it has a liveness probe, whose failure ends a container so",
                proof=(crash.end_proof,),
                next_steps=(
                    "Look for Unhealthy and Killing events: "
                    + kubectl.describe(crash.container.pod),
                ),
            )


def _probe_kill(view: View, item: said.Said) -> Ruling:
    failures = [
        other
        for fact, other in said.of(view, f.ProbeFailed)
        if fact.probe is f.Probe.LIVENESS and other.subject == item.subject
    ]
    asked = kubectl.asked(item.container.spec.liveness_probe) if item.container else ""
    name = item.container.name if item.container else ""
    commands = (kubectl.edit(view, item.container.pod),) if item.container else ()
    return Ruling(
        outcome=Outcome.CONFIRMED,
        subject=item.subject,
        summary=f"the kubelet kills container {name} because its liveness probe"
        f"{f' ({asked})' if asked else ''} fails",
        proof=(item.proof, *said.proofs(failures, 2)),
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

"""An init container runs and does not come to its end; the others wait for it.

Seen as:       Init:0/1 for minutes, no restart
Confirmed if:  an init container that is no sidecar runs for over a minute, or says in its log what
               it waits for
Ruled out if:  it has ended
By hand:       kubectl logs POD -c CONTAINER
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot import kubectl
from bot.cause import Cause
from bot.facts.dependencies import needs
from bot.redact import one_line
from bot.report import Layer, Outcome, Proof, Rank, Ruling, Solution
from bot.view import ContainerView, View

_LONG = timedelta(minutes=1)
_WIDE = 120


def check(view: View) -> Iterator[Ruling]:
    """Rule on init containers that hold up their pod."""
    waits = {(need.container.pod.name, need.container.name) for need in needs(view)}
    for container in view.containers:
        running = container.state.running
        if not container.init or container.sidecar or running is None:
            continue
        since = view.now - running.started_at if running.started_at else timedelta(0)
        if since > _LONG or (container.pod.name, container.name) in waits:
            yield _ruling(view, container)


def _ruling(view: View, container: ContainerView) -> Ruling:
    lines = [one_line(line) for line in view.log(container.pod, container.name) if line.strip()]
    command = kubectl.logs(container)
    proof = Proof("log: " + "\n".join(lines[-3:]) if lines else "it writes no log", command=command)
    return Ruling(
        outcome=Outcome.CONFIRMED,
        subject=container.subject,
        summary=f"init container {container.name}{_runs(container)} does not end, so the"
        " containers of the pod are not started",
        proof=(proof,),
        solutions=(
            Solution(
                title=f"Give {container.name} what it waits for, or take it out",
                why="The kubelet starts the next container only when this one has ended well.",
                commands=(command, kubectl.edit(view, container.pod)),
            ),
        ),
    )


def _runs(container: ContainerView) -> str:
    words = (*container.spec.command, *container.spec.args)
    return f" runs `{one_line(' '.join(words), _WIDE)}`, which" if words else " runs and"


CAUSE = Cause(
    code="InitContainerWaiting",
    title="an init container never ends",
    layer=Layer.CLUSTER,
    rank=Rank.SYMPTOM,
    doc=__doc__,
    check=check,
)

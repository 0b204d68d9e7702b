"""The program ended with an error, and nothing more precise is proved.

Seen as:       Error, CrashLoopBackOff, a Job whose pods fail
Confirmed if:  the status shows an exit code other than 0
Ruled out if:  the exit is the kernel's for want of memory, or the kubelet's; a more precise
               cause of the same container is the root and this its consequence
By hand:       kubectl logs POD -c CONTAINER --previous
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.cluster.readers import facts as f
from bot.facts import said
from bot.facts.changes import witness
from bot.facts.crashes import crashes
from bot.logs import Level, error_lines, last_words
from bot.redact import one_line
from bot.report import Layer, Outcome, Proof, Rank, Ruling, Solution
from bot.view import View

# How a container ends that the kubelet kills: on SIGKILL, or on SIGTERM before it.
_BY_KUBELET = (137, 143)


def check(view: View) -> Iterator[Ruling]:
    """Rule on containers that ended with an error and say no more precise reason."""
    for crash in crashes(view):
        if crash.end.exit_code == 0 or crash.out_of_memory or not crash.known:
            continue
        if crash.killed and crash.end.exit_code in _BY_KUBELET:
            continue
        words = crash.end.message.strip() or last_words(crash.log, least=Level.ERROR)
        told = f": {one_line(words, 160)}" if words else ""
        yield Ruling(
            outcome=Outcome.CONFIRMED,
            subject=crash.container.subject,
            summary=f"container {crash.container.name} ended with {crash.ending}{told}",
            proof=(
                crash.end_proof,
                *crash.last_lines,
                *witness(view, crash.container.name),
            ),
            solutions=(
                Solution(
                    title="Read the end of the log",
                    why="The program ended by itself, or was killed from outside; its log is the"
                    " witness that is left.",
                    commands=(kubectl.logs(crash.container, previous=crash.previous),),
                ),
            ),
        )
    yield from _errors_of_the_working(view)
    for fact, item in said.of(view, f.ContainerEnded):
        if item.about is None and not fact.out_of_memory and fact.exit_code not in (0, 139):
            yield Ruling(
                outcome=Outcome.CONFIRMED,
                subject=item.subject,
                summary=f"the container ended with exit code {fact.exit_code}",
                proof=(item.proof,),
            )


def _errors_of_the_working(view: View) -> Iterator[Ruling]:
    """Errors in the log of a container that works are worth knowing, and explain nothing."""
    for container in view.containers:
        if container.works and container.ended(view.now) is None:
            lines = error_lines(view.log(container.pod, container.name))
            if lines:
                yield Ruling(
                    outcome=Outcome.UNKNOWN,
                    subject=container.subject,
                    summary=f"container {container.name} works, and its log speaks of errors:"
                    f" {lines[-1]}",
                    proof=(Proof("log: " + "\n".join(lines), command=kubectl.logs(container)),),
                )


CAUSE = Cause(
    code="AppError",
    title="the program ended with an error",
    layer=Layer.CLUSTER,
    rank=Rank.SYMPTOM,
    doc=__doc__,
    check=check,
)

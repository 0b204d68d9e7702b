"""Something outside the program ended it: memory, a probe, a signal; or memory faults did.

Seen as:       exit code 137, 139 or 143, OOMKilled, CrashLoopBackOff
Confirmed if:  the status or an event names the killer (OOMKilled, "failed liveness probe"), or the
               exit code is that of the fault (139)
Ruled out if:  exit code 137 stands alone: a kill of any origin looks the same
By hand:       kubectl describe pod POD
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl, said
from bot.cause import Cause
from bot.cluster.readers import facts as f
from bot.crashes import Crash, crashes
from bot.report import Layer, Outcome, Proof, Ruling, Solution
from bot.view import View

_KILLED = (137, 143)


def out_of_memory(view: View) -> Iterator[Ruling]:
    """Rule on containers that kernel or kubelet ended for want of memory."""
    for crash in crashes(view):
        reason = crash.reason
        guess = crash.end.exit_code == 137 and reason is not None and reason.memory
        if crash.out_of_memory or (guess and not crash.killed):
            yield _memory(
                view, crash, Outcome.CONFIRMED if crash.out_of_memory else Outcome.SUSPECTED
            )
        elif crash.end.exit_code == 137 and crash.killed:
            yield Ruling(
                outcome=Outcome.RULED_OUT,
                subject=crash.container.subject,
                summary="exit code 137 came from a probe's kill: the status says"
                f" {crash.end.reason or 'nothing'}, not OOMKilled",
                proof=(crash.end_proof,),
            )
    for fact, item in said.of(view, f.ContainerEnded):
        if (fact.out_of_memory and item.where.startswith(("event:", "log:"))) or (
            fact.out_of_memory and item.about is None
        ):
            yield Ruling(
                outcome=Outcome.CONFIRMED,
                subject=item.subject,
                summary="the kernel killed a process that went over its memory limit",
                proof=(item.proof,),
                solutions=(
                    Solution(title="Raise the memory limit, or use less", why="It ran out."),
                ),
            )


def _memory(view: View, crash: Crash, outcome: Outcome) -> Ruling:
    limit = str(crash.container.spec.resources.limits.get("memory", ""))
    allowed = f"its limit of {limit}" if limit else "what its node could give (it has no limit)"
    more = _doubled(limit)
    return Ruling(
        outcome=outcome,
        subject=crash.container.subject,
        summary=f"container {crash.container.name} used more memory than {allowed} and was killed"
        f" ({crash.ending}{', OOMKilled' if crash.out_of_memory else ''})",
        proof=(
            crash.end_proof,
            Proof(
                f"memory limit: {limit or 'none'}", command=kubectl.describe(crash.container.pod)
            ),
        ),
        solutions=(
            Solution(
                title=f"Raise the memory limit (now {limit or 'none'}), or use less memory",
                why="The kernel kills whoever goes over the limit; a restart does not change that.",
                commands=(kubectl.set_memory(view, crash.container, more),),
            ),
        ),
        prevention=("Watch container_memory_working_set_bytes against the limit.",),
    )


def _doubled(limit: str) -> str:
    digits = limit.rstrip("KMGTPEikm")
    return f"{int(digits) * 2}{limit[len(digits) :]}" if digits.isdigit() else "VALUE"


def liveness(view: View) -> Iterator[Ruling]:
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


def segfault(view: View) -> Iterator[Ruling]:
    """Rule on containers that ended with SIGSEGV, or whose log says so."""
    for crash in crashes(view):
        reason = crash.reason
        if crash.out_of_memory:
            continue
        if crash.end.exit_code == 139 or (reason is not None and reason.code == "Segfault"):
            lines = (crash.log_proof(reason.lines),) if reason else ()
            yield Ruling(
                outcome=Outcome.CONFIRMED,
                subject=crash.container.subject,
                summary=f"container {crash.container.name} accessed memory that is not its own"
                f" ({crash.ending})",
                proof=(crash.end_proof, *lines),
                solutions=(
                    Solution(
                        title="Find the native code that crashes",
                        why="A segmentation fault is a fault of the program or a library.",
                    ),
                ),
            )
    for fact, item in said.of(view, f.ContainerEnded):
        if item.about is None and fact.exit_code == 139:
            yield Ruling(
                outcome=Outcome.CONFIRMED,
                subject=item.subject,
                summary="the container ended with exit code 139: segmentation fault",
                proof=(item.proof,),
            )


CAUSES = (
    Cause(
        code="OOMKilled",
        title="a container used more memory than it may",
        layer=Layer.CLUSTER,
        doc=__doc__,
        check=out_of_memory,
    ),
    Cause(
        code="LivenessKilled",
        title="the kubelet restarts a container whose liveness probe fails",
        layer=Layer.CLUSTER,
        doc=__doc__,
        check=liveness,
    ),
    Cause(
        code="Segfault",
        title="the program crashed with a memory fault",
        layer=Layer.CLUSTER,
        doc=__doc__,
        check=segfault,
    ),
)

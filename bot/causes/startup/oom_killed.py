"""A container used more memory than it may, and the kernel killed it.

Seen as:       OOMKilled, exit code 137, CrashLoopBackOff
Confirmed if:  the status or an event says OOMKilled
Ruled out if:  the status gives another reason, and no log speaks of memory: exit code 137 alone
               proves nothing
By hand:       kubectl describe pod POD; kubectl top pod POD --containers
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.cluster.readers import facts as f
from bot.facts import said
from bot.facts.crashes import Crash, crashes
from bot.report import Layer, Outcome, Proof, Rank, Ruling, Solution
from bot.view import View


def _memory(view: View, crash: Crash, outcome: Outcome) -> Ruling:
    limit = str(crash.container.spec.resources.limits.get("memory", ""))
    allowed = f"its limit of {limit}" if limit else "what its node could give (it has no limit)"
    more = _doubled(limit)
    return Ruling(
        outcome=outcome,
        subject=crash.container.subject,
        summary=f"container {crash.container.name} used more memory than {allowed} and was killed,"
        f" {crash.ending}",
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


def check(view: View) -> Iterator[Ruling]:
    """Rule on containers that kernel or kubelet ended for want of memory."""
    for crash in crashes(view):
        reason = crash.reason
        guess = crash.end.exit_code == 137 and reason is not None and reason.memory
        if crash.out_of_memory or (guess and not crash.killed):
            yield _memory(
                view, crash, Outcome.CONFIRMED if crash.out_of_memory else Outcome.SUSPECTED
            )
        elif crash.end.exit_code == 137 and (crash.killed or crash.end.reason):
            whose = "came from a probe's kill" if crash.killed else "was another kill"
            yield Ruling(
                outcome=Outcome.RULED_OUT,
                subject=crash.container.subject,
                summary=f"exit code 137 {whose}: the status says"
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


CAUSE = Cause(
    code="OOMKilled",
    title="a container used more memory than it may",
    layer=Layer.CLUSTER,
    rank=Rank.FAULT,
    doc=__doc__,
    check=check,
)

"""The program crashed with a memory fault.

Seen as:       exit code 139, "Segmentation fault" in the log
Confirmed if:  the exit code is 139 (SIGSEGV), or the log says so
Ruled out if:  the status says OOMKilled
By hand:       kubectl logs POD --previous
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause import Cause
from bot.cluster.readers import facts as f
from bot.facts import said
from bot.facts.crashes import crashes
from bot.report import Layer, Outcome, Rank, Ruling, Solution
from bot.view import View


def check(view: View) -> Iterator[Ruling]:
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


CAUSE = Cause(
    code="Segfault",
    title="the program crashed with a memory fault",
    layer=Layer.CLUSTER,
    rank=Rank.FAULT,
    doc=__doc__,
    check=check,
)

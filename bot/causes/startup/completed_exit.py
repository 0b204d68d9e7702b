"""The program ends with success although it should run for ever.

Seen as:       Completed, CrashLoopBackOff with exit code 0
Confirmed if:  it ended with exit code 0, restartPolicy is Always, and it was restarted; only likely
               when a probe may have ended it and nobody saw events
Ruled out if:  restartPolicy is another one, or the kubelet killed it for a probe
By hand:       kubectl describe pod POD
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.facts.crashes import crashes
from bot.report import Layer, Outcome, Rank, Ruling, Solution
from bot.view import View


def check(view: View) -> Iterator[Ruling]:
    """Rule on containers that end with success and are started again and again."""
    for crash in crashes(view):
        if crash.killed:
            continue
        if crash.end.exit_code == 0 and crash.container.pod.spec.restart_policy == "Always":
            again = crash.container.restarts > 0 or crash.container.waiting is not None
            spec = crash.container.spec
            doubt = [
                code
                for probe, code in (
                    (spec.startup_probe, "StartupFailing"),
                    (spec.liveness_probe, "LivenessKilled"),
                )
                if crash.perhaps_killed(probe)
            ]
            yield Ruling(
                outcome=Outcome.CONFIRMED if again and not doubt else Outcome.SUSPECTED,
                alternatives=tuple(doubt),
                subject=crash.container.subject,
                summary=f"container {crash.container.name} does its work and ends (exit code 0);"
                " it is restarted because a pod of this kind has to run for ever",
                proof=(crash.end_proof, *crash.last_lines),
                solutions=(
                    Solution(
                        title="Run it as a Job or CronJob, or give it a command that does not end",
                        why="restartPolicy Always restarts a container whatever its exit code.",
                        commands=(kubectl.edit(view, crash.container.pod),),
                    ),
                ),
            )


CAUSE = Cause(
    code="CompletedExit",
    title="the program ends although it should run for ever",
    layer=Layer.CLUSTER,
    rank=Rank.SYMPTOM,
    doc=__doc__,
    check=check,
)

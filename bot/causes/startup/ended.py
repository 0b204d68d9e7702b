"""A container ended and nothing more precise is proved: what is known of its end.

Seen as:       CrashLoopBackOff, Error, Completed, Init:Error
Confirmed if:  the status shows the end
Ruled out if:  a more precise cause is confirmed for the same container (then it is the root)
By hand:       kubectl logs POD -c CONTAINER --previous
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl, said
from bot.cause import Cause
from bot.changes import witness
from bot.cluster.readers import facts as f
from bot.crashes import Crash, crashes
from bot.logs import error_lines
from bot.redact import one_line
from bot.report import Layer, Outcome, Proof, Rank, Ruling, Solution
from bot.view import View

_LAST = 4


def completed(view: View) -> Iterator[Ruling]:
    """Rule on containers that end with success and are started again and again."""
    for crash in crashes(view):
        if crash.end.exit_code == 0 and crash.container.pod.spec.restart_policy == "Always":
            again = crash.container.restarts > 0 or crash.container.waiting is not None
            yield Ruling(
                outcome=Outcome.CONFIRMED if again else Outcome.SUSPECTED,
                subject=crash.container.subject,
                summary=f"container {crash.container.name} does its work and ends (exit code 0);"
                " it is restarted because a pod of this kind has to run for ever",
                proof=(crash.end_proof, *_last_lines(crash)),
                solutions=(
                    Solution(
                        title="Run it as a Job or CronJob, or give it a command that does not end",
                        why="restartPolicy Always restarts a container whatever its exit code.",
                        commands=(kubectl.edit(view, crash.container.pod),),
                    ),
                ),
            )


def app_error(view: View) -> Iterator[Ruling]:
    """Rule on containers that ended with an error and say no more precise reason."""
    for crash in crashes(view):
        if crash.end.exit_code == 0 or crash.out_of_memory or not crash.known:
            continue
        words = crash.end.message.strip()
        told = f": {one_line(words, 160)}" if words else ""
        yield Ruling(
            outcome=Outcome.CONFIRMED,
            subject=crash.container.subject,
            summary=f"container {crash.container.name} ended with {crash.ending}{told}",
            proof=(
                crash.end_proof,
                *_last_lines(crash),
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


def _last_lines(crash: Crash) -> tuple[Proof, ...]:
    lines = tuple(one_line(line) for line in crash.log if line.strip())[-_LAST:]
    return (crash.log_proof(lines),) if lines else ()


def back_off_only(view: View) -> Iterator[Ruling]:
    """Rule on containers of which only the restart back-off is known."""
    known = {(c.container.pod.name, c.container.name) for c in crashes(view) if c.known}
    for fact, item in said.of(view, f.RestartBackOff):
        place = (item.container.pod.name, item.container.name) if item.container else None
        if place not in known:
            name = item.container.name if item.container else fact.container
            yield Ruling(
                outcome=Outcome.CONFIRMED,
                subject=item.subject,
                summary=f"container {name} ended and is to be restarted; why it ended is not known",
                proof=(item.proof,),
                next_steps=(kubectl.logs(item.container, previous=True),) if item.container else (),
            )


def hook(view: View) -> Iterator[Ruling]:
    """Rule on postStart hooks that failed: the kubelet then kills the container."""
    for fact, item in said.of(view, f.HookFailed):
        if fact.hook is f.Hook.POST_START:
            yield Ruling(
                outcome=Outcome.CONFIRMED,
                subject=item.subject,
                summary="the postStart hook failed, so the kubelet ended the container",
                proof=(item.proof,),
                solutions=(
                    Solution(
                        title="Correct the command of lifecycle.postStart",
                        why="A container whose postStart hook fails is killed.",
                    ),
                ),
            )


def init_failed(view: View) -> Iterator[Ruling]:
    """Rule on init containers that fail: nothing after them starts."""
    for crash in crashes(view):
        if crash.container.init and not crash.container.sidecar and crash.end.exit_code:
            yield Ruling(
                outcome=Outcome.CONFIRMED,
                subject=crash.container.subject,
                summary=f"init container {crash.container.name} fails ({crash.ending}), so the"
                " containers after it are not started",
                proof=(crash.end_proof,),
            )
    for fact, item in said.of(view, f.ContainerEnded):
        if item.about is None and fact.init:
            yield Ruling(
                outcome=Outcome.CONFIRMED,
                subject=item.subject,
                summary="an init container fails, so the containers after it are not started",
                proof=(item.proof,),
            )


CAUSES = (
    Cause(
        code="CompletedExit",
        title="the program ends although it should run for ever",
        layer=Layer.CLUSTER,
        rank=Rank.SYMPTOM,
        doc=__doc__,
        check=completed,
    ),
    Cause(
        code="AppError",
        title="the program ended with an error",
        layer=Layer.CLUSTER,
        rank=Rank.SYMPTOM,
        doc=__doc__,
        check=app_error,
    ),
    Cause(
        code="CrashBackOffOnly",
        title="a container keeps ending, and why is no longer known",
        layer=Layer.CLUSTER,
        rank=Rank.SYMPTOM,
        doc=__doc__,
        check=back_off_only,
    ),
    Cause(
        code="PostStartHookFailed",
        title="the postStart hook failed",
        layer=Layer.CLUSTER,
        doc=__doc__,
        check=hook,
    ),
    Cause(
        code="InitContainerFailed",
        title="an init container fails",
        layer=Layer.CLUSTER,
        rank=Rank.ROLLUP,
        doc=__doc__,
        check=init_failed,
    ),
)

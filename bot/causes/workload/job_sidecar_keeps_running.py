"""The work of a Job is done and a helper container runs on.

Seen as:       a pod of a Job that is NotReady for ever, 1/2 Completed
Confirmed if:  one container of the pod ended well and another one runs
Ruled out if:  the helper is a native sidecar (an init container with restartPolicy Always)
By hand:       kubectl get pod POD -o yaml
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause import Cause
from bot.cause.rulings import of_object
from bot.report import Layer, Rank, Ruling
from bot.view import View
from bot.words import shell


def check(view: View) -> Iterator[Ruling]:
    """Rule on pods of a Job whose work is done while another container runs on."""
    for pod in view.pods:
        owner = pod.metadata.controller
        if owner is None or owner.kind != "Job":
            continue
        own = [c for c in view.containers if c.pod is pod and not c.init]
        done = [c.name for c in own if c.done]
        running = [c.name for c in own if c.state.running]
        if done and running:
            yield of_object(
                pod,
                f"container {done[0]} has done its work, and {', '.join(running)} runs on:"
                " the Job never completes",
                f"{done[0]} ended with exit code 0, {running[0]} is running",
                (
                    "Make it a native sidecar: an init container with restartPolicy: Always",
                    "A pod is done when all its containers are; native sidecars do not count.",
                ),
                shell("kubectl", "get", "job", owner.name, "-n", pod.namespace, "-o", "yaml"),
            )


CAUSE = Cause(
    code="JobSidecarKeepsRunning",
    title="a helper container runs on",
    layer=Layer.CLUSTER,
    rank=Rank.FAULT,
    doc=__doc__,
    check=check,
)

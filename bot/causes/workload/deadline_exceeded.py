"""A Job or pod was active longer than it may.

Seen as:       DeadlineExceeded, pods that are gone
Confirmed if:  the Job's Failed condition or the pod's status give this reason
Ruled out if:  the Job is complete
By hand:       kubectl describe job NAME
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.cause.rulings import of_object
from bot.cluster.readers import facts as f
from bot.facts.jobs import failed_jobs, statements
from bot.report import Layer, Rank, Ruling
from bot.view import View

_P = f.WorkloadProblem


def check(view: View) -> Iterator[Ruling]:
    """Rule on Jobs and pods that ran longer than they may."""
    for job, condition in failed_jobs(view, "DeadlineExceeded"):
        seconds = job.spec.active_deadline_seconds
        yield of_object(
            job,
            f"Job {job.name} was active longer than its activeDeadlineSeconds"
            f"{f' ({seconds} s)' if seconds else ''} and was ended",
            f"{condition.reason}: {condition.message}",
            (
                "Give the Job more time, or make it faster",
                "At the deadline the controller ends every pod of the Job.",
            ),
            kubectl.command("get", "job", job.name, job.namespace, "-o", "yaml"),
        )
    for pod in view.pods:
        if pod.status.reason == "DeadlineExceeded":
            yield of_object(
                pod,
                f"pod {pod.name} was active longer than its activeDeadlineSeconds",
                pod.status.message or pod.status.reason,
                (
                    "Give it more time, or make it faster",
                    "At the deadline the kubelet ends the pod.",
                ),
            )
    yield from statements(view, _P.DEADLINE, "it was active longer than its deadline allows")


CAUSE = Cause(
    code="DeadlineExceeded",
    title="it ran longer than its deadline",
    layer=Layer.CLUSTER,
    rank=Rank.SYMPTOM,
    doc=__doc__,
    check=check,
)

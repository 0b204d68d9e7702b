"""A controller gave up, waits, or was told to: what it says of itself.

Seen as:       Failed, 0 replicas, a rollout that does not move
Confirmed if:  specification or conditions of the workload say so
Ruled out if:  its pods work
By hand:       kubectl describe KIND NAME
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot import kubectl, said
from bot.cause import Cause
from bot.cluster import objects as k
from bot.cluster.readers import facts as f
from bot.report import Layer, Outcome, Proof, Rank, Ruling, Solution, Subject
from bot.view import View

_P = f.WorkloadProblem


def _ruling(
    item: k.KubeObject, summary: str, proof: str, title: str, why: str, *commands: str
) -> Ruling:
    return Ruling(
        outcome=Outcome.CONFIRMED,
        subject=Subject(item.kind, item.name),
        summary=summary,
        proof=(Proof(proof, command=kubectl.describe(item)),),
        solutions=(Solution(title=title, why=why, commands=commands),),
    )


def scaled_to_zero(view: View) -> Iterator[Ruling]:
    """Rule on a workload target that wants no pods."""
    for item in view.controllers:
        if not isinstance(item, k.Workload) or isinstance(item, k.DaemonSet):
            continue
        if item.spec.replicas == 0 and item.metadata.controller is None:
            yield _ruling(
                item,
                f"{item.kind} {item.name} is scaled to 0 replicas: nothing runs because nothing"
                " should",
                "spec.replicas: 0",
                "Scale it up",
                "A workload with 0 replicas has no pods.",
                kubectl.command("scale", item.kind, item.name, item.namespace, "--replicas=1"),
            )


def rollout_paused(view: View) -> Iterator[Ruling]:
    """Rule on a Deployment that is paused while its template has changed."""
    for item in view.controllers:
        if not isinstance(item, k.Deployment) or not item.spec.paused:
            continue
        wanted = 1 if item.spec.replicas is None else item.spec.replicas
        if item.status.updated_replicas < wanted or item.status.replicas < wanted:
            yield _ruling(
                item,
                f"Deployment {item.name} is paused: {item.status.updated_replicas} of {wanted}"
                " replicas have the newest template",
                "spec.paused: true",
                "Resume the rollout",
                "The controller changes no pods of a paused Deployment.",
                f"kubectl rollout resume deployment/{item.name} -n {item.namespace}",
            )


def progress(view: View) -> Iterator[Ruling]:
    """Rule on rollouts that passed their progress deadline."""
    yield from _said(view, _P.PROGRESS, "the rollout made no progress within its deadline")


def backoff(view: View) -> Iterator[Ruling]:
    """Rule on Jobs that failed too often."""
    for item in _failed_jobs(
        view, "BackoffLimitExceeded", "FailedIndexes", "MaxFailedIndexesExceeded"
    ):
        job, condition = item
        indexes = job.status.failed_indexes.replace(",", ", ")
        which = f"; failed indexes: {indexes}" if indexes else ""
        yield _ruling(
            job,
            f"Job {job.name} gave up after {job.status.failed} failed pods{which}",
            f"{condition.reason}: {condition.message}{which}",
            "Mend what its pods fail of, then create the Job again",
            "A failed Job is not retried.",
            f"kubectl logs -n {job.namespace} -l job-name={job.name} --tail=50",
        )
    yield from _statements(view, _P.BACKOFF_LIMIT, "the Job gave up after too many failures")


def deadline(view: View) -> Iterator[Ruling]:
    """Rule on Jobs and pods that ran longer than they may."""
    for job, condition in _failed_jobs(view, "DeadlineExceeded"):
        seconds = job.spec.active_deadline_seconds
        yield _ruling(
            job,
            f"Job {job.name} was active longer than its activeDeadlineSeconds"
            f"{f' ({seconds} s)' if seconds else ''} and was ended",
            f"{condition.reason}: {condition.message}",
            "Give the Job more time, or make it faster",
            "At the deadline the controller ends every pod of the Job.",
            kubectl.command("get", "job", job.name, job.namespace, "-o", "yaml"),
        )
    for pod in view.pods:
        if pod.status.reason == "DeadlineExceeded":
            yield _ruling(
                pod,
                f"pod {pod.name} was active longer than its activeDeadlineSeconds",
                pod.status.message or pod.status.reason,
                "Give it more time, or make it faster",
                "At the deadline the kubelet ends the pod.",
            )
    yield from _statements(view, _P.DEADLINE, "it was active longer than its deadline allows")


def _failed_jobs(view: View, *reasons: str) -> Iterator[tuple[k.Job, k.Condition]]:
    for item in view.controllers:
        if isinstance(item, k.Job):
            found = {c.type: c for c in item.status.conditions if c.status == "True"}
            condition = found.get("Failed") or found.get("FailureTarget")
            if condition and condition.reason in reasons and "Complete" not in found:
                yield item, condition


def _said(view: View, problem: f.WorkloadProblem, told: str) -> Iterator[Ruling]:
    for fact, item in said.of(view, f.WorkloadFailed):
        if fact.problem is problem:
            words = " ".join(item.text.split())
            name = f"{item.about.kind} {item.about.name}: " if item.about else ""
            yield Ruling(
                outcome=Outcome.CONFIRMED,
                subject=item.subject,
                summary=f"{name}{told}: {words[:200]}",
                proof=(item.proof,),
                solutions=(
                    Solution(
                        title="Look at the pods of the newest ReplicaSet, or roll back",
                        why="The controller only tells that time passed, not why.",
                        commands=_undo(item),
                    ),
                ),
            )


def _undo(item: said.Said) -> tuple[str, ...]:
    if not isinstance(item.about, k.Deployment):
        return ()
    place = f"deployment/{item.about.name} -n {item.about.namespace}"
    return (f"kubectl rollout status {place}", f"kubectl rollout undo {place}")


def _statements(view: View, problem: f.WorkloadProblem, told: str) -> Iterator[Ruling]:
    for ruling in _said(view, problem, told):
        if ruling.subject.kind == "Statement":
            yield ruling


def suspended(view: View) -> Iterator[Ruling]:
    """Rule on Jobs that are suspended."""
    for item in view.controllers:
        if isinstance(item, k.Job) and item.spec.suspend:
            patch = '{"spec":{"suspend":false}}'
            yield _ruling(
                item,
                f"Job {item.name} is suspended: it creates no pods",
                "spec.suspend: true",
                "Resume the Job",
                "Somebody, or a queue controller, holds it back.",
                kubectl.command("patch", "job", item.name, item.namespace, "-p", patch),
            )


def sidecar_keeps_running(view: View) -> Iterator[Ruling]:
    """Rule on pods of a Job whose work is done while another container runs on."""
    for pod in view.pods:
        owner = pod.metadata.controller
        if owner is None or owner.kind != "Job":
            continue
        own = [c for c in view.containers if c.pod is pod and not c.init]
        done = [c.name for c in own if c.done]
        running = [c.name for c in own if c.state.running]
        if done and running:
            yield _ruling(
                pod,
                f"container {done[0]} has done its work, and {', '.join(running)} runs on:"
                " the Job never completes",
                f"{done[0]} ended with exit code 0, {running[0]} is running",
                "Make it a native sidecar: an init container with restartPolicy: Always",
                "A Job's pod is done when all its containers are; native sidecars do not count.",
                f"kubectl get job {owner.name} -n {pod.namespace} -o yaml",
            )


def creation_failed(view: View) -> Iterator[Ruling]:
    """Rule on controllers that the API server does not let create pods."""
    for kind in (f.CreationRefused, f.SpecificationRefused):
        for _, item in said.of(view, kind):
            yield Ruling(
                outcome=Outcome.CONFIRMED,
                subject=item.subject,
                summary=f"{item.subject.kind} {item.subject.name} cannot create its pods: "
                + " ".join(item.text.split())[:240],
                proof=(item.proof,),
                solutions=(
                    Solution(
                        title="Correct what the API server refuses",
                        why="Until it accepts the pod, there is none.",
                        commands=(kubectl.describe(item.about),) if item.about else (),
                    ),
                ),
            )


def _cause(code: str, title: str, check: Callable[[View], Iterator[Ruling]], rank: Rank) -> Cause:
    return Cause(
        code=code, title=title, layer=Layer.CLUSTER, rank=rank, doc=__doc__ or "", check=check
    )


CAUSES = (
    _cause("ScaledToZero", "the workload is scaled to zero", scaled_to_zero, Rank.FAULT),
    _cause("RolloutPaused", "the rollout is paused", rollout_paused, Rank.ROLLUP),
    _cause(
        "ProgressDeadlineExceeded", "the rollout made no progress in time", progress, Rank.ROLLUP
    ),
    _cause("JobBackoffLimitExceeded", "the Job failed too often", backoff, Rank.ROLLUP),
    _cause("DeadlineExceeded", "it ran longer than its deadline", deadline, Rank.SYMPTOM),
    _cause("JobSuspended", "the Job is suspended", suspended, Rank.FAULT),
    _cause(
        "JobSidecarKeepsRunning", "a helper container runs on", sidecar_keeps_running, Rank.FAULT
    ),
    _cause("PodCreationFailed", "the controller cannot create pods", creation_failed, Rank.SYMPTOM),
)

"""Young pods are on their way: nothing has failed yet.

Seen as:       ContainerCreating, 0/1 Running for seconds
Confirmed if:  a pod is younger than five minutes, not ready, and no container, event or condition
               shows a failure; likely when nobody saw events and a probe has not succeeded, or
               when the controller says so and nobody saw its pods
Ruled out if:  anything of it has failed
By hand:       kubectl get pods --watch
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause import Cause
from bot.cluster import objects as k
from bot.facts.waiting import timeless, waits_for
from bot.report import Layer, Outcome, Proof, Rank, Recheck, Ruling, Solution, Subject
from bot.view import View, containers_of
from bot.words import ago, shell


def check(view: View) -> Iterator[Ruling]:
    """Rule on pods within their grace."""
    for pod in view.pods:
        awaited = waits_for(view, pod)
        if awaited:
            age = ago(pod.metadata.creation_timestamp, view.now)
            command = shell("kubectl", "get", "pod", pod.name, "-n", pod.namespace, "--watch")
            yield Ruling(
                outcome=Outcome.SUSPECTED if _may_fail(view, pod) else Outcome.CONFIRMED,
                subject=Subject("Pod", pod.name),
                summary=f"pod {pod.name} is {age} old and waits {awaited}",
                proof=(Proof(f"created {age} ago, nothing has failed", command=command),),
                solutions=(
                    Solution(
                        title="Wait, and look again",
                        why="Nothing has failed so far.",
                        commands=(command,),
                        action=Recheck(target=view.target),
                    ),
                ),
            )
    yield from _by_controller(view)


# What a Deployment says until its new ReplicaSet is complete, or its deadline has passed.
# https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#progressing-deployment
_ON_ITS_WAY = ("NewReplicaSetCreated", "FoundNewReplicaSet", "ReplicaSetUpdated")


def _by_controller(view: View) -> Iterator[Ruling]:
    """Rule on a controller that says that it is at work, when its pods were not looked at."""
    item = view.target_object
    if view.pods or item is None or view.listed(k.Pod, item.namespace):
        return
    told = ""
    match item:
        case k.Deployment():
            reasons = [c.reason for c in item.status.conditions if c.type == "Progressing"]
            told = next((f"Progressing, {each}" for each in reasons if each in _ON_ITS_WAY), "")
        case k.Job(status=status) if status.active and not status.failed and not status.conditions:
            told = f"{status.active} active, none failed"
        case _:
            pass
    if told:
        command = shell("kubectl", "get", "pods", "-n", item.namespace, "--watch")
        yield Ruling(
            outcome=Outcome.SUSPECTED,
            subject=Subject(item.kind, item.name),
            summary=f"{item.kind} {item.name} says that it is at work ({told}); its pods were not"
            " seen",
            proof=(Proof(f"status of {item.kind} {item.name}: {told}", command=command),),
        )


def _may_fail(view: View, pod: k.Pod) -> bool:
    """Whether the probe of a running container may have failed for long: nobody saw events."""
    asked = (c for c in containers_of(pod) if c.state.running and c.spec.readiness_probe)
    return timeless(view, pod) and any(not c.works for c in asked)


CAUSE = Cause(
    code="RolloutInProgress",
    title="the pods are still starting",
    layer=Layer.CLUSTER,
    rank=Rank.ROLLUP,
    doc=__doc__,
    check=check,
)

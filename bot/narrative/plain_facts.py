"""What objects say against themselves in plain words, for a reader whom no cause could help.

Nothing is concluded here: each fact is quoted with the command that shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot import kubectl
from bot.cluster import objects as k
from bot.facts.autoscaling import conditions_of
from bot.redact import one_line
from bot.report import Observation, Proof
from bot.view import View, containers_of

_MOST_EVENTS = 3
_WIDE = 240
# A condition with such a name tells of a fault when it is True, any other one when it is not.
_OF_FAULTS = re.compile(
    r"(?:Pressure|Failure|Failed|FailureTarget|Unavailable|Remaining|Limited|Stalled|Problem"
    r"|DisruptionTarget|Resizing|ResizePending|Suspended)$"
)
# These repeat what the containers say, or tell of what is wanted.
_NOTHING_NEW = frozenset(
    {
        "ContainersNotReady",
        "ContainersNotInitialized",
        "PodCompleted",
        "PodFailed",
        "TooFewReplicas",
        "ScalingDisabled",
    }
)
_FINE = frozenset({"", "Running", "Succeeded", "Active", "Bound", "Available"})
_SCHEDULERS = ("", "default-scheduler")
_CALM = frozenset({"", "ContainerCreating", "PodInitializing"})


def plain_facts(view: View, *, works: bool) -> tuple[Observation, ...]:
    """The facts in the order in which they say most; of a target that works, conditions only."""
    target = view.target_object
    if target is None:
        return ()
    items = {id(item): item for item in (target, *view.controllers, *view.pods)}
    told = [fact for item in items.values() for fact in _conditions(item)]
    if not works:
        told += [fact for item in items.values() for fact in _of_object(view, item)]
        told += [fact for pod in view.pods for fact in _containers(pod)]
    return tuple({fact.text: fact for fact in told}.values())


def _fact(item: k.KubeObject, words: str) -> Observation:
    text = one_line(f"{item.kind} {item.name}: {words}", _WIDE)
    return Observation(text, (Proof(text, command=kubectl.describe(item)),))


def _conditions(item: k.KubeObject) -> Iterator[Observation]:
    if isinstance(item, k.HorizontalPodAutoscaler):
        found = conditions_of(item)
    else:
        found = getattr(getattr(item, "status", None), "conditions", ())
    for condition in found:
        fine = "False" if _OF_FAULTS.search(condition.type) else "True"
        if condition.status not in (fine, "") and condition.reason not in _NOTHING_NEW:
            words = ": ".join(part for part in (condition.reason, condition.message) if part)
            told = f" ({words})" if words else ""
            yield _fact(item, f"condition {condition.type} is {condition.status}{told}")


def _of_object(view: View, item: k.KubeObject) -> Iterator[Observation]:
    phase = getattr(getattr(item, "status", None), "phase", "")
    if phase not in _FINE:
        yield _fact(item, f"its phase is {phase}")
    warnings = [event for event in view.events_about(item) if event.type == "Warning"]
    for event in warnings[-_MOST_EVENTS:]:
        yield _fact(item, f"event {event.reason}: {event.text or 'without words'}")
    yield from _asked(item)


def _asked(item: k.KubeObject) -> Iterator[Observation]:
    """What it asks for by name: whoever cannot see whether that exists has to look there."""
    match item:
        case k.StatefulSet(spec=spec):
            for template in spec.volume_claim_templates:
                if template.spec.storage_class_name:
                    yield _fact(
                        item,
                        f"the claim {template.name} of each pod asks for storage class"
                        f" {template.spec.storage_class_name}",
                    )
        case k.Pod():
            yield from _asked_by(item)
        case k.PersistentVolumeClaim(spec=k.ClaimSpec(storage_class_name=str(name))) if name:
            yield _fact(item, f"it asks for storage class {name}")
        case k.CronJob(spec=k.CronJobSpec(starting_deadline_seconds=int(late))) if late < 0:
            yield _fact(item, f"startingDeadlineSeconds is {late}: no run can start in time")
        case k.VolumeAttachment(status=k.VolumeAttachmentStatus(attach_error=k.VolumeError() as e)):
            yield _fact(item, f"attaching failed: {e.message}")
        case k.VolumeAttachment(status=k.VolumeAttachmentStatus(detach_error=k.VolumeError() as e)):
            yield _fact(item, f"detaching failed: {e.message}")
        case _:
            return


def _asked_by(pod: k.Pod) -> Iterator[Observation]:
    names = [str(claim.get("resourceClaimName") or "") for claim in pod.spec.resource_claims]
    for name in filter(None, names):
        yield _fact(pod, f"it uses the ResourceClaim {name}")
    if not pod.spec.node_name and pod.spec.scheduler_name not in _SCHEDULERS:
        yield _fact(pod, f"it waits for the scheduler {pod.spec.scheduler_name}")


def _containers(pod: k.Pod) -> Iterator[Observation]:
    for container in containers_of(pod):
        waiting = container.waiting
        if waiting and (waiting.reason not in _CALM or waiting.message):
            words = ": ".join(part for part in (waiting.reason, waiting.message) if part)
            yield _fact(pod, f"container {container.name} waits: {words}")

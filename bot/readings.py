"""Every text around the target, read: what it states, about what, and whether it still holds.

A text that was overtaken by events is history: a pull that failed before the container ran, a
scheduler's refusal of a pod that has a node. History proves nothing about the present failure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from bot.cluster import objects as k
from bot.cluster.readers import facts as f
from bot.cluster.readers import read
from bot.evidence import Statement
from bot.redact import one_line
from bot.report import Proof, Subject

if TYPE_CHECKING:
    from bot.view import ContainerView, View


class Place(StrEnum):
    """Where a text stood."""

    WAITING = "waiting message"
    TERMINATED = "termination message"
    CONDITION = "condition"
    STATUS = "status"
    EVENT = "event"
    STATEMENT = "text"


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One fact that a text states. `about` is the object; None for a text alone."""

    fact: f.Fact
    subject: Subject
    place: Place
    reason: str = ""
    text: str = ""
    times: int = 1
    last_seen: datetime | None = None
    current: bool = True
    about: k.KubeObject | None = None

    @property
    def proof(self) -> Proof:
        """The text, and the command that shows it."""
        if self.about is None:
            return Proof(one_line(self.text))
        name = f"{self.place} {self.reason}".strip()
        often = f", {self.times} times" if self.times > 1 else ""
        return Proof(
            f"{self.about.kind} {self.about.name}, {name}{often}: {one_line(self.text)}",
            command=_command(self.about, self.place),
        )


def readings(view: View) -> tuple[Reading, ...]:
    """What all texts say: states before events, newer events before older ones."""
    found = [
        *_of_statements(view),
        *(each for container in view.containers for each in _of_container(container)),
        *(each for pod in view.pods for each in _of_pod(pod)),
        *sorted(
            (each for item in _related(view) for each in _of_events(view, item)),
            key=lambda each: each.last_seen.timestamp() if each.last_seen else 0.0,
            reverse=True,
        ),
    ]
    return tuple(found)


def _of_statements(view: View) -> Iterator[Reading]:
    for statement in view.evidence.statements:
        for fact in read(statement):
            yield Reading(
                fact=fact,
                subject=Subject("Pod", "", image=statement.image or getattr(fact, "image", "")),
                place=Place.STATEMENT,
                reason=statement.where,
                text=statement.text,
            )


def _of_container(container: ContainerView) -> Iterator[Reading]:
    waiting, ended = container.waiting, container.last_terminated
    if waiting and waiting.reason not in ("", "ContainerCreating", "PodInitializing"):
        text = waiting.message or waiting.reason
        statement = _statement(text, f"waiting:{waiting.reason}", container.spec.image)
        for fact in read(statement):
            yield Reading(
                fact=fact,
                subject=container.subject,
                place=Place.WAITING,
                reason=waiting.reason,
                text=text,
                about=container.pod,
            )
    if ended:
        where = f"terminated:{ended.reason}"
        for fact in _ends(ended, where, container):
            yield Reading(
                fact=fact,
                subject=container.subject,
                place=Place.TERMINATED,
                reason=ended.reason,
                text=ended.message or ended.reason,
                last_seen=ended.finished_at,
                current=not (container.status and container.status.ready),
                about=container.pod,
            )


def _ends(ended: k.Terminated, where: str, container: ContainerView) -> Iterable[f.Fact]:
    """The runtime's words when it could not start the program, else the numbers."""
    told = read(_statement(ended.message, where, container.spec.image)) if ended.message else ()
    started = [fact for fact in told if isinstance(fact, f.StartFailed | f.VolumeFailed)]
    if started:
        return started
    out_of_memory = ended.reason == "OOMKilled"
    return [
        f.ContainerEnded(
            exit_code=ended.exit_code,
            signal=ended.signal or max(0, ended.exit_code - 128 if ended.exit_code < 160 else 0),
            out_of_memory=out_of_memory,
            init=container.init,
            words=ended.message or ended.reason,
        )
    ]


def _of_pod(pod: k.Pod) -> Iterator[Reading]:
    texts = [(Place.STATUS, "status", pod.status.reason, pod.status.message)]
    texts += [
        (Place.CONDITION, "condition", each.reason, each.message)
        for each in pod.status.conditions
        if (each.type, each.status) in (("PodScheduled", "False"), ("DisruptionTarget", "True"))
    ]
    for place, where, reason, message in texts:
        if not (reason or message):
            continue
        for fact in read(_statement(message or reason, f"{where}:{reason}")):
            yield Reading(
                fact=fact,
                subject=Subject("Pod", pod.name),
                place=place,
                reason=reason,
                text=message or reason,
                about=pod,
            )


def _of_events(view: View, item: k.KubeObject) -> Iterator[Reading]:
    for event in view.events_about(item):
        if event.type == "Normal" and event.reason not in _TELLING_NORMAL:
            continue
        container = _container_of(view, item, event)
        image = container.spec.image if container else ""
        for fact in read(_statement(event.text, f"event:{event.reason}", image)):
            if container is None and isinstance(fact, f.PullFailed) and not fact.sandbox:
                container = _pulling(view, item, fact.image)
            yield Reading(
                fact=fact,
                subject=container.subject if container else Subject(item.kind, item.name),
                place=Place.EVENT,
                reason=event.reason,
                text=event.text,
                times=event.times,
                last_seen=event.last_seen,
                current=_holds(view, fact, item, container, event),
                about=item,
            )


_TELLING_NORMAL = frozenset(
    {
        "BackOff",
        "Killing",
        "NotTriggerScaleUp",
        "ExternalProvisioning",
        "WaitForFirstConsumer",
        "WaitForPodScheduled",
        "FailedBinding",
        "Preempted",
        "TaintManagerEviction",
        "NodeNotReady",
        "NodeNotSchedulable",
        "SandboxChanged",
    }
)


def _related(view: View) -> tuple[k.KubeObject, ...]:
    """The objects whose events say something about the target, each once."""
    target = view.target_object
    found: dict[tuple[str, str, str], k.KubeObject] = {}
    for item in (
        *((target,) if target else ()),
        *view.below,
        *view.pods,
        *(owner for pod in view.pods for owner in view.owners(pod)),
        *(claim for pod in view.pods for claim in view.claims(pod)),
        *(node for pod in view.pods if (node := view.node_of(pod))),
    ):
        found.setdefault((item.kind, item.namespace, item.name), item)
    return tuple(found.values())


def _container_of(view: View, item: k.KubeObject, event: k.Event) -> ContainerView | None:
    path = event.about.field_path
    name = path.partition("{")[2].rstrip("}") if "{" in path else ""
    return next((each for each in view.containers if each.pod is item and each.name == name), None)


def _pulling(view: View, item: k.KubeObject, image: str) -> ContainerView | None:
    return next(
        (each for each in view.containers if each.pod is item and each.spec.image == image), None
    )


_SCHEDULED = f.Unschedulable | f.NoNodesAtAll | f.SchedulingGated | f.NotScaledUp
_BEFORE_START = f.SandboxFailed | f.VolumeFailed | f.ObjectMissing | f.KeyMissing


def _holds(
    view: View,
    fact: f.Fact,
    item: k.KubeObject,
    container: ContainerView | None,
    event: k.Event,
) -> bool:
    """Whether nothing that was seen later contradicts the event."""
    match item:
        case k.Pod():
            return _holds_for_pod(view, fact, item, container, event)
        case k.PersistentVolumeClaim():
            return item.status.phase != "Bound"
        case k.Node():
            return not all(_healthy(each) for each in item.status.conditions)
        case k.ReplicaSet() | k.StatefulSet():
            wanted = item.spec.replicas
            return item.status.replicas < (1 if wanted is None else wanted)
        case _:
            return True


def _holds_for_pod(
    view: View, fact: f.Fact, pod: k.Pod, container: ContainerView | None, event: k.Event
) -> bool:
    if pod.status.phase == "Succeeded":
        return False
    own = [each for each in view.containers if each.pod is pod]
    if isinstance(fact, _SCHEDULED):
        return not pod.spec.node_name
    if (isinstance(fact, f.PullFailed) and not fact.sandbox) or isinstance(fact, f.StartFailed):
        concerned = [container] if container else own
        return not concerned or any(not _has_run(each, event) for each in concerned)
    if isinstance(fact, _BEFORE_START | f.PullFailed | f.PullSecretsUnavailable):
        return not own or any(not _has_run(each, event) for each in own)
    if isinstance(fact, f.ProbeFailed):
        return not (container and container.status and container.status.ready)
    return True


def _has_run(container: ContainerView, event: k.Event) -> bool:
    """Whether the container started, at or after the time of the event."""
    state = container.state
    started = (
        state.running.started_at
        if state.running
        else (container.last_terminated.started_at if container.last_terminated else None)
    )
    if state.running and (started is None or event.last_seen is None):
        return True
    return started is not None and event.last_seen is not None and started >= event.last_seen


def _healthy(condition: k.Condition) -> bool:
    return condition.status == ("True" if condition.type == "Ready" else "False")


def _statement(text: str, where: str, image: str = "") -> Statement:
    return Statement(text=text, where=where, image=image)


def _command(about: k.KubeObject, place: Place) -> str:
    namespace = f" -n {about.namespace}" if about.namespace else ""
    kind = about.kind.lower()
    if place is Place.EVENT:
        return f"kubectl events{namespace} --for {kind}/{about.name}"
    return f"kubectl get {kind} {about.name}{namespace} -o yaml"

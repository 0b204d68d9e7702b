"""What the cluster says about the target in words: each text once, read into facts, with its place.

A text that is over (the event of a pull that has since succeeded, a readiness probe that failed
before the pod became ready) is not in `said`: nothing may be concluded from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple, TypeVar

from bot.cluster import objects as k
from bot.cluster.readers import facts as f
from bot.cluster.readers import read
from bot.evidence import Statement
from bot.facts.autoscaling import conditions_of
from bot.facts.over import is_over
from bot.report import Proof, Subject
from bot.view import ContainerView, View, containers_of
from bot.words import shell, unwrapped

F = TypeVar("F", bound=f.Fact)
_FIELD = re.compile(r"\{([^}]{1,253})\}")
_BAD = dict.fromkeys(("ReplicaFailure", "Failed", "FailureTarget"), "True")


class Said(NamedTuple):
    """A fact that a text states, and where the text stands."""

    fact: f.Fact
    subject: Subject
    text: str
    where: str
    """As in `Statement.where`: `event:Unhealthy`, `waiting:CreateContainerConfigError`."""
    at: datetime | None
    times: int
    about: k.KubeObject | None
    """The pod, or the controller above it; None for a text without objects around it."""
    container: ContainerView | None

    @property
    def proof(self) -> Proof:
        """The text as proof, with the command that shows it."""
        place = self.where.replace(":", " ", 1)
        often = f", {self.times} times" if self.times > 1 else ""
        told = unwrapped(self.text.strip())
        words = f"{place}{often}: {told}" if place else told
        return Proof(words, command=self._command)

    @property
    def _command(self) -> str:
        if self.about is None:
            return ""
        place = ("-n", self.about.namespace) if self.about.namespace else ()
        return shell("kubectl", "describe", self.about.kind.lower(), self.about.name, *place)


def said(view: View) -> tuple[Said, ...]:
    """Everything that is said about the target's pods, its controllers and the target itself."""
    return view.remember("said", lambda: tuple(_all(view)))


def of(view: View, kind: type[F]) -> Iterator[tuple[F, Said]]:
    """The facts of one kind, each with its place."""
    for item in said(view):
        if isinstance(item.fact, kind):
            yield item.fact, item


def _all(view: View) -> Iterator[Said]:
    for statement in view.evidence.statements:
        subject = Subject("Statement", statement.where, image=statement.image)
        yield from _read(statement, subject)
    for pod in view.pods:
        yield from _of_pod(view, pod)
    for item in view.controllers:
        yield from _of_controller(view, item)
    if isinstance(view.target_object, k.HorizontalPodAutoscaler):
        yield from _conditions_of(view.target_object, conditions_of(view.target_object))
    for claim in view.target_claims:
        if claim.status.phase != "Bound":
            yield from _events_of(view, claim)
    for node in {node.name: node for pod in view.pods if (node := view.node_of(pod))}.values():
        if not _ready(node):
            yield from _events_of(view, node)


def _events_of(view: View, item: k.KubeObject) -> Iterator[Said]:
    """Every event of an object that still has what its events tell of."""
    subject = Subject(item.kind, item.name)
    for event in view.events_about(item):
        statement = Statement(text=event.text, where=f"event:{event.reason}")
        yield from _read(statement, subject, event=event, about=item)


def _ready(node: k.Node) -> bool:
    return any(c.type == "Ready" and c.status == "True" for c in node.status.conditions)


def _read(
    statement: Statement,
    subject: Subject,
    *,
    event: k.Event | None = None,
    about: k.KubeObject | None = None,
    container: ContainerView | None = None,
) -> Iterator[Said]:
    for fact in read(statement, _names(about, container)):
        yield Said(
            fact,
            subject,
            statement.text,
            statement.where,
            event.last_seen if event else None,
            event.times if event else 1,
            about,
            container,
        )


def _names(about: k.KubeObject | None, container: ContainerView | None) -> tuple[str, ...]:
    names = (about.name, about.namespace) if about else ()
    return (*names, container.name, container.pod.name) if container else names


def _of_pod(view: View, pod: k.Pod) -> Iterator[Said]:
    whole = Subject("Pod", pod.name)
    status = pod.status
    if status.reason or status.message:
        text = status.message or status.reason
        yield from _read(Statement(text=text, where=f"status:{status.reason}"), whole, about=pod)
    for condition in status.conditions:
        told = condition.message or condition.reason
        if condition.status == "False" and told and condition.type != "Ready":
            statement = Statement(text=told, where=f"condition:{condition.reason}")
            yield from _read(statement, whole, about=pod)
    views = containers_of(pod)
    for container in views:
        yield from _of_container(view, container)
    named = {container.name: container for container in views}
    for event in view.events_about(pod):
        found = _FIELD.search(event.about.field_path)
        concerned = named.get(found.group(1)) if found else _pulling(views, event)
        if is_over(view, pod, concerned, event):
            continue
        statement = Statement(
            text=event.text,
            where=f"event:{event.reason}",
            image=_image(concerned, event.text),
        )
        subject = concerned.subject if concerned else whole
        yield from _read(statement, subject, event=event, about=pod, container=concerned)


def _pulling(views: Iterable[ContainerView], event: k.Event) -> ContainerView | None:
    """The container that an event about an image means, when the event does not say the container.

    It is the one whose image is quoted, else the only one that waits for its image.
    """
    if event.reason not in ("Failed", "BackOff", "InspectFailed", "ErrImageNeverPull"):
        return None
    known = tuple(views)
    quoted = [view for view in known if f'{view.spec.image}"' in event.text]
    waiting = [view for view in known if view.waiting and "Image" in view.waiting.reason]
    about_waiting = len(waiting) == 1 and "Image" in event.text and '"' not in event.text
    return next(iter(quoted), waiting[0] if about_waiting else None)


def _of_container(view: View, container: ContainerView) -> Iterator[Said]:
    waiting = container.waiting
    texts = []
    if waiting and (
        waiting.message or waiting.reason not in ("ContainerCreating", "PodInitializing")
    ):
        texts.append((waiting.message or waiting.reason, f"waiting:{waiting.reason}"))
    end = container.ended(view.now)
    if end and (end.message or end.reason):
        texts.append((end.message or end.reason, f"terminated:{end.reason}"))
    for text, where in texts:
        statement = Statement(text=text, where=where, image=_image(container, text))
        yield from _read(statement, container.subject, about=container.pod, container=container)


def _image(container: ContainerView | None, text: str) -> str:
    """The image that a text is about: only what speaks of images is about one."""
    low = text.lower()
    return container.spec.image if container and ("image" in low or "pull" in low) else ""


def _conditions_of(item: k.KubeObject, conditions: Iterable[k.Condition]) -> Iterator[Said]:
    """What the conditions of an object say against it."""
    for condition in conditions:
        if condition.message and condition.status == _BAD.get(condition.type, "False"):
            statement = Statement(text=condition.message, where=f"condition:{condition.reason}")
            yield from _read(statement, Subject(item.kind, item.name), about=item)


def _of_controller(view: View, item: k.KubeObject) -> Iterator[Said]:
    subject = Subject(item.kind, item.name)
    yield from _conditions_of(item, getattr(getattr(item, "status", None), "conditions", ()))
    events = view.events_about(item)
    created = max(
        (e.last_seen for e in events if e.reason == "SuccessfulCreate" and e.last_seen),
        default=None,
    )
    for event in events:
        overtaken = created and event.last_seen and event.last_seen < created
        if event.reason == "FailedCreate" and (overtaken or _satisfied(item)):
            continue
        statement = Statement(text=event.text, where=f"event:{event.reason}")
        yield from _read(statement, subject, event=event, about=item)


def _satisfied(item: k.KubeObject) -> bool:
    """Whether the controller has all its pods, so that an earlier failure to make one is over."""
    if isinstance(item, k.Job):
        return item.status.active > 0 or item.status.succeeded > 0 or item.status.failed > 0
    wanted = getattr(getattr(item, "spec", None), "replicas", None)
    have = getattr(getattr(item, "status", None), "replicas", 0)
    return isinstance(wanted, int) and have >= wanted


def proofs(items: Iterable[Said], most: int = 3) -> tuple[Proof, ...]:
    """The texts as proofs, each once, the newest last; at most so many."""
    found = {item.text.strip(): item.proof for item in items}
    return tuple(found.values())[:most]

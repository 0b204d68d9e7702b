"""What changed between the template of a Deployment that worked and the present one, and when.

A Deployment keeps its old ReplicaSets with their templates; which is newer, their revision says:
https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-back-a-deployment
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from bot.cluster import objects as k
from bot.facts.templates import Field, differences
from bot.redact import one_line
from bot.report import Proof
from bot.view import View
from bot.words import ago, shell

_REVISION = "deployment.kubernetes.io/revision"
_LONGEST = 120
# A template that has run for longer than this is no news.
_NEWS = timedelta(days=2)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One field that differs."""

    field: Field
    container: str = ""
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        where = f" of container {self.container}" if self.container else ""
        values = f" from {self.before or 'none'} to {self.after or 'none'}"
        return f"{self.field}{where} changed{values if self.before or self.after else ''}"


class Rollout(msgspec.Struct, frozen=True, kw_only=True):
    """The step from one template of a Deployment to its present one."""

    namespace: str
    deployment: str
    revision_before: int
    worked_before: bool
    """Whether pods of that revision are still ready."""
    at: datetime | None
    """When the present template came; None when it had been used before."""
    changes: tuple[Change, ...]


def rollouts(view: View) -> tuple[Rollout, ...]:
    """The recent rollout of every Deployment above the target's pods."""
    deployments = [item for item in view.controllers if isinstance(item, k.Deployment)]
    return tuple(found for item in deployments for found in _of(view, item))


def changed(view: View) -> tuple[Change, ...]:
    """The differences of all those rollouts."""
    return tuple(change for rollout in rollouts(view) for change in rollout.changes)


def witness(view: View, container: str) -> tuple[Proof, ...]:
    """Changes of one container, as proof beside a failure that began after them."""
    for rollout in rollouts(view):
        own = [change for change in rollout.changes if change.container == container]
        if own:
            when = f" {ago(rollout.at, view.now)} ago" if rollout.at else ""
            still = "; pods of the revision before are still ready" * rollout.worked_before
            name = f"deployment/{rollout.deployment}"
            command = shell("kubectl", "rollout", "history", name, "-n", rollout.namespace)
            told = "; ".join(map(str, own[:3]))
            return (Proof(f"the last rollout{when}: {told}{still}", command=command),)
    return ()


def _of(view: View, deployment: k.Deployment) -> Iterator[Rollout]:
    own = sorted(
        (
            item
            for item in view.all(k.ReplicaSet, deployment.namespace)
            if item.metadata.controller is not None
            and item.metadata.controller.name == deployment.name
        ),
        key=_revision,
    )
    if len(own) < 2:
        return
    new = own[-1]
    working = (item for item in reversed(own[:-1]) if item.status.ready_replicas > 0)
    old = next(working, own[-2])
    found = Rollout(
        namespace=deployment.namespace,
        deployment=deployment.name,
        revision_before=_revision(old)[0],
        worked_before=old.status.ready_replicas > 0,
        at=_came(old, new),
        changes=tuple(
            Change(
                field=field,
                container=container,
                before=one_line(before, _LONGEST),
                after=one_line(after, _LONGEST),
            )
            for field, container, before, after in differences(old.spec.template, new.spec.template)
        ),
    )
    recent = found.at is not None and view.now - found.at < _NEWS
    if found.changes and (recent or found.worked_before):
        yield found


def _came(old: k.ReplicaSet, new: k.ReplicaSet) -> datetime | None:
    """When the newer template came. A rollback takes an older ReplicaSet up again."""
    made, before = new.metadata.creation_timestamp, old.metadata.creation_timestamp
    return None if made is None or (before is not None and made < before) else made


def _revision(item: k.ReplicaSet) -> tuple[int, str]:
    text = item.metadata.annotations.get(_REVISION, "")
    return (int(text) if text.isdigit() and len(text) < 10 else 0, item.name)

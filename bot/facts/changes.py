"""What changed between the previous template of a Deployment and the present one, and when.

A Deployment keeps its old ReplicaSets with their templates; which is newer, their revision says:
https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-back-a-deployment
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

import msgspec

from bot import kubectl
from bot.cluster import objects as k
from bot.redact import one_line
from bot.report import Proof
from bot.view import View
from bot.words import ago, shell

_REVISION = "deployment.kubernetes.io/revision"
_LONGEST = 120


class Field(StrEnum):
    """A part of the template."""

    IMAGE = "image"
    COMMAND = "command"
    ENVIRONMENT = "environment"
    PROBES = "probes"
    RESOURCES = "resources"
    MOUNTS = "volume mounts"
    PORTS = "ports"
    SECURITY = "security context"
    CONTAINER = "container"
    VOLUMES = "volumes"
    PLACEMENT = "placement"
    ACCOUNT = "service account"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One field that differs. Literal values of variables are not repeated: they may be secrets."""

    deployment: str
    field: Field
    container: str = ""
    before: str = ""
    after: str = ""
    at: datetime | None = None
    """When the present template came."""
    worked_before: bool = False
    """Whether pods of the previous template are still ready."""

    def __str__(self) -> str:
        where = f" of container {self.container}" if self.container else ""
        values = f" from {self.before or 'none'} to {self.after or 'none'}"
        return f"{self.field}{where} changed{values if self.before or self.after else ''}"


def changed(view: View) -> tuple[Change, ...]:
    """The differences for every Deployment above the target's pods; none without a predecessor."""
    return tuple(
        change
        for item in view.controllers
        if isinstance(item, k.Deployment)
        for change in _of(view, item)
    )


def witness(view: View, container: str) -> tuple[Proof, ...]:
    """Changes of one container, as proof beside a failure that began after them."""
    own = [change for change in changed(view) if change.container == container]
    if not own:
        return ()
    first = own[0]
    when = f" {ago(first.at, view.now)} ago" if first.at else ""
    still = "; pods of the revision before are still ready" if first.worked_before else ""
    name = f"deployment/{first.deployment}"
    return (
        Proof(
            f"the last rollout{when}: {'; '.join(map(str, own[:3]))}{still}",
            command=shell("kubectl", "rollout", "history", name, "-n", view.target.namespace),
        ),
    )


def _of(view: View, deployment: k.Deployment) -> Iterator[Change]:
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
    old, new = own[-2:]
    for field, container, before, after in _differences(old.spec.template, new.spec.template):
        yield Change(
            deployment=deployment.name,
            field=field,
            container=container,
            before=one_line(before, _LONGEST),
            after=one_line(after, _LONGEST),
            at=new.metadata.creation_timestamp,
            worked_before=old.status.ready_replicas > 0,
        )


def _revision(item: k.ReplicaSet) -> tuple[int, str]:
    text = item.metadata.annotations.get(_REVISION, "")
    return (int(text) if text.isdigit() and len(text) < 10 else 0, item.name)


_Difference = tuple[Field, str, str, str]


def _differences(old: k.PodTemplate, new: k.PodTemplate) -> Iterator[_Difference]:
    before = {c.name: c for c in (*old.spec.init_containers, *old.spec.containers)}
    after = {c.name: c for c in (*new.spec.init_containers, *new.spec.containers)}
    for name in sorted(before.keys() | after.keys()):
        if name not in after or name not in before:
            image = (before.get(name) or after[name]).image
            yield Field.CONTAINER, name, image * (name in before), image * (name in after)
            continue
        yield from _containers(before[name], after[name])
    one, two = old.spec, new.spec
    if one.volumes != two.volumes:
        yield (
            Field.VOLUMES,
            "",
            _names(v.name for v in one.volumes),
            _names(v.name for v in two.volumes),
        )
    if one.service_account_name != two.service_account_name:
        yield Field.ACCOUNT, "", one.service_account_name, two.service_account_name
    if (one.node_selector, one.affinity, one.tolerations) != (
        two.node_selector,
        two.affinity,
        two.tolerations,
    ):
        yield Field.PLACEMENT, "", "", ""


def _containers(old: k.Container, new: k.Container) -> Iterator[_Difference]:
    if old.image != new.image:
        yield Field.IMAGE, old.name, old.image, new.image
    if (old.command, old.args) != (new.command, new.args):
        yield (
            Field.COMMAND,
            old.name,
            " ".join(old.command + old.args),
            " ".join(new.command + new.args),
        )
    if (old.env, old.env_from) != (new.env, new.env_from):
        yield Field.ENVIRONMENT, old.name, *_environment(old, new)
    probes = [(c.liveness_probe, c.readiness_probe, c.startup_probe) for c in (old, new)]
    if probes[0] != probes[1]:
        shown = [_names(kubectl.asked(probe) for probe in each if probe) for each in probes]
        yield Field.PROBES, old.name, shown[0], shown[1]
    if old.resources != new.resources:
        yield Field.RESOURCES, old.name, _resources(old), _resources(new)
    if old.volume_mounts != new.volume_mounts:
        yield (
            Field.MOUNTS,
            old.name,
            _names(m.mount_path for m in old.volume_mounts),
            _names(m.mount_path for m in new.volume_mounts),
        )
    if old.ports != new.ports:
        yield (
            Field.PORTS,
            old.name,
            _names(str(p.container_port) for p in old.ports),
            _names(str(p.container_port) for p in new.ports),
        )
    if old.security_context != new.security_context:
        yield Field.SECURITY, old.name, "", ""


def _environment(old: k.Container, new: k.Container) -> tuple[str, str]:
    """Names of the variables that differ, each side with those that it has."""
    before = {variable.name: variable for variable in old.env}
    after = {variable.name: variable for variable in new.env}
    differ = sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )
    return (
        _names(name for name in differ if name in before),
        _names(name for name in differ if name in after),
    )


def _resources(container: k.Container) -> str:
    parts = [("requests", container.resources.requests), ("limits", container.resources.limits)]
    return " ".join(
        f"{name} {', '.join(f'{key}={value}' for key, value in sorted(each.items()))}"
        for name, each in parts
        if each
    )


def _names(items: Iterator[str]) -> str:
    return ", ".join(items)

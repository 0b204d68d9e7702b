"""The fields in which two pod templates differ."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from bot import kubectl
from bot.cluster import objects as k


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


Difference = tuple[Field, str, str, str]
"""Field, container (empty: of the pod), what it was, what it is."""


def differences(old: k.PodTemplate, new: k.PodTemplate) -> Iterator[Difference]:
    """Each field that differs. Values of variables are not repeated: they may be secrets."""
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


def _containers(old: k.Container, new: k.Container) -> Iterator[Difference]:
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

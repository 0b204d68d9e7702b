"""What the containers of a pod refer to: ConfigMaps and Secrets, by environment and by volume."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bot.cluster import objects as k
from bot.view import ContainerView, View

_Kind = type[k.ConfigMap] | type[k.Secret]


class Reference(NamedTuple):
    """One reference. `key` is empty for a whole object; `container` for a volume of the pod."""

    pod: k.Pod
    container: str
    kind: _Kind
    name: str
    key: str
    optional: bool
    used_as: str
    """`variable DATABASE_URL`, `all variables`, `volume config`."""
    variable: str


def references(view: View) -> tuple[Reference, ...]:
    """Every reference of the target's pods, in the order of the specification."""
    return view.remember("references", lambda: tuple(r for pod in view.pods for r in _of_pod(pod)))


def _of_pod(pod: k.Pod) -> Iterator[Reference]:
    for container in (*pod.spec.init_containers, *pod.spec.containers):
        yield from _of_container(pod, container)
    for volume in pod.spec.volumes:
        sources: list[tuple[_Kind, k.ObjectVolume | None]] = [
            (k.ConfigMap, volume.config_map),
            (k.Secret, volume.secret),
        ]
        for part in volume.projected.sources if volume.projected else ():
            sources += [(k.ConfigMap, part.config_map), (k.Secret, part.secret)]
        for kind, source in sources:
            if source is None:
                continue
            name = source.name or source.secret_name
            for key in [item.key for item in source.items] or [""]:
                yield Reference(
                    pod, "", kind, name, key, bool(source.optional), f"volume {volume.name}", ""
                )


def _of_container(pod: k.Pod, container: k.Container) -> Iterator[Reference]:
    for variable in container.env:
        source = variable.value_from
        if source is None:
            continue
        for kind, key in (
            (k.ConfigMap, source.config_map_key_ref),
            (k.Secret, source.secret_key_ref),
        ):
            if key is not None:
                used = f"variable {variable.name}"
                yield Reference(
                    pod,
                    container.name,
                    kind,
                    key.name,
                    key.key,
                    bool(key.optional),
                    used,
                    variable.name,
                )
    for all_of in container.env_from:
        for kind, whole in ((k.ConfigMap, all_of.config_map_ref), (k.Secret, all_of.secret_ref)):
            if whole is not None:
                yield Reference(
                    pod,
                    container.name,
                    kind,
                    whole.name,
                    "",
                    bool(whole.optional),
                    "all variables",
                    "",
                )


def container_of(view: View, reference: Reference) -> ContainerView | None:
    """The container that a reference by environment belongs to."""
    return next(
        (
            each
            for each in view.containers
            if each.pod is reference.pod and each.name == reference.container
        ),
        None,
    )

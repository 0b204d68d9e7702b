"""How a reference to a ConfigMap or Secret is mended: point it to what exists, or make it exist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot import kubectl
from bot.facts.references import Reference, references
from bot.report import Solution
from bot.view import View
from bot.words import listed, shell

_WHY = "The kubelet starts no container whose references do not exist."
_OPTIONAL = "Kubernetes says nothing about an optional key that is missing."


def using(view: View, kind: str, name: str, key: str = "") -> list[Reference]:
    """The references to an object, or to one key of it."""
    return [
        each
        for each in references(view)
        if each.kind.__name__ == kind and each.name == name and key in ("", each.key)
    ]


def of_object(view: View, kind: str, namespace: str, name: str, near: str) -> tuple[Solution, ...]:
    """A missing object: the name that may be meant first, else the object made with its keys."""
    uses = using(view, kind, name)
    keys = list(dict.fromkeys(each.key for each in uses if each.key)) or ["KEY"]
    verb = ("secret", "generic") if kind == "Secret" else ("configmap",)
    create = " ".join(
        (
            shell("kubectl", "create", *verb, name, "-n", namespace),
            *(kubectl.assigned(key, "--from-literal=") for key in keys),
        )
    )
    with_keys = f" with {listed(keys)}" if keys != ["KEY"] else ""
    make = Solution(title=f"Create {kind} {name}{with_keys}", why=_WHY, commands=(create,))
    rename = _renames(view, uses, near, "") if near else ()
    if not rename:
        return (make,)
    return (Solution(title=f"Refer to {kind} {near} instead", why=_WHY, commands=rename), make)


def of_key(
    view: View, item: tuple[str, str, str], key: str, near: str, *, optional: bool = False
) -> tuple[Solution, ...]:
    """A missing key of `(kind, namespace, name)`: the key that may be meant, else the key added."""
    kind, namespace, name = item
    why = _OPTIONAL if optional else _WHY
    command = kubectl.command("edit", kind, name, namespace)
    value = " (values in base64)" if kind == "Secret" else ""
    add = Solution(title=f"Add the key {key} to {kind} {name}{value}", why=why, commands=(command,))
    rename = _renames(view, using(view, kind, name, key), name, near) if near else ()
    if not rename:
        return (add,)
    return (Solution(title=f"Refer to the key {near} instead", why=why, commands=rename), add)


def _renames(view: View, uses: Sequence[Reference], name: str, key: str) -> tuple[str, ...]:
    """One command for each place that refers to it; `key` is empty to keep the key."""
    return tuple(dict.fromkeys(_rename(view, use, name, key) for use in uses))


def _rename(view: View, use: Reference, name: str, key: str) -> str:
    """A patch where the reference is merged by a name of its own, else the way to edit."""
    if use.variable:
        ref = "secretKeyRef" if use.kind.__name__ == "Secret" else "configMapKeyRef"
        source = {ref: {"name": name, "key": key or use.key}}
        variable: Mapping[str, Any] = {"env": [{"name": use.variable, "valueFrom": source}]}
        init = use.container in {each.name for each in use.pod.spec.init_containers}
        group = "initContainers" if init else "containers"
        return kubectl.patch(view, use.pod, {group: [{"name": use.container, **variable}]})
    volume = use.used_as.removeprefix("volume ")
    whole = next((each for each in use.pod.spec.volumes if each.name == volume), None)
    if whole is None or key or not (whole.config_map or whole.secret):
        return kubectl.edit(view, use.pod)
    source_of = {"secret": {"secretName": name}} if whole.secret else {"configMap": {"name": name}}
    return kubectl.patch(view, use.pod, {"volumes": [{"name": volume, **source_of}]})

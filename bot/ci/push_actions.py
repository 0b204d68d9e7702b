"""What well-known actions push, and which registry each login is for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from bot.ci.expressions import Open, Unknown
from bot.ci.metadata_tags import outputs_of
from bot.ci.push_commands import outputs_push
from bot.ci.push_patterns import Target, full_name, grouped, pattern, target
from bot.ci.step_scope import Scope
from bot.ci.workflow_objects import Step

_ANY = Target(name="*", tags=("*",), pushed=None)


class Login(msgspec.Struct, frozen=True, kw_only=True):
    """A step that logs in to a registry; `registry` is a pattern."""

    step: int
    registry: str
    secrets: tuple[str, ...]

    def covers(self, registry: str) -> bool:
        """Whether this login is for the registry, as far as the file tells."""
        return "*" in self.registry or "*" in registry or self.registry == registry


_LOGINS = {
    "docker/login-action": "registry",
    "azure/docker-login": "login-server",
    "redhat-actions/podman-login": "registry",
    "aws-actions/amazon-ecr-login": "",
    "google-github-actions/auth": "",
    "azure/login": "",
    "aws-actions/configure-aws-credentials": "",
}


def login_of(step: Step, scope: Scope) -> Login | None:
    """The login that a step makes, or None."""
    if step.action not in _LOGINS:
        if "docker login" not in step.run:
            return None
        return Login(step=step.index, registry="*", secrets=scope.secrets_of(step))
    field = _LOGINS[step.action]
    registry = "*"
    if field:
        registry = _text(step, scope, field) or "docker.io"
    registry = registry.removeprefix("https://").rstrip("/").removesuffix("/v1").lower()
    registry = "docker.io" if registry in {"index.docker.io", "registry-1.docker.io"} else registry
    if step.action == "aws-actions/amazon-ecr-login" and step.id:
        outputs = Open(registry=Unknown(names=("registry",)))
        scope.put_outputs(step.id, outputs)
    return Login(step=step.index, registry=registry, secrets=scope.secrets_of(step))


def targets_of(step: Step, scope: Scope) -> Iterator[Target]:
    """Every image that the step's action pushes."""
    if step.action == "docker/metadata-action":
        if step.id:
            scope.put_outputs(step.id, outputs_of(step, scope))
        return
    reader = _READERS.get(step.action)
    if reader is not None:
        yield from grouped(reader(step, scope))


def _build_push(step: Step, scope: Scope) -> list[Target | None]:
    outputs = _text(step, scope, "outputs") or ""
    pushed = _switch(step, scope, "push")
    if outputs_push(outputs):
        pushed = True
    names = _list(step, scope, "tags")
    for line in outputs.split("\n"):
        names += [part.removeprefix("name=") for part in line.split(",") if part[:5] == "name="]
    if not names:
        return [Target(name="*", tags=(), pushed=pushed)]
    return [_pattern_target(name, pushed) for name in names]


def _bake(step: Step, scope: Scope) -> list[Target | None]:
    pushed = _switch(step, scope, "push")
    sets = _text(step, scope, "set") or ""
    if outputs_push(sets):
        pushed = True
    names = []
    for line in sets.split("\n"):
        key, _, value = line.partition("=")
        if key.strip().endswith((".tags", ".tag")):
            names.append(value.strip())
    return [_pattern_target(name, pushed) for name in names] or [
        Target(name="*", tags=("*",), pushed=pushed)
    ]


def _red_hat(step: Step, scope: Scope) -> list[Target | None]:
    image = _text(step, scope, "image") or ""
    registry = _text(step, scope, "registry") or ""
    tags = (_text(step, scope, "tags") or "latest").split()
    names = [tag if "/" in tag else f"{registry}/{image}:{tag}".strip("/") for tag in tags]
    return [_pattern_target(name, True) for name in names]


def _smithers(step: Step, scope: Scope) -> list[Target | None]:
    registry = _text(step, scope, "registry") or "docker.io"
    owner = _text(step, scope, "githubOrg") or ("*" if registry == "ghcr.io" else "")
    image = "/".join(part for part in (registry, owner, _text(step, scope, "image")) if part)
    tags = [part.strip() for part in (_text(step, scope, "tags") or "*").split(",")]
    return [_pattern_target(f"{image}:{tag}", True) for tag in tags]


def _elgohr(step: Step, scope: Scope) -> list[Target | None]:
    registry = _text(step, scope, "registry") or ""
    name = "/".join(part for part in (registry, _text(step, scope, "name") or "*") if part)
    tags = [part.strip() for part in (_text(step, scope, "tags") or "*").split(",")]
    return [_pattern_target(f"{name}:{tag}", _not(_switch(step, scope, "no_push"))) for tag in tags]


def _macbre(step: Step, scope: Scope) -> list[Target | None]:
    return [_pattern_target(f"ghcr.io/{_text(step, scope, 'image_name') or '*'}:*", True)]


def _kaniko(step: Step, scope: Scope) -> list[Target | None]:
    names = _list(step, scope, "destinations", "tags") or _list(step, scope, "image")
    pushed = _not(_switch(step, scope, "no-push")) if _text(step, scope, "no-push") else True
    return [_pattern_target(name, pushed) for name in names]


def _some(_: Step, __: Scope) -> list[Target | None]:
    return [_ANY]


def _pattern_target(name: str, pushed: bool | None) -> Target | None:
    if name.strip() == "*":
        return Target(name="*", tags=("*",), pushed=pushed)
    found = target(name, pushed=pushed)
    return Target(name=full_name(found.name), tags=found.tags, pushed=pushed) if found else None


def _text(step: Step, scope: Scope, name: str) -> str | None:
    value = scope.input(step, name)
    return None if value is None else pattern(value).strip()


def _list(step: Step, scope: Scope, *names: str) -> list[str]:
    """Lists stand in lines, or between commas."""
    texts = [_text(step, scope, name) or "" for name in names]
    parts = [part.strip() for text in texts for part in text.replace(",", "\n").split("\n")]
    return [part for part in parts if part and not part.startswith("#")]


def _switch(step: Step, scope: Scope, name: str) -> bool | None:
    value = scope.input(step, name)
    if isinstance(value, Unknown):
        return None
    return (value or "").strip().lower() in {"true", "1", "yes"}


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


_READERS: dict[str, Callable[[Step, Scope], list[Target | None]]] = {
    "docker/build-push-action": _build_push,
    "docker/bake-action": _bake,
    "redhat-actions/push-to-registry": _red_hat,
    "mr-smithers-excellent/docker-build-push": _smithers,
    "elgohr/publish-docker-github-action": _elgohr,
    "macbre/push-to-ghcr": _macbre,
    "aevea/action-kaniko": _kaniko,
    "int128/kaniko-action": _kaniko,
    "goreleaser/goreleaser-action": _some,
    "whoan/docker-build-with-cache-action": _some,
    "depot/build-push-action": _build_push,
    "useblacksmith/build-push-action": _build_push,
    "depot/bake-action": _bake,
}

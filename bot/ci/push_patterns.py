"""Names and tags as patterns, in which `*` stands for what a workflow file does not tell."""

from __future__ import annotations

import msgspec

from bot.ci.expressions import Unknown

_LONGEST = 1024


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """What one step pushes: a full name, its tags, and whether it really pushes (None: unknown)."""

    name: str
    tags: tuple[str, ...]
    pushed: bool | None = True

    @property
    def registry(self) -> str:
        """The host, or `*`."""
        return self.name.partition("/")[0]


def pattern(value: str | Unknown) -> str:
    """A text with `*` in place of every unknown piece."""
    if isinstance(value, str):
        return value
    return "".join("*" if part is None else part for part in value.parts)


def full_name(name: str) -> str:
    """A name with its registry: `acme/api` is `docker.io/acme/api`; an unknown head stays so."""
    head, slash, rest = name.partition("/")
    if "*" in head:
        return name if slash else f"*{name.strip('*')}*" if name.strip("*") else "*"
    if slash and ("." in head or ":" in head or head == "localhost"):
        host = "docker.io" if head in {"index.docker.io", "registry-1.docker.io"} else head
        return f"{host}/{rest}".lower()
    return f"docker.io/{name}".lower() if slash else f"docker.io/library/{name}".lower()


def target(reference: str, *, pushed: bool | None = True) -> Target | None:
    """A reference such as `ghcr.io/acme/api:1.2` as a target; None for an empty one."""
    text = reference.strip().strip("'\"").removeprefix("docker://").partition("@")[0][:_LONGEST]
    if not text or any(character.isspace() for character in text):
        return None
    head, colon, tag = text.rpartition(":")
    if not colon or "/" in tag:
        head, tag = text, "*" if text.endswith("*") else "latest"
    return Target(name=full_name(head), tags=(tag or "*",), pushed=pushed) if head else None


def fits(text_pattern: str, text: str) -> bool:
    """Whether a text fits a pattern; in linear time, since the first fit of each part is enough."""
    parts = text_pattern.split("*")
    if len(parts) == 1:
        return text_pattern == text
    head, tail = parts[0], parts[-1]
    if not (text.startswith(head) and text.endswith(tail)) or len(text) < len(head) + len(tail):
        return False
    at, end = len(head), len(text) - len(tail)
    for part in parts[1:-1]:
        at = text.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True


def grouped(targets: list[Target | None]) -> list[Target]:
    """One target for each name, with all its tags."""
    names: dict[tuple[str, bool | None], list[str]] = {}
    for one in targets:
        if one is not None:
            names.setdefault((one.name, one.pushed), []).extend(one.tags)
    return [
        Target(name=name, tags=tuple(dict.fromkeys(tags)), pushed=pushed)
        for (name, pushed), tags in names.items()
    ]

"""The tags that docker/metadata-action computes for an event.

Rules: https://github.com/docker/metadata-action#tags-input (tag types, attributes, flavor).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from bot.ci.expressions import Open, Unknown
from bot.ci.push_patterns import pattern
from bot.ci.step_scope import Scope
from bot.ci.workflow_objects import Step

_SEMVER = re.compile(
    r"v?(?P<major>\d{1,9})\.(?P<minor>\d{1,9})\.(?P<patch>\d{1,9})"
    r"(?P<pre>-[0-9A-Za-z.-]{1,100})?(?:\+[0-9A-Za-z.-]{1,100})?"
)
_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]{1,80}?)\s*\}\}")
_DEFAULT_RULES = ("type=schedule", "type=ref,event=branch", "type=ref,event=tag",
                  "type=ref,event=pr")  # fmt: skip
_MAKES_LATEST = frozenset({"semver", "pep440", "match"})


class _Ref(msgspec.Struct, frozen=True, kw_only=True):
    """What the event points at; None is unknown."""

    event: str | None
    branch: str | None
    tag: str | None
    pull: str | None
    sha: str | None
    default_branch: str | None
    known: bool


class _Made(msgspec.Struct, frozen=True):
    tag: str
    latest: bool


def outputs_of(step: Step, scope: Scope) -> Open:
    """The outputs `tags`, `version`, `labels` and `json` of a metadata step."""
    images = _lines(scope.input(step, "images"), split_commas=True)
    rules = _lines(scope.input(step, "tags"), split_commas=False) or list(_DEFAULT_RULES)
    flavor = _attributes(",".join(_lines(scope.input(step, "flavor"), split_commas=False)))
    tags = tags_of(rules, flavor, _ref(scope))
    names = [image.partition("name=")[2].partition(",")[0] or image for image in images]
    full = [f"{name}:{tag}" for name in names for tag in tags] if names else list(tags)
    return Open(
        tags=_text("\n".join(full)),
        version=_text(tags[0] if tags else ""),
        labels=Unknown(),
        json=Unknown(),
    )


def tags_of(rules: list[str], flavor: dict[str, str], ref: _Ref) -> tuple[str, ...]:
    """The tags without image names, `*` for what is unknown; `latest` last."""
    made: list[_Made] = []
    for rule in rules:
        made += _made(_attributes(rule), flavor, ref)
    latest = flavor.get("latest", "auto").lower()
    tags = [one.tag for one in made if one.tag]
    if latest == "true" or (latest == "auto" and any(one.latest for one in made)):
        tags.append("latest")
    if "*" in latest:
        tags.append("latest*")
    return tuple(dict.fromkeys(tags))


def _made(rule: dict[str, str], flavor: dict[str, str], ref: _Ref) -> Iterator[_Made]:
    kind = rule.get("type", "raw")
    enabled = _placeholders(rule.get("enable", "true"), ref).lower()
    if enabled in {"false", ""}:
        return
    for tag, latest in _values(kind, rule, ref):
        prefix = rule.get("prefix", "sha-" if kind == "sha" else flavor.get("prefix", ""))
        suffix = rule.get("suffix", flavor.get("suffix", ""))
        prefix, suffix = _placeholders(prefix, ref), _placeholders(suffix, ref)
        shown = _clean(f"{prefix}{tag}{suffix}")
        yield _Made(shown if enabled == "true" else f"{shown}*", latest and enabled == "true")


def _values(kind: str, rule: dict[str, str], ref: _Ref) -> Iterator[tuple[str, bool]]:
    value = rule.get("value", "")
    match kind:
        case "raw":
            yield _placeholders(value, ref), False
        case "sha":
            long = rule.get("format") == "long"
            sha = ref.sha or "*"
            yield (sha if long else sha[:7]), False
        case "edge":
            edge = _placeholders(rule.get("branch", ""), ref) or ref.default_branch or "*"
            if not ref.known or (ref.branch and edge in {ref.branch, "*"}):
                yield value or "edge", False
        case "schedule":
            if ref.event in {None, "schedule"}:
                yield _placeholders(rule.get("pattern", "nightly"), ref), False
        case "ref":
            yield from _ref_values(rule.get("event", "branch"), ref)
        case "semver" | "pep440" | "match":
            source = _placeholders(value, ref) if value else ref.tag or ("" if ref.known else "*")
            yield from _versions(kind, source, rule.get("pattern", "{{version}}"), ref)
        case _:
            yield "*", False


def _ref_values(event: str, ref: _Ref) -> Iterator[tuple[str, bool]]:
    if not ref.known:
        yield ("pr-*" if event == "pr" else "*"), event == "tag"
    elif event == "branch" and ref.branch:
        yield ref.branch, False
    elif event == "tag" and ref.tag:
        yield ref.tag, True
    elif event == "pr" and ref.pull:
        yield f"pr-{ref.pull}", False


def _versions(kind: str, source: str, form: str, ref: _Ref) -> Iterator[tuple[str, bool]]:
    if not source:
        return
    if "*" in source or kind == "match":
        yield "*", kind in _MAKES_LATEST and "*" not in source
        return
    version = _SEMVER.fullmatch(source)
    if version is None:
        if kind == "pep440":
            yield "*", False
        return
    plain = source.removeprefix("v").partition("+")[0]
    if version["pre"] and "{{raw}}" not in form:
        yield plain, False
        return
    filled = form
    for name in ("major", "minor", "patch"):
        filled = re.sub(rf"\{{\{{\s*{name}\s*\}}\}}", version[name], filled)
    filled = re.sub(r"\{\{\s*version\s*\}\}", plain, filled)
    filled = re.sub(r"\{\{\s*raw\s*\}\}", source, filled)
    yield _placeholders(filled, ref), not version["pre"]


def _placeholders(text: str, ref: _Ref) -> str:
    def value(found: re.Match[str]) -> str:
        on_default = ref.branch is not None and ref.branch == ref.default_branch
        known = {
            "branch": ref.branch or ("" if ref.known else None),
            "tag": ref.tag or ("" if ref.known else None),
            "sha": ref.sha[:7] if ref.sha else None,
            "is_default_branch": str(on_default).lower() if ref.default_branch else None,
            "is_not_default_branch": str(not on_default).lower() if ref.default_branch else None,
        }
        return known.get(found[1].lower()) or ("" if known.get(found[1].lower()) == "" else "*")

    return _PLACEHOLDER.sub(value, text)


def _ref(scope: Scope) -> _Ref:
    def text(expression: str) -> str | None:
        value = scope.value(f"${{{{ {expression} }}}}")
        return value if isinstance(value, str) and value else None

    ref = text("github.ref") or ""
    pull = re.match(r"refs/pull/(\d{1,9})/", ref)
    return _Ref(
        event=text("github.event_name"),
        branch=ref.removeprefix("refs/heads/") if ref.startswith("refs/heads/") else None,
        tag=ref.removeprefix("refs/tags/") if ref.startswith("refs/tags/") else None,
        pull=pull[1] if pull else None,
        sha=text("github.sha"),
        default_branch=text("github.event.repository.default_branch"),
        known=bool(ref),
    )


def _attributes(text: str) -> dict[str, str]:
    """`type=semver,pattern={{version}}` as a mapping; a lone word is a raw value."""
    found: dict[str, str] = {}
    for part in text.split(","):
        key, equals, value = part.strip().partition("=")
        if equals:
            found[key.strip().lower()] = value.strip().strip("\"'")
        elif key:
            found.setdefault("value", key)
    return found


def _lines(value: str | Unknown | None, *, split_commas: bool) -> list[str]:
    text = pattern(value) if value is not None else ""
    if split_commas and "name=" not in text:
        text = text.replace(",", "\n")
    lines = [line.strip() for line in text.split("\n")]
    return [line for line in lines if line and not line.startswith("#")]


def _clean(tag: str) -> str:
    """Characters that no tag may hold become dashes."""
    return re.sub(r"[^A-Za-z0-9._*-]", "-", tag)[:128]


def _text(text: str) -> str | Unknown:
    pieces = text.split("*")
    if len(pieces) == 1:
        return text
    parts: list[str | None] = [pieces[0]] if pieces[0] else []
    for piece in pieces[1:]:
        parts += [None, piece] if piece else [None]
    return Unknown(tuple(parts))

"""Objects as they may be kept: free text masked and without control characters. Pure.

Names, labels and states stay as they are, since causes compare them. What people and programs write
goes through `redact.scrub`: messages, commands, annotations, and the values of environment
variables, whose name can say that they are secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import msgspec

from bot.cluster.objects import KubeObject
from bot.evidence import ClusterFacts, ContainerLog, Listing
from bot.redact import cut, scrub

T = TypeVar("T", bound=KubeObject)
LONGEST_TEXT = 8000
_TEXTS = frozenset({"message", "note", "reason", "command", "args", "annotations"})
# The kubelet's own words in the place of a log whose file is gone, with status 200:
# https://github.com/kubernetes/cri-client/blob/master/pkg/logs/logs.go
_NO_LOG = re.compile(
    r"(?:failed to (?:try resolving symlinks in path|open log file) \""
    r"|unable to retrieve container logs for )"
)
# Variables whose value is nobody's business, whatever it looks like. SECRET_NAME and TOKEN_FILE say
# where a secret is, which a reader has to know.
_TELLING = re.compile(
    r"(?:pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|auth|key|dsn|cookie|salt|signature"
    r"|jwt|pat)(?:[_.-]?(?:\d{1,4}|value|string|data|base64|b64))?$",
    re.IGNORECASE,
)
_NO_SECRET = re.compile(r"(?:true|false|yes|no|on|off|none|null|\d{1,2}|\$\(.{1,253}\))?", re.I)
_REPEATED = "kubectl.kubernetes.io/last-applied-configuration"


def scrubbed(item: T) -> T:
    """Copy an object with its free text masked."""
    kept: T = msgspec.convert(_walk(msgspec.to_builtins(item)), type(item))
    return kept


def scrubbed_facts(
    items: Iterable[KubeObject], listings: Iterable[Listing], logs: Iterable[ContainerLog]
) -> ClusterFacts:
    """Put facts in a fixed order, with their free text masked."""
    return ClusterFacts(
        objects=tuple(
            scrubbed(item)
            for item in sorted(items, key=lambda item: (item.kind, item.namespace, item.name))
        ),
        listings=frozenset(listings),
        logs=tuple(
            ContainerLog(
                namespace=log.namespace,
                pod=log.pod,
                container=log.container,
                previous=log.previous,
                lines=scrubbed_lines(log.lines),
            )
            for log in logs
            if not (len(log.lines) == 1 and _NO_LOG.match(log.lines[0]))
        ),
    )


def scrubbed_lines(lines: Sequence[str]) -> tuple[str, ...]:
    """Mask the lines of a log; together, because a private key has many."""
    text = "\n".join(cut(line, LONGEST_TEXT) for line in lines)
    return tuple(scrub(text).split("\n")) if lines else ()


def _walk(value: Any) -> Any:
    match value:
        case {"name": str(name), "value": str(text)}:
            return {**value, "value": _literal(name, text)}
        case dict():
            return {
                key: _texts(inner) if key in _TEXTS else _walk(inner)
                for key, inner in value.items()
            }
        case list() | tuple():
            return [_walk(inner) for inner in value]
        case _:
            return value


def _literal(name: str, text: str) -> str:
    """Mask the value of a variable: by its own look, and by what its name says."""
    if _NO_SECRET.fullmatch(text):
        return text
    if _TELLING.search(name[-80:]):
        return "***"
    prefix = f"{name}="
    return scrub(prefix + scrub(text)).removeprefix(prefix)


def _texts(value: Any) -> Any:
    match value:
        case str():
            return cut(scrub(value), LONGEST_TEXT)
        case list() | tuple():
            return [_texts(inner) for inner in value]
        case dict():
            return {key: _texts(inner) for key, inner in value.items() if key != _REPEATED}
        case _:
            return value

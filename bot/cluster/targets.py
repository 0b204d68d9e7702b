"""What a person types to name a pod or a workload, into a Query.

`api-7f9c`, `shop/api-7f9c`, `deploy/api -n shop`, `Deployment/api`, `shop/deploy/api`,
`deploy api -n shop`, `--cluster prod pod/api-7f9c` all work, in any order of the options.
"""

from __future__ import annotations

import re

from bot.cluster.kinds import Kind, kind_named
from bot.sources import Query

_LONGEST = 600
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,252}")
"""A name, or the beginning of one (`api-`)."""
_OPTIONS = {
    "-n": "namespace",
    "--namespace": "namespace",
    "-c": "cluster",
    "--cluster": "cluster",
    "--context": "cluster",
}
_EXAMPLES = "for example api-7f9c, shop/api-7f9c or deploy/api -n shop"


class InvalidTargetError(ValueError):
    """The text names no target; the message says what to type instead."""


def parse_target(text: str, namespace: str = "") -> Query:
    """Read what a person typed; `namespace` is the option given beside it, which must agree.

    Raises InvalidTargetError for a text that names nothing.
    """
    if len(text) > _LONGEST:
        raise InvalidTargetError(f"that is too long for a name; type a pod, {_EXAMPLES}")
    words, options = _split(re.sub(r"[`*]", " ", text).split())
    if not words:
        raise InvalidTargetError(f"which pod? Type one, {_EXAMPLES}")
    if len(words) == 2 and "/" not in words[0] and (kind := kind_named(words[0])):
        parts = [kind.name, *words[1].split("/")]
    elif len(words) == 1:
        parts = words[0].strip("/").split("/")
    else:
        raise InvalidTargetError(
            f"{' '.join(words)!r} is more than one name; type one, {_EXAMPLES}"
        )
    for part in (*parts, *filter(None, (options.get("namespace"), namespace))):
        if not _NAME.fullmatch(part):
            raise InvalidTargetError(f"{part[:80]!r} cannot be a name in Kubernetes")
    spoken, found = _read(parts)
    spaces = {space for space in (namespace, options.get("namespace", ""), spoken) if space}
    if len(spaces) > 1:
        raise InvalidTargetError(f"two namespaces were named: {' and '.join(sorted(spaces))}")
    kind, name = found
    cluster_scoped = kind is not None and kind.cluster_scoped
    return Query(
        name=name,
        kind=kind.name if kind else "",
        namespace="" if cluster_scoped else next(iter(spaces), ""),
        cluster=options.get("cluster", ""),
    )


def _split(words: list[str]) -> tuple[list[str], dict[str, str]]:
    """Part the options from the names; `-n shop`, `-n=shop` and `--namespace=shop` are the same."""
    names: list[str] = []
    options: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        if not word.startswith(("-", "–", "—")):
            names.append(word)
            continue
        # Slack and phones turn `--` into one long dash.
        flag, has_value, value = word.replace("—", "--").replace("–", "-").partition("=")
        option = _OPTIONS.get(flag)
        if option is None:
            raise InvalidTargetError(f"{flag!r} is not an option; there are -n and --cluster")
        value = value if has_value else next(rest, "")
        if not value:
            raise InvalidTargetError(f"{flag} needs a value")
        options[option] = value
    return names, options


def _read(parts: list[str]) -> tuple[str, tuple[Kind | None, str]]:
    """Give the namespace and what is named; `kind/name` is meant before `namespace/name`."""
    match parts:
        case [name]:
            return "", (None, name)
        case [first, name]:
            kind = kind_named(first)
            return ("", (kind, name)) if kind else (first, (None, name))
        case [first, second, name]:
            if (kind := kind_named(second)) and not kind.cluster_scoped:
                return first, (kind, name)
            if kind := kind_named(first):
                return second, (kind, name)
            raise InvalidTargetError(f"{second!r} is no kind that I know; try pod, deploy or sts")
        case _:
            raise InvalidTargetError(f"{'/'.join(parts)!r} has too many parts; type {_EXAMPLES}")

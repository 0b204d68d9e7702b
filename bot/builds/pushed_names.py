"""Which images a job's log says it pushed: the lines that builders and pushers print on success.

BuildKit prints `pushing manifest for NAME@DIGEST`, docker `The push refers to repository [NAME]`
and then `TAG: digest: …`, ko `Published NAME`, kaniko `Pushed NAME`, jib
`Built and pushed image as`.
GitHub masks the values of secrets as `***`, so a part of a name may be hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_REFERENCE = r"(?P<name>[A-Za-z0-9*][A-Za-z0-9._:/*-]{0,500})"
_WHOLE = re.compile(
    rf"(?:pushing manifest for|Published|Pushed(?: image(?: to)?)?|Built and pushed image as)"
    rf"\s{{1,4}}{_REFERENCE}(?:@sha256:[a-f0-9]{{64}})?"
)
_REPOSITORY = re.compile(rf"The push refers to (?:a )?repository \[{_REFERENCE}\]")
_TAG = re.compile(r"(?P<tag>[A-Za-z0-9_*][A-Za-z0-9_.*-]{0,127}): digest: sha256:[a-f0-9]{64}\b")


def pushed_names(lines: Iterable[str]) -> tuple[str, ...]:
    """Names with tags, in the order of the log, each once."""
    found: dict[str, None] = {}
    repository = ""
    for line in lines:
        whole = _WHOLE.search(line)
        if whole and ":" in whole["name"].rpartition("/")[2]:
            found[whole["name"]] = None
        refers = _REPOSITORY.search(line)
        if refers:
            repository = refers["name"]
        tagged = _TAG.search(line)
        if tagged and repository:
            found[f"{repository}:{tagged['tag']}"] = None
    return tuple(found)


def is_same(pushed: str, wanted: str) -> bool:
    """Whether a name of the log is the wanted one; masked parts fit anything."""
    parts = (re.escape(part) for part in re.split(r"\*{3,}", _full(pushed)))
    return re.fullmatch("[^/:]*".join(parts), wanted) is not None


def _full(name: str) -> str:
    head = name.partition("/")[0]
    if "/" not in name:
        return f"docker.io/library/{name}"
    return name if "." in head or ":" in head or head == "localhost" else f"docker.io/{name}"

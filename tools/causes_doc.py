"""Write docs/causes.md from the causes themselves.

python -m tools.causes_doc
"""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

from bot.cause import Cause
from bot.causes import (
    admission,
    build,
    configuration,
    exposure,
    image,
    node,
    prerequisite,
    probes,
    sandbox,
    scheduling,
    startup,
    state,
    storage,
    workload,
)

PAGE = Path(__file__).parent.parent / "docs" / "causes.md"
LABELS = ("Seen as", "Confirmed if", "Ruled out if", "By hand")
_FAMILIES: tuple[tuple[str, ModuleType], ...] = (
    ("Image and registry", image),
    ("Build", build),
    ("Prerequisites of the build", prerequisite),
    ("Scheduling", scheduling),
    ("Storage", storage),
    ("Configuration", configuration),
    ("Start-up and crashes", startup),
    ("Sandbox and network set-up", sandbox),
    ("Probes and readiness", probes),
    ("Admission and quota", admission),
    ("Node", node),
    ("Workload", workload),
    ("Exposure", exposure),
    ("Not a cause", state),
)
_HEAD = """# Causes

Every code that a report can give. A code is a contract: it is added, never renamed. Of several
findings about one failure the deepest confirmed one is the root cause, the others are its
consequences: the layers are cluster, registry, build and prerequisite, the last one the deepest.

This page is written by `make docs` from `bot/causes/`.
"""


def page() -> str:
    """The whole page."""
    return "\n".join((_HEAD, *(_family(title, module) for title, module in _FAMILIES)))


def _family(title: str, module: ModuleType) -> str:
    causes: tuple[Cause, ...] = module.CAUSES
    return "\n".join((f"## {title}\n", *(_entry(cause) for cause in causes)))


def _entry(cause: Cause) -> str:
    rows = [f"- {label}: {words}" for label, words in lines_of(cause.doc).items()]
    layer = cause.layer.name.lower()
    return "\n".join((f"### {cause.code}\n", f"Because {cause.title} ({layer}).\n", *rows, ""))


def lines_of(doc: str) -> dict[str, str]:
    """The four labelled lines of a cause's documentation, unfolded."""
    found: dict[str, str] = {}
    for label in LABELS:
        match = re.search(rf"^{label}: +(.+(?:\n {{4,}}.+)*)", doc, re.MULTILINE)
        if match:
            found[label] = " ".join(match[1].split())
    return found


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

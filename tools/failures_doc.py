"""The failures that are confirmed on a real cluster, as a table in docs/real-cluster.md."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cluster.failures import FAILURES

PAGE = Path(__file__).parent.parent / "docs" / "real-cluster.md"
_TABLE = re.compile(r"(<!-- failures -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(text: str) -> str:
    """Give the page with the table as it should be."""
    rows = [
        f"| {failure.family} | `{failure.name}` | `{failure.target}` | {failure.code} |"
        for failure in sorted(FAILURES, key=lambda failure: (failure.family, failure.name))
    ]
    table = "\n".join(("| family | failure | asked for | found |", "|---|---|---|---|", *rows))
    return _TABLE.sub(lambda match: f"{match[1]}\n{table}\n\n{match[2]}", text)


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

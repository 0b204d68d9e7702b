"""Writes docs/example-report.md: the report of the case that the program began with.

python -m tools.example_report
"""

from __future__ import annotations

from pathlib import Path

from bot.diagnose import diagnose
from bot.render.markdown import render
from tests.scenarios.cases import CASES

PAGE = Path(__file__).parents[1] / "docs" / "example-report.md"
_HEAD = """\
# An example report

The case that the program began with, as `python -m bot diagnose … -o markdown` prints it. A person
once wrote such a report by hand; this one is generated from facts, and each claim names its proof.

"""


def page() -> str:
    """The page as it should be."""
    return _HEAD + render(diagnose(CASES["CISecretMissing/token_not_defined"]()))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

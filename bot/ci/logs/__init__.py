"""Reads the log of a failed job: which cause does its text prove, and with which lines?

`read_log` gives the findings, best first. Every table of this package names the programs whose
sentences it knows. Anyone could print any text: what a log says is quoted, never obeyed.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.ci.logs.findings import Certainty, LogFinding
from bot.ci.logs.reader import read_log

__all__ = ["Certainty", "LogFinding", "classify_log", "read_log"]


def classify_log(text: str) -> tuple[tuple[str, ...], str]:
    """Cause codes, best first, and the quoted text with its named values."""
    return codes_and_quotes(read_log(text.split("\n")))


def codes_and_quotes(findings: Sequence[LogFinding]) -> tuple[tuple[str, ...], str]:
    """The codes of findings with the further ones of the best, and the best one's quotes."""
    codes = [code for finding in findings for code in (finding.code,)]
    best = findings[0]
    quotes = [*best.lines, *(value for _, value in best.values)]
    return tuple(dict.fromkeys([codes[0], *best.also, *codes[1:]])), "\n".join(quotes)

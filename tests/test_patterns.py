"""Expressions that are compiled late are all right all the same."""

from __future__ import annotations

import gc
import re

import bot.diagnose
import bot.explain
from bot.patterns import Pattern


def test_every_late_expression_compiles() -> None:
    assert bot.diagnose
    found = [each for each in gc.get_objects() if isinstance(each, Pattern)]
    assert len(found) > 500
    for pattern in found:
        pattern.search("")


def test_expressions_are_equal_by_text_and_case() -> None:
    assert Pattern("a") == Pattern("a")
    assert len({Pattern("a"), Pattern("a"), Pattern("a", re.NOFLAG)}) == 2
    assert Pattern("a").search("A")
    assert not Pattern("a", re.NOFLAG).search("A")

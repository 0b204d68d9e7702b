"""A command that a reader is invited to paste does what it shows, whoever chose the names in it."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.words import shell

BOT = Path(__file__).parents[2] / "bot"
_PROGRAMS = ("kubectl ", "gh ", "curl ", "docker ", "git ", "helm ")
words = st.text(st.characters(exclude_categories=()), max_size=30)


@given(st.lists(words, min_size=1, max_size=5))
def test_each_word_stays_one_word_when_it_is_hostile(hostile: list[str]) -> None:
    shown = shell("kubectl", *hostile)
    assert shown.isprintable()
    assert len(shlex.split(shown)) == len(hostile) + 1
    assert not re.search(r"[$`;|&<>()]", re.sub(r"'[^']*'|\"'\"", "", shown))


def _pasted_together(path: Path) -> list[str]:
    """Commands of a module that are f-strings, so that nothing quotes what they contain."""
    return [
        f"{path.name}:{node.lineno}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr)
        and isinstance(node.values[0], ast.Constant)
        and str(node.values[0].value).startswith(_PROGRAMS)
    ]


def test_no_command_is_pasted_together_from_unquoted_parts() -> None:
    assert [place for path in BOT.rglob("*.py") for place in _pasted_together(path)] == []

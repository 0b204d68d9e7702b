from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.ci.globs import Pattern, deciding_pattern, selects


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("team/*", "team/one", True),
        ("team/*", "team/one/two", False),
        ("team/**", "team/one/two", True),
        ("**", "any/thing", True),
        ("*", "flat", True),
        ("*", "not/flat", False),
        ("build?", "buil", True),
        ("build?", "build", True),
        ("build?", "builds", False),
        ("r[0-9]+", "r2027", True),
        ("r[0-9]+", "r", False),
        ("[aB-D]x", "Cx", True),
        ("[aB-D]x", "Ex", False),
        ("**/charts/**", "charts/a.yaml", True),
        ("**/charts/**", "deep/charts/a.yaml", True),
        ("**/charts/**", "mycharts/a.yaml", False),
        ("lib/**/*.go", "lib/main.go", True),
        ("**.go", "a/b/c.go", True),
        ("a.b", "axb", False),
        (r"odd\*name", "odd*name", True),
        ("+lead", "+lead", True),
        ("open[", "open[", True),
        ("Main", "main", False),
        ("", "", True),
    ],
)
def test_pattern_matches_as_documented(pattern: str, value: str, expected: bool) -> None:
    assert selects([pattern], value) is expected


def test_the_last_match_decides_when_several_match() -> None:
    lines = ["release/**", "!release/old/**", "release/old/keep"]
    assert selects(lines, "release/9")
    assert not selects(lines, "release/old/1")
    assert selects(lines, "release/old/keep")


def test_nothing_is_selected_when_all_patterns_exclude() -> None:
    assert not selects(["!main"], "develop")
    assert deciding_pattern(["!main"], "main") == Pattern("!main", negative=True)


@given(st.text(alphabet="ab/.", max_size=12), st.text(alphabet="ab/.*", max_size=8))
def test_stars_agree_with_a_regular_expression(value: str, pattern: str) -> None:
    assume("***" not in pattern)  # GitHub's documentation knows one star and two
    source = re.escape(pattern).replace(r"\*\*/", "(?:.+/)?")
    source = source.replace(r"\*\*", ".*").replace(r"\*", "[^/]*")
    assert selects([pattern], value) is (re.fullmatch(source, value) is not None)


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_pattern_raises(pattern: str, value: str) -> None:
    assert selects([pattern], value) in {True, False}


def test_a_hostile_pattern_ends() -> None:
    assert not selects(["*a" * 400 + "b"], "a" * 1000)

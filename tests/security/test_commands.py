"""A command that a reader is invited to paste does what it shows, whoever chose the names in it."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnose import diagnose
from bot.evidence import Evidence
from bot.report import Report
from bot.words import shell
from tests.scenarios.cases import CASES

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
        and not all(_quoted(part) for part in node.values)
        and isinstance(node.values[0], ast.Constant)
        and str(node.values[0].value).startswith(_PROGRAMS)
    ]


def _quoted(part: ast.expr) -> bool:
    if not isinstance(part, ast.FormattedValue):
        return True
    called = part.value.func if isinstance(part.value, ast.Call) else None
    return isinstance(called, ast.Name) and called.id in ("quote", "shell")


def test_no_command_is_pasted_together_from_unquoted_parts() -> None:
    assert [place for path in BOT.rglob("*.py") for place in _pasted_together(path)] == []


# --- reports about clusters whose names and messages somebody hostile wrote ---------------------

_MARK = "$(pwned)"
_QUOTED = re.compile(r"'[^']*'|\"'\"")
_NAMED = re.compile(r"\\\"([a-z0-9][a-z0-9./:-]{2,80})\\\"")
RECORDED = sorted((Path(__file__).parents[1] / "scenarios/recorded").glob("*.json"))


def _commands(report: Report) -> Iterator[str]:
    yield from report.verification
    for finding in (*report.root_causes, *report.consequences, *report.ruled_out):
        yield from (proof.command for proof in finding.ruling.proof)
        yield from (each for s in finding.ruling.solutions for each in s.commands)
    yield from (each for solution in report.solutions for each in solution.commands)


def _loose(saved: str, victim: str) -> list[str]:
    """The commands in which a name, once it is hostile, stands outside quotes."""
    try:
        evidence = msgspec.json.decode(saved.replace(victim, victim + _MARK), type=Evidence)
    except msgspec.MsgspecError:  # the victim is a word of our own format
        return []
    return [each for each in _commands(diagnose(evidence)) if _MARK in _QUOTED.sub("", each)]


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_no_name_of_the_cluster_leaves_its_word(path: Path) -> None:
    saved = path.read_text(encoding="utf-8")
    evidence = msgspec.json.decode(saved, type=Evidence)
    target, registries = evidence.target, [facts.image.registry for facts in evidence.images]
    victims = {target.name, target.namespace, *registries, *_NAMED.findall(saved)} - {""}
    assert [line for victim in sorted(victims)[:12] for line in _loose(saved, victim)] == []


@pytest.mark.parametrize("name", list(CASES)[::4])
def test_no_name_of_the_build_leaves_its_word(name: str) -> None:
    evidence = CASES[name]()
    saved = msgspec.json.encode(evidence).decode()
    facts = evidence.images[0]
    victims = {facts.image.repository, facts.image.registry, evidence.target.name}
    if facts.build is not None:
        victims |= {facts.build.link.repository, facts.build.link.workflow} - {""}
    assert [line for victim in sorted(victims) for line in _loose(saved, victim)] == []

"""Every branch of "why does the image not exist" as the report that a person reads."""

from __future__ import annotations

import json
from functools import cache
from io import StringIO
from pathlib import Path

import jsonschema
import msgspec
import pytest
from rich.console import Console

from bot.diagnose import diagnose
from bot.evidence import Evidence
from bot.render import json as as_json
from bot.render import markdown, terminal, text
from bot.render.headline import headline, story
from bot.report import Report
from bot.words import capital
from tests.conftest import Golden
from tests.scenarios.cases import CASES

HERE = Path(__file__).parent
SCHEMA = json.loads((HERE.parents[1] / "docs/report.schema.json").read_text())
each_case = pytest.mark.parametrize("name", CASES)


@cache
def report_of(name: str) -> Report:
    return diagnose(CASES[name]())


@each_case
def test_report_reads_as_expected(name: str, golden: Golden) -> None:
    golden(HERE / name / "report.txt", text.render(report_of(name)))


@each_case
def test_root_cause_is_the_case(name: str) -> None:
    assert [cause.code for cause in report_of(name).root_causes] == [name.partition("/")[0]]


@each_case
def test_first_lines_answer(name: str) -> None:
    report = report_of(name)
    head = "\n".join(text.render(report).splitlines()[:12])
    assert report.root_causes[0].code in head
    assert report.solutions[0].title.split()[0] in head
    assert [solution.recommended for solution in report.solutions].count(True) == 1


@each_case
def test_no_line_is_wider_than_a_terminal(name: str) -> None:
    wide = [
        line
        for line in text.render(report_of(name)).splitlines()
        if len(line) > text.WIDTH and not line.startswith("    ")
    ]
    assert wide == []


@each_case
def test_json_keeps_to_the_schema(name: str) -> None:
    document = json.loads(as_json.encode(report_of(name)))
    validator = jsonschema.Draft202012Validator(SCHEMA)
    assert [error.message for error in validator.iter_errors(document)] == []
    assert list(document) == list(SCHEMA["properties"])


@each_case
def test_replayed_evidence_gives_the_same_report(name: str) -> None:
    saved = msgspec.json.encode(CASES[name]())
    replayed = diagnose(msgspec.json.decode(saved, type=Evidence))
    assert as_json.encode(replayed) == as_json.encode(report_of(name))


@each_case
def test_every_renderer_says_why(name: str) -> None:
    report = report_of(name)
    screen = StringIO()
    Console(width=1000, file=screen, no_color=True).print(terminal.render(report))
    on_terminal = " ".join(screen.getvalue().split())
    root = report.root_causes[0]
    plain = markdown.render(report).replace("\\", "")
    fact = headline(root)
    for why in (capital(fact), story(root, fact).removeprefix("So ")):
        assert why in on_terminal
        assert why in " ".join(plain.split())
        assert why in " ".join(text.render(report).split())

"""Text, Markdown and terminal: one content, and nothing from outside becomes markup."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from rich.console import Console

from bot.evidence import Gap, GapReason
from bot.render import json as as_json
from bot.render import markdown, terminal, text
from bot.report import Finding, LeftOut, Observation, Outcome, Proof, Report, Solution, Verdict
from bot.words import capital
from tests.reports import finding, report, reports

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs/report.schema.json").read_text(encoding="utf-8")
)


def _on_terminal(shown: Report) -> str:
    screen = StringIO()
    Console(width=100, file=screen, no_color=True).print(terminal.render(shown))
    return screen.getvalue()


def test_text_of_a_small_report() -> None:
    assert text.render(report()) == (
        "FAILING: shop/Pod/api-7d9f8c-x2x4z (cluster prod)\n"
        "Because   Run 4711 of release failed in step push (WorkflowFailed)\n"
        "Do        Re-run the failed jobs\n"
        "            gh run rerun 4711 --failed\n"
        "          It pushes the tag.\n"
        "\n"
        "WHAT HAPPENS\n"
        "- ImagePullBackOff: the image is not there.\n"
        "\n"
        "PROOF\n"
        "- Step push ended with exit code 1\n"
        "    https://github.com/acme/api/actions/runs/4711\n"
        "\n"
        "WHERE THINGS STAND\n"
        "FAILED  image ghcr.io/acme/api:1.8.2\n"
        "\n"
        "Seen at 2026-03-01 12:00:00 UTC in 1900 ms.\n"
    )


def test_suspicion_is_called_one() -> None:
    ruling = msgspec.structs.replace(finding().ruling, outcome=Outcome.SUSPECTED)
    shown = text.render(report(root_causes=(finding(ruling=ruling),)))
    assert "\nProbably  Run 4711 of release failed in step push (WorkflowFailed)\n" in shown


def test_suspicion_names_what_else_the_facts_allow() -> None:
    ruling = msgspec.structs.replace(
        finding().ruling, outcome=Outcome.SUSPECTED, alternatives=("BuildPushDenied", "RunnerLost")
    )
    doubtful = report(root_causes=(finding(ruling=ruling),))
    told = "It may also be: BuildPushDenied, RunnerLost."
    assert f"\n          {told}\n" in text.render(doubtful)
    assert f"\n- {told}\n" in markdown.render(doubtful)
    document = json.loads(as_json.encode(doubtful))
    assert document["root_causes"][0]["alternatives"] == ["BuildPushDenied", "RunnerLost"]


def test_nothing_is_said_twice() -> None:
    shown = text.render(
        report(
            problem="Run 4711 of release failed in step push.",
            next_steps=("Re-run the failed jobs.",),
            observations=(
                Observation("the log says: boom", (Proof("log: boom", command="kubectl logs x"),)),
            ),
        )
    )
    assert "WHAT HAPPENS" not in shown
    assert "NEXT" not in shown
    assert "ALSO SEEN\n- the log says: boom\n    kubectl logs x\n" in shown


def test_changes_stand_above_the_proof() -> None:
    shown = text.render(report(changes=(Observation("the image changed"),)))
    assert "\nWHAT CHANGED\n- the image changed\n\nPROOF\n" in shown


def test_incomplete_report_says_what_would_help() -> None:
    gap = Gap(
        source="github",
        subject="runs of acme/api",
        reason=GapReason.FORBIDDEN,
        detail="Resource not accessible by integration",
        fix="give the GitHub App the permission Actions: read",
    )
    shown = text.render(
        report(verdict=Verdict.INCOMPLETE, root_causes=(), solutions=(), gaps=(gap,))
    )
    assert shown.startswith(
        "NOT KNOWN YET: shop/Pod/api-7d9f8c-x2x4z (cluster prod)\n"
        "          1 question got no answer, and it decides.\n"
        "To tell   give the GitHub App the permission Actions: read\n"
    )
    assert "COULD NOT LOOK\n- github: runs of acme/api: forbidden: Resource" in shown


def test_every_recommended_solution_is_told_first() -> None:
    solutions = (
        Solution(title="Mend A", why="a", recommended=True),
        Solution(title="Mend B", why="b", recommended=True),
        Solution(title="Go round", why="c", commands=("true",)),
    )
    shown = text.render(report(solutions=solutions, left_out=(LeftOut("Wait", "nothing runs."),)))
    assert "Do        Mend A\n          a\nDo        Mend B\n          b\n" in shown
    assert "OTHER WAYS\n- Go round: c\n    true\n" in shown
    assert "WOULD NOT HELP\n- Wait: nothing runs.\n" in shown


def test_secrets_are_masked_wherever_they_stand() -> None:
    token = "ghp_" + "a" * 36
    leaking: Finding = finding(
        ruling=msgspec.structs.replace(
            finding().ruling, proof=(Proof(f"token {token}", f"https://x/?token={token}", token),)
        )
    )
    for shown in (text.render, markdown.render, _on_terminal):
        assert token not in shown(report(root_causes=(leaking,)))


def test_markdown_takes_no_markup_from_outside() -> None:
    evil = "<img src=x> @everyone [x](javascript:1) `code` | cell *b*"
    shown = markdown.render(report(problem=evil))
    assert r"- \<img src=x\> \@everyone \[x\](javascript:1) \`code\` \| cell \*b\*" in shown


def test_code_block_cannot_be_left_by_a_command() -> None:
    solutions = (Solution(title="t", why="w", recommended=True, commands=("a ``` b",)),)
    assert "````sh\na ``` b\n````" in markdown.render(report(solutions=solutions))


def test_terminal_takes_no_markup_from_outside() -> None:
    assert "[bold red]x[/]" in _on_terminal(report(problem="[bold red]x[/]"))


@settings(max_examples=40, deadline=None)
@given(reports())
def test_any_report_is_shown_without_harm(shown: Report) -> None:
    for rendered in (text.render(shown), markdown.render(shown), _on_terminal(shown)):
        assert "\x1b" not in rendered
        assert "\u202e" not in rendered
    document = json.loads(as_json.encode(shown))
    assert list(document) == list(SCHEMA["properties"])


def test_json_of_a_small_report_keeps_to_the_schema() -> None:
    document = json.loads(as_json.encode(report()))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert document["root_causes"] == [
        {
            "code": "WorkflowFailed",
            "title": "the push step failed",
            "summary": "Run 4711 of release failed in step push.",
            "certainty": "confirmed",
            "layer": "build",
            "subject": "WorkflowRun/4711",
            "container": None,
            "proof": [
                {
                    "text": "Step push ended with exit code 1",
                    "url": "https://github.com/acme/api/actions/runs/4711",
                    "command": None,
                }
            ],
            "explains": [],
            "alternatives": [],
        }
    ]
    assert document["solutions"][0]["action"]["kind"] == "rerun_failed_jobs"
    assert document["collected_at"] == "2026-03-01T12:00:00Z"


@pytest.mark.parametrize(
    ("fact", "shown"),
    [
        ("secret TOKEN is not defined", "Secret TOKEN is not defined"),
        ("build.yml has no run for main", "build.yml has no run for main"),
        ("acme/api has no runner at all", "acme/api has no runner at all"),
        ("api-7d9f8c waits", "api-7d9f8c waits"),
        ("x", "X"),
        ("", ""),
    ],
)
def test_headline_begins_with_a_capital_unless_it_begins_with_a_name(fact: str, shown: str) -> None:
    assert capital(fact) == shown

"""`python -m bot doctor`: what it prints and how it ends."""

import json
from pathlib import Path

import pytest

from bot.doctor import Check, State
from bot.render.doctor import render
from tests.commands.conftest import Run


def test_lines_are_aligned_and_each_fix_is_below_its_check() -> None:
    checks = (
        Check(area="github", state=State.OK, says="token of ada", fix="never shown"),
        Check(area="access", state=State.NOT_SET, says="nobody", fix="set it", needed=False),
        Check(area="cluster", state=State.MISSING, says="may not list pods", fix="add a rule"),
    )
    assert render(checks).splitlines() == [
        "ok       github   token of ada",
        "not set  access   nobody",
        "                  → set it",
        "missing  cluster  may not list pods",
        "                  → add a rule",
        "",
        "1 of 3 checks keep what is configured, or needed, from working.",
    ]


def test_every_mistake_of_the_settings_is_a_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "settings.yaml"
    config.write_text("slakc: {}\nlog_level: LOUD\n")
    monkeypatch.setenv("WHYFAILING_CONFIG", str(config))
    ran = run("doctor", "-o", "json")
    answer = json.loads(ran.out)
    assert ran.code == 1
    assert answer["works"] is False
    assert [check["says"] for check in answer["checks"]] == [
        "slakc: there is no such setting",
        "LOG_LEVEL: 'LOUD' is none of DEBUG, INFO, WARNING, ERROR",
    ]

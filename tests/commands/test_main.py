"""The command line as a whole: help, version, unknown commands, one list of commands."""

from importlib import import_module
from pathlib import Path

import pytest

import bot.commands
from bot import __version__
from bot.__main__ import COMMANDS
from tests.commands.conftest import Run

SHARED = {"__init__", "common", "live"}


def test_every_command_has_a_file_and_every_file_a_command() -> None:
    folder = Path(bot.commands.__file__).parent
    assert {path.stem for path in folder.glob("*.py")} - SHARED == set(COMMANDS)


def test_every_command_explains_itself(run: Run) -> None:
    for name in COMMANDS:
        ran = run(name, "--help")
        assert ran.code == 0
        first = (import_module(f"bot.commands.{name}").__doc__ or "").splitlines()[0]
        assert first in ran.out


def test_version_is_printed(run: Run) -> None:
    assert run("--version").out == f"whyfailing {__version__}\n"


def test_help_names_every_command_and_exit_code(run: Run) -> None:
    text = run("--help").out
    assert all(name in text for name in COMMANDS)
    assert "64 wrong usage" in text


def test_unknown_command_is_a_usage_error(run: Run) -> None:
    ran = run("dignose")
    assert ran.code == 64
    assert "Try `python -m bot --help`." in ran.err


def test_option_that_a_command_has_not_is_told_with_its_own_usage(run: Run) -> None:
    ran = run("doctor", "-x")
    assert ran.code == 64
    assert ran.err.startswith("usage: python -m bot doctor ")
    assert ran.err.endswith(
        "python -m bot doctor: unrecognized arguments: -x\nTry `python -m bot doctor --help`.\n"
    )


def test_every_command_shows_how_it_is_used(run: Run) -> None:
    for name in COMMANDS:
        assert f"examples:\n  python -m bot {name}" in run(name, "--help").out


def test_every_missing_token_is_named_with_its_place(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_MODE"):
        monkeypatch.delenv(name, raising=False)
    ran = run("run")
    assert (ran.code, ran.out) == (64, "")
    first, second, last = ran.err.splitlines()
    assert first.startswith("slack.bot_token is not set (SLACK_BOT_TOKEN): ")
    assert second.startswith("slack.app_token is not set (SLACK_APP_TOKEN): ")
    assert last == "The whole way: docs/slack.md."

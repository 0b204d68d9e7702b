"""The manifest asks for what the code listens to and calls, and for nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from handlers import OPTIONAL_SCOPES, SCOPES
from handlers.command import COMMAND
from handlers.shortcut import GLOBAL, ON_MESSAGE

ROOT = Path(__file__).parents[2]


@pytest.fixture
def manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "config/slack_manifest.yaml").read_text())
    return loaded


def test_scopes_are_those_that_start_up_checks(manifest: dict[str, Any]) -> None:
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == set(SCOPES | OPTIONAL_SCOPES)


def test_command_and_shortcuts_are_registered(manifest: dict[str, Any]) -> None:
    features = manifest["features"]
    assert [item["command"] for item in features["slash_commands"]] == [COMMAND]
    assert {item["callback_id"]: item["type"] for item in features["shortcuts"]} == {
        ON_MESSAGE: "message",
        GLOBAL: "global",
    }


def test_events_are_those_with_a_listener(manifest: dict[str, Any]) -> None:
    code = "".join(path.read_text() for path in (ROOT / "handlers").glob("*.py"))
    listened = set(re.findall(r'@app\.event\("(\w+)"\)', code))
    subscribed = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert {name.partition(".")[0] for name in subscribed} == listened


def test_texts_keep_slacks_limits(manifest: dict[str, Any]) -> None:
    shown = manifest["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    assert all(len(item["name"]) <= 24 for item in manifest["features"]["shortcuts"])
    assert all(len(item["description"]) <= 150 for item in manifest["features"]["shortcuts"])

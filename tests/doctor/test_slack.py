"""Slack: tokens, scopes, and the way in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.doctor import State, examine
from bot.doctor.slack import scopes
from config.settings import Secret, Settings, SlackMode
from handlers import SCOPES
from simulator.slack.workspace import BOT_USER
from simulator.world import ALERTS, TALK, World
from tests.doctor.asking import changed, of, the_only


@pytest.mark.parametrize(
    ("changes", "state", "says"),
    [
        ({"bot_token": Secret("xoxb-wrong")}, State.FAILED, "does not take the bot token"),
        ({"bot_token": Secret()}, State.MISSING, "no bot token"),
        ({"app_token": Secret("xapp-wrong")}, State.FAILED, "does not take the app token"),
        ({"app_token": Secret()}, State.MISSING, "no app token"),
        ({"mode": SlackMode.HTTP}, State.MISSING, "no signing secret"),
    ],
)
async def test_token_that_slack_does_not_take_is_named(
    world: World, changes: dict[str, Any], state: State, says: str
) -> None:
    before = world.settings()
    settings = changed(before, slack=msgspec.structs.replace(before.slack, **changes))
    (check,) = [check for check in of(await examine(settings), "slack") if check.breaks]
    assert check.state is state
    assert says in check.says


def test_missing_scope_says_what_it_is_for() -> None:
    granted = ",".join(scope for scope in SCOPES if scope != "users:read")
    checks = scopes({"X-OAuth-Scopes": granted}, app="A0WHYFAIL")
    assert [(check.says, check.breaks) for check in checks] == [
        ("scope users:read, to know who pressed a button", True),
        ("scope usergroups:read, to let user groups press buttons", False),
    ]
    assert checks[0].fix == (
        "https://api.slack.com/apps/A0WHYFAIL/oauth → Bot Token Scopes: add it, then reinstall "
        "the app"
    )


def test_scope_for_user_groups_is_needed_when_groups_may_press() -> None:
    (check,) = scopes({"x-oauth-scopes": ",".join(SCOPES)}, needs_groups=True)
    assert (check.says, check.breaks) == (
        "scope usergroups:read, to let user groups press buttons",
        True,
    )


def test_scopes_are_unknown_when_slack_does_not_name_them() -> None:
    (check,) = scopes({})
    assert (check.state, check.breaks) == (State.NOT_SET, False)


async def test_channel_of_the_settings_that_the_bot_is_not_in_is_named(world: World) -> None:
    before = world.settings()
    slack = msgspec.structs.replace(before.slack, alert_channels=(ALERTS, TALK))
    settings = changed(before, slack=slack)
    says = [check.says for check in of(await examine(settings), "slack")]
    assert says[-1] == "in every channel that the settings name (2)"
    world.workspace.channels[TALK].members.discard(BOT_USER)
    (check,) = [check for check in of(await examine(settings), "slack") if check.breaks]
    assert (check.says, check.fix) == (
        f"channel {TALK} of slack.alert_channels: I am not in it, so I hear no alert there",
        "type /invite @WhyFailing in it, or take it out of the settings",
    )


async def test_token_is_not_blamed_when_slack_is_not_reached(world: World) -> None:
    before = world.settings()
    slack = msgspec.structs.replace(before.slack, api_url="http://127.0.0.1:9/api/")
    checks = of(await examine(changed(before, slack=slack)), "slack")
    assert [check.says for check in checks] == [
        "Slack could not be asked about the bot token (ClientConnectorError)",
        "Slack could not be asked about the app token (ClientConnectorError)",
    ]


async def test_command_line_needs_no_slack(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/a/b.db")
    check = await the_only(settings, "slack")
    assert (check.state, check.breaks) == (State.NOT_SET, False)

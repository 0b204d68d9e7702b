"""Channels of the settings that the bot is not in: told once, until it is mended."""

from __future__ import annotations

import pytest

from config.settings import AccessSettings, Settings, SlackSettings
from handlers.presence import Presence
from tests.world import Process, World

TOLD = (
    "I cannot work in every channel that my settings name.\n"
    "• <#C0OPS>: I am not in it, although slack.alert_channels names it: I hear no alert there.\n"
    "Type `/invite @WhyFailing` in it, or take it out of the settings. I say this once; my Home "
    "tab shows it until it is mended."
)


def presence(place: World, bot: Process, **slack: object) -> Presence:
    settings = Settings(
        slack=SlackSettings(**{"alert_channels": ("C0OPS",)} | slack),  # type: ignore[arg-type]
        access=AccessSettings(users=("U1", "U2"), channels=("C0TEAM",)),
    )
    place.slack.channels["C0TEAM"] = {"is_private": False}
    return Presence(bot.client, bot.store, settings, place.now)


def told(place: World) -> list[tuple[str, str]]:
    return [(p["channel"], p["text"]) for p in place.slack.named("chat.postMessage")]


@pytest.fixture(autouse=True)
async def outside(place: World) -> None:
    place.slack.channels["C0OPS"] = {"is_member": False}


async def test_first_allowed_user_is_told_once(place: World, bot: Process) -> None:
    for _ in range(2):
        await presence(place, bot).check("T1")
    assert told(place) == [("U1", TOLD)]
    (absence,) = await bot.store.absences.of("T1")
    assert (absence.channel, absence.since) == ("C0OPS", place.now())


async def test_operator_is_told_where_one_is_named(place: World, bot: Process) -> None:
    await presence(place, bot, operator="U9").check("T1")
    assert [channel for channel, _ in told(place)] == ["U9"]


async def test_it_is_told_again_after_it_was_mended(place: World, bot: Process) -> None:
    looks = presence(place, bot)
    await looks.check("T1")
    place.slack.channels["C0OPS"] = {"is_member": True}
    await looks.check("T1")
    assert await bot.store.absences.of("T1") == ()
    place.slack.channels["C0OPS"] = {"is_archived": True, "is_member": True}
    await looks.check("T1")
    assert "<#C0OPS>: it is archived" in told(place)[1][1]


async def test_channel_that_left_the_settings_is_forgotten(place: World, bot: Process) -> None:
    await presence(place, bot).check("T1")
    await presence(place, bot, alert_channels=()).check("T1")
    assert await bot.store.absences.of("T1") == ()


async def test_private_channel_whose_members_may_press_needs_the_bot(
    place: World, bot: Process
) -> None:
    looks = presence(place, bot, alert_channels=())
    place.slack.channels["C0TEAM"] = {"is_private": True, "is_member": False}
    await looks.check("T1")
    assert (
        "I cannot tell who its members are and let none of them press a button" in told(place)[0][1]
    )


async def test_unknown_or_hidden_channel_is_told(place: World, bot: Process) -> None:
    place.slack.fail("conversations.info", "channel_not_found")
    await presence(place, bot).check("T1")
    assert "there is no such channel, or it is private and I am not in it" in told(place)[0][1]


async def test_nothing_is_concluded_when_slack_does_not_tell(place: World, bot: Process) -> None:
    looks = presence(place, bot)
    place.slack.fail("conversations.info", "missing_scope", "missing_scope")
    await looks.check("T1")
    assert (told(place), await bot.store.absences.of("T1")) == ([], ())


async def test_it_is_tried_again_when_it_could_not_be_told(place: World, bot: Process) -> None:
    looks = presence(place, bot)
    place.slack.fail("chat.postMessage", "internal_error")
    await looks.check("T1")
    assert await bot.store.absences.of("T1") == ()
    await looks.check("T1")
    assert told(place)[1:] == [("U1", TOLD)]

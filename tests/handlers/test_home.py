"""The Home tab: what a person may know of, and what only administrators see and change."""

from __future__ import annotations

from typing import Any

from bot.evidence import GapReason
from bot.sources import SourceError
from bot.store.records import Absence, Answering
from tests.handlers.test_form import WHO
from tests.payloads import alert, command, event
from tests.reports import NOON
from tests.world import Process, World, pod

LINK = "https://acme.slack.example/archives/C1/p1772366400000001"


def opened(user: str = "U1") -> dict[str, Any]:
    return event({"type": "app_home_opened", "user": user, "tab": "home"})


async def texts(place: World, bot: Process, user: str = "U1") -> list[str]:
    """The sections of the newest Home tab."""
    await bot.send(opened(user))
    blocks = place.slack.views[-1]["blocks"]
    return [block["text"]["text"] for block in blocks if block["type"] == "section"]


async def test_home_shows_cluster_what_is_followed_and_what_one_may_do(
    place: World, bot: Process
) -> None:
    await bot.send(alert())
    cluster, followed, recent, muted, may, how = await texts(place, bot)
    assert cluster == (
        "*Cluster* `prod`\n:red_circle: 1 of 1 pods do not run · 3 of 3 nodes are Ready\n"
        "• ImagePullBackOff (1): `shop/api-7d9f8c-x2x4z`"
    )
    assert followed == (
        f"*Followed now*\n• <{LINK}|shop/Pod/api-7d9f8c-x2x4z>: Run 4711 of release failed in step "
        "push → waiting for the pod"
    )
    assert recent == "*Last reports*\nNothing at the moment."
    assert muted == "*Muted now*\nNothing at the moment."
    assert may.startswith("*What you may do*\nYou may ask, recheck, re-run")
    assert how.startswith("*How to ask*")


async def test_report_that_is_not_followed_any_more_is_among_the_last_ones(
    place: World, bot: Process
) -> None:
    await bot.send(alert())
    place.cluster.objects = [pod(ready=True)]
    for _ in range(2):
        await bot.tick()
        place.later(61)
    assert (await texts(place, bot))[2] == (
        "*Last reports*\n:large_green_circle: "
        "<!date^1772366400^{date_short_pretty} {time}|2026-03-01 12:00 UTC> "
        f"<{LINK}|shop/Pod/api-7d9f8c-x2x4z>: recovered from: "
        "Run 4711 of release failed in step push"
    )


async def test_reports_of_a_private_channel_are_for_its_members(place: World, bot: Process) -> None:
    place.slack.channels["C1"] = {"is_private": True}
    place.slack.members["C1"] = ["U1"]
    await bot.send(alert())
    assert "api-7d9f8c" in (await texts(place, bot))[1]
    assert (await texts(place, bot, "U2"))[1] == "*Followed now*\nNothing at the moment."


async def test_home_of_a_guest_names_no_workload(place: World, bot: Process) -> None:
    place.slack.users["U7"] = {"is_restricted": True}
    await bot.send(alert())
    assert await texts(place, bot, "U7") == [
        "Guests may not use me. Ask a member of the team to do it."
    ]


async def test_home_says_when_the_cluster_cannot_be_asked(place: World, bot: Process) -> None:
    place.cluster.error = SourceError(GapReason.UNREACHABLE, "no route", "check the network")
    assert (await texts(place, bot))[0] == (
        "*Cluster* `prod`\n:white_circle: no pod was seen\n:grey_question: Could not look at "
        "cluster, pods and nodes: unreachable → check the network"
    )


async def test_home_shows_only_namespaces_that_every_channel_may_hear_of(place: World) -> None:
    place.namespaces = ("*=tools",)
    async with place.process() as bot:
        assert "api-7d9f8c" not in (await texts(place, bot))[0]


async def test_home_names_channels_that_the_bot_is_not_in(place: World, bot: Process) -> None:
    await bot.store.absences.begin(
        Absence(team="T1", channel="C0OPS", why="I am not in it", since=NOON)
    )
    assert (await texts(place, bot))[1] == (
        ":warning: <#C0OPS>: I am not in it. Type `/invite @WhyFailing` in it, or take it out of "
        "the settings."
    )


async def test_button_opens_the_form(place: World, bot: Process) -> None:
    await bot.send(pressed("whyfailing.ask", {"type": "button", "value": "ask"}))
    assert place.slack.views[-1]["callback_id"] == "whyfailing_form"


# --- administrators -----------------------------------------------------------------------------


def pressed(action_id: str, element: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "block_actions", "container": {"type": "view"}, "trigger_id": "t",
        "view": {"id": "V1", "type": "home"},
        "actions": [{"action_id": action_id, "block_id": "b", **element}], **WHO,
    }  # fmt: skip


def choosing(value: str) -> dict[str, Any]:
    element = {"type": "static_select", "selected_option": {"value": value}}
    return pressed("whyfailing.answering.C1", element)


async def test_administrator_sees_settings_and_no_secret(place: World, bot: Process) -> None:
    place.slack.users["U1"] = {"is_admin": True}
    *_, shown, chose = await texts(place, bot)
    assert shown == (
        "*Settings*, which only administrators see\n"
        "• Buttons: Name of U1\n"
        "• Alerts: answered in every channel that I am in\n"
        "• Follow-ups: a look every 5 s, Ready for 60 s, given up after 30 min\n"
        "• GitHub: public data only, without a token\n"
        "• Registries: asked anonymously, none is configured\n"
        "• Pull secrets: not read"
    )
    assert chose == (
        "*Channels that chose for themselves* what they hear\n"
        "None; `/whyfailing here mention` in a channel does."
    )
    assert "Settings" not in str(await texts(place, bot, "U2"))


async def test_administrator_changes_what_a_channel_hears(place: World, bot: Process) -> None:
    place.slack.users["U1"] = {"is_owner": True}
    await bot.send(command("here off", response_url=f"{place.base}/respond", user_id="U2"))
    shown = (await texts(place, bot))[-1]
    assert shown.startswith("<#C1>, by Name of U2 on ")
    await bot.send(choosing("mention"))
    choice = await bot.store.channels.one("T1", "C1")
    assert choice is not None
    assert (choice.answering, choice.by_name) == (Answering.MENTION, "Name of U1")
    select = place.slack.views[-1]["blocks"][-1]["accessory"]
    assert select["initial_option"]["text"]["text"] == "only who asks"


async def test_nobody_else_changes_what_a_channel_hears(place: World, bot: Process) -> None:
    await bot.send(choosing("off"))
    assert await bot.store.channels.one("T1", "C1") is None

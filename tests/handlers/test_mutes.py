"""Mutes: alerts about a workload get no answer while its cause is the same, and no longer."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bot.report import Verdict
from tests.handlers.test_buttons import head, message, press, told
from tests.payloads import alert, click, command, event, find_button
from tests.reports import finding, report
from tests.world import Process, World, pod

LATER = "1772366401.000200"


async def mute(place: World, bot: Process, label: str = "Mute for 1 hour") -> None:
    await bot.send(alert())
    await bot.send(press(place, label))


def muted_line(place: World) -> str:
    blocks = message(place)["blocks"]
    texts = [block["text"]["text"] for block in blocks if block["type"] == "section"]
    return next((text for text in texts if text.startswith(":no_bell:")), "")


def other_cause(place: World) -> None:
    other = msgspec.structs.replace(finding(), code="ContainerOOMKilled", title="out of memory")
    place.report = report(root_causes=(other,))


def home(user: str = "U1") -> dict[str, Any]:
    return event({"type": "app_home_opened", "user": user, "tab": "home"})


async def test_muted_report_says_by_whom_and_how_long(place: World, bot: Process) -> None:
    await mute(place, bot)
    assert head(place).startswith(":white_circle: *Run 4711 of release failed in step push*")
    assert muted_line(place) == (
        ":no_bell: *Muted* by Name of U1 until <!date^1772370000^{date_short_pretty} {time}|"
        "2026-03-01 13:00 UTC>: alerts about `shop/ReplicaSet/api-7d9f8c` get no answer while the "
        "cause is this one."
    )
    (entry,) = await bot.store.journal.entries("C1")
    assert (entry.user_id, entry.what, entry.detail) == ("U1", "mute", "for 1 hour")


async def test_alert_about_a_muted_workload_gets_no_answer(place: World, bot: Process) -> None:
    await mute(place, bot)
    place.later(400)
    for second in range(3):
        await bot.send(alert(ts=f"17723668{second:02d}.000200"))
    assert len(place.slack.named("chat.postMessage")) == 1
    assert len(place.investigations) == 2, "one look answers for five minutes"


async def test_other_cause_of_a_muted_workload_is_reported(place: World, bot: Process) -> None:
    await mute(place, bot)
    other_cause(place)
    place.later(400)
    await bot.send(alert(ts=LATER))
    assert len(place.slack.named("chat.postMessage")) == 2


async def test_other_cause_beside_the_muted_one_is_reported(place: World, bot: Process) -> None:
    await mute(place, bot)
    other = msgspec.structs.replace(finding(), code="ContainerOOMKilled", title="out of memory")
    place.report = report(root_causes=(finding(), other))
    place.later(400)
    await bot.send(alert(ts=LATER))
    assert len(place.slack.named("chat.postMessage")) == 2


async def test_person_who_asks_is_answered_and_sees_the_mute(place: World, bot: Process) -> None:
    await mute(place, bot)
    await bot.send(press(place, "Recheck"))
    await bot.tick()
    assert muted_line(place).startswith(":no_bell: *Muted* by Name of U1")


async def test_unmuted_workload_is_heard_of_again(place: World, bot: Process) -> None:
    await mute(place, bot)
    unmute = press(place, "Unmute")
    await bot.send(unmute)
    assert muted_line(place) == ""
    assert head(place).startswith(":red_circle:")
    await bot.send(unmute)
    assert told(place) == ["It is not muted any more."]
    place.later(1801)
    await bot.send(alert(ts="1772368201.000100"))
    assert len(place.slack.named("chat.postMessage")) == 2


async def test_every_living_message_about_the_workload_says_so(place: World, bot: Process) -> None:
    await bot.send(command("api-7d9f8c-x2x4z"))
    await bot.send(alert())
    for label, times in (("Mute for 1 hour", 2), ("Unmute", 0)):
        shown = next(iter(place.slack.messages.values()))
        action_id, value = find_button(shown, label)
        await bot.send(click(action_id, value, shown["ts"]))
        both = [str(each["blocks"]) for each in place.slack.messages.values()]
        assert sum(":no_bell:" in blocks for blocks in both) == times


async def test_message_says_no_more_that_it_is_muted_when_the_hour_is_over(
    place: World, bot: Process
) -> None:
    await mute(place, bot)
    place.later(3601)
    await bot.tick()
    assert muted_line(place) == ""
    await bot.send(alert(ts="1772370001.000100"))
    assert len(place.slack.named("chat.postMessage")) == 2


async def test_mute_until_recovery_ends_with_it(place: World, bot: Process) -> None:
    await mute(place, bot, "Mute until it recovers")
    assert "until it recovers: alerts about" in muted_line(place)
    place.cluster.objects = [pod(ready=True)]
    await bot.tick()
    place.later(61)
    await bot.tick()
    assert head(place).startswith(":large_green_circle: *Recovered*")
    place.cluster.objects = [pod()]
    await bot.send(alert(ts="1772366461.000100"))
    assert len(place.slack.named("chat.postMessage")) == 2


async def test_mute_for_hours_outlives_a_recovery(place: World, bot: Process) -> None:
    await mute(place, bot, "Mute for 8 hours")
    place.cluster.objects = [pod(ready=True)]
    await bot.tick()
    place.later(400)
    await bot.tick()
    place.cluster.objects = [pod()]
    await bot.send(alert(ts="1772366801.000100"))
    assert len(place.slack.named("chat.postMessage")) == 1


async def test_mute_until_recovery_ends_when_nobody_watches_any_more(
    place: World, bot: Process
) -> None:
    await mute(place, bot, "Mute until it recovers")
    await bot.send(press(place, "Stop following"))
    assert muted_line(place) == ""
    assert await bot.desk.mutes.active("T1") == ()


async def test_mute_until_recovery_ends_when_a_recheck_finds_nothing_wrong(
    place: World, bot: Process
) -> None:
    await mute(place, bot, "Mute until it recovers")
    failing, place.report = place.report, report(verdict=Verdict.HEALTHY, root_causes=())
    await bot.send(press(place, "Recheck"))
    await bot.tick()
    place.report = failing
    place.later(400)
    await bot.send(alert(ts="1772366801.000100"))
    assert len(place.slack.named("chat.postMessage")) == 2


async def test_mute_until_recovery_ends_when_its_message_is_deleted(
    place: World, bot: Process
) -> None:
    await mute(place, bot, "Mute until it recovers")
    place.slack.fail("chat.update", "channel_not_found")
    await bot.send(press(place, "Recheck"))
    await bot.tick()
    place.later(400)
    await bot.send(alert(ts="1772366801.000100"))
    assert len(place.slack.named("chat.postMessage")) == 2


async def test_nothing_is_muted_by_a_message_that_reports_no_failure(
    place: World, bot: Process
) -> None:
    await bot.send(alert())
    late = press(place, "Mute for 1 hour")
    place.cluster.objects = [pod(ready=True)]
    await bot.tick()
    place.later(61)
    await bot.tick()
    await bot.send(late)
    assert told(place) == ["This message reports no failure any more, so there is nothing to mute."]


async def test_guest_can_neither_mute_nor_unmute(place: World, bot: Process) -> None:
    await mute(place, bot)
    place.slack.users["U7"] = {"is_restricted": True}
    await bot.send(press(place, "Unmute", user="U7"))
    assert told(place)[0].startswith("Guests may not use me.")
    assert muted_line(place) != ""


@pytest.mark.parametrize("value", ["mute-1", "mute-1:nobody", "mute-99:x", ""])
async def test_forged_menu_entry_does_nothing(place: World, bot: Process, value: str) -> None:
    await bot.send(alert())
    action_id, _ = find_button(message(place), "Mute for 1 hour")
    url = f"{place.base}/respond"
    await bot.send(click(action_id, value, message(place)["ts"], response_url=url))
    assert told(place)[0].startswith("This button is from an earlier version of me")


async def test_home_lists_mutes_and_ends_them(place: World, bot: Process) -> None:
    await mute(place, bot)
    await bot.send(home())
    view = place.slack.views[-1]
    line = next(b for b in view["blocks"] if "Unmute" in str(b.get("accessory")))
    assert line["text"]["text"].startswith(
        "`shop/ReplicaSet/api-7d9f8c` (WorkflowFailed), by Name of U1 until"
    )
    button = line["accessory"]
    press_it = click(button["action_id"], button["value"], "")
    press_it["container"] = {"type": "view", "view_id": "V1"}
    del press_it["channel"]
    await bot.send(press_it)
    assert muted_line(place) == ""
    assert "Unmute" not in str(place.slack.views[-1])


async def test_mute_of_another_workspace_cannot_be_ended(place: World, bot: Process) -> None:
    await mute(place, bot)
    unmute = press(place, "Unmute")
    unmute["team"]["id"] = unmute["user"]["team_id"] = "T2"
    await bot.send(unmute)
    assert muted_line(place) != ""


async def test_mute_outlives_a_restart(place: World) -> None:
    async with place.process() as first:
        await mute(place, first)
    async with place.process() as second:
        await second.resume()
        place.later(400)
        await second.send(alert(ts=LATER))
        assert len(place.slack.named("chat.postMessage")) == 1
        place.later(3600)
        await second.tick()
        assert muted_line(place) == ""

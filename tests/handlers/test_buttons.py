"""Clicks: the allowed one acts once; every other gets its own sentence and changes nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.cluster import objects as k
from bot.report import RetryPull, Solution
from config.settings import AccessSettings
from tests.followup.test_pods import replica_set
from tests.payloads import alert, click, find_button, text_of
from tests.reports import report
from tests.world import BUILDING, Process, World, forbidden, pod


def message(place: World) -> dict[str, Any]:
    (shown,) = place.slack.messages.values()
    return shown


def press(place: World, label: str, user: str = "U1", ts: str = "") -> dict[str, Any]:
    shown = message(place)
    action_id, value = find_button(shown, label)
    return click(action_id, value, ts or shown["ts"], user, response_url=f"{place.base}/respond")


def told(place: World) -> list[str]:
    assert all(said.get("response_type") == "ephemeral" for said in place.slack.told)
    return [said["text"] for said in place.slack.told]


def head(place: World) -> str:
    return text_of(message(place)["blocks"][0])


def tasks(place: World) -> list[tuple[str, str, str]]:
    (plan,) = [b for b in message(place)["blocks"] if b["type"] == "plan"]
    return [
        (
            task["task_id"],
            task["status"],
            task["output"]["elements"][0]["elements"][0]["text"] if "output" in task else "",
        )
        for task in plan["tasks"]
    ]


async def test_rerun_is_followed_until_pod_stays_ready(place: World, bot: Process) -> None:
    await bot.send(alert())
    await bot.send(press(place, "Re-run failed jobs"))
    assert place.ci.reruns == [4711]
    assert head(place).startswith(
        ":hourglass_flowing_sand: *Re-running the failed jobs of release*"
    )
    assert tasks(place)[0] == ("run", "in_progress", "run 812, attempt 2: queued")
    place.ci.a_run = place.ci.made(2, "in_progress")
    place.ci.some_jobs = BUILDING
    await bot.tick()
    assert tasks(place)[0][2] == "run 812, attempt 2: build › push (2 of 2)"
    place.ci.a_run = place.ci.made(2, "completed", "success")
    await bot.tick()
    assert tasks(place)[:2] == [
        ("run", "complete", "run 812, attempt 2: success"),
        ("image", "in_progress", "not there yet"),
    ]
    place.registry.present = True
    await bot.tick()
    assert tasks(place)[2][:2] == ("pod", "in_progress")
    place.cluster.objects = [pod(ready=True)]
    await bot.tick()
    assert tasks(place)[3] == ("ready", "in_progress", "for 0 of 60 s")
    place.later(61)
    await bot.tick()
    assert head(place).splitlines() == [
        ":large_green_circle: *Recovered* · `shop/Pod/api-7d9f8c-x2x4z` on `prod`",
        "api-7d9f8c-x2x4z is Running and Ready for 60 s.",
        "It was: Run 4711 of release failed in step push",
    ]
    assert bot.schedule.ids == {}
    edits = len(place.slack.edits[message(place)["ts"]])
    await bot.tick()
    assert len(place.slack.edits[message(place)["ts"]]) == edits
    assert told(place) == []


async def test_clock_of_ready_starts_again_when_pod_falls_back(place: World, bot: Process) -> None:
    await bot.send(alert())
    place.cluster.objects = [pod(ready=True)]
    await bot.tick()
    place.later(50)
    place.cluster.objects = [pod(waiting="CrashLoopBackOff")]
    await bot.tick()
    place.cluster.objects = [pod(ready=True)]
    await bot.tick()
    place.later(50)
    await bot.tick()
    assert head(place).startswith(":red_circle:")
    place.later(11)
    await bot.tick()
    assert head(place).startswith(":large_green_circle: *Recovered*")


async def test_new_diagnosis_is_in_same_message_when_run_fails_again(
    place: World, bot: Process
) -> None:
    await bot.send(alert())
    await bot.send(press(place, "Re-run failed jobs"))
    place.ci.a_run = place.ci.made(2, "completed", "failure")
    await bot.tick()
    assert head(place).splitlines()[0] == (
        ":leftwards_arrow_with_hook: Name of U1 re-ran the failed jobs: "
        "run 812, attempt 2 ended with failure."
    )
    assert len(place.investigations) == 2
    assert len(place.slack.named("chat.postMessage")) == 1
    find_button(message(place), "Re-run failed jobs")


async def test_new_diagnosis_when_image_stays_away_or_pod_crashes(
    place: World, bot: Process
) -> None:
    await bot.send(alert())
    await bot.send(press(place, "Re-run failed jobs"))
    place.ci.a_run = place.ci.made(2, "completed", "success")
    await bot.tick()
    place.later(130)
    await bot.tick()
    assert "but ghcr.io/acme/api:1.8.2 is not there" in head(place).splitlines()[0]


async def test_new_diagnosis_when_new_container_crashes(place: World, bot: Process) -> None:
    await bot.send(alert())
    await bot.send(press(place, "Re-run failed jobs"))
    place.ci.a_run = place.ci.made(2, "completed", "success")
    place.registry.present = True
    place.cluster.objects = [pod(waiting="CrashLoopBackOff")]
    await bot.tick()
    assert "but then: api-7d9f8c-x2x4z: api: CrashLoopBackOff" in head(place).splitlines()[0]


async def test_message_says_what_was_last_seen_when_time_is_up(place: World, bot: Process) -> None:
    await bot.send(alert())
    await bot.send(press(place, "Re-run failed jobs"))
    place.later(1801)
    await bot.tick()
    assert head(place).splitlines()[:2] == [
        ":red_circle: *Not recovered in time* · `shop/Pod/api-7d9f8c-x2x4z` on `prod`",
        "I followed it for 30 min and stop now. Workflow run of release: "
        "run 812, attempt 2: queued. Press Recheck.",
    ]


async def test_source_that_fails_is_asked_again(place: World, bot: Process) -> None:
    await bot.send(alert())
    await bot.send(press(place, "Re-run failed jobs"))
    place.ci.error = forbidden()
    await bot.tick()
    assert tasks(place)[0][2].startswith("could not ask (forbidden: Resource not accessible)")
    place.ci.error = None
    await bot.tick()
    assert tasks(place)[0][2] == "run 812, attempt 2: queued"


async def test_retried_pull_is_followed_to_new_pod(place: World, bot: Process) -> None:
    action = RetryPull(cluster="prod", namespace="shop", pod="api-7d9f8c-x2x4z", uid="pod-uid-1")
    place.report = report(solutions=(Solution(title="Retry", why="w", action=action),))
    place.registry.present = True
    await bot.send(alert())
    await bot.send(press(place, "Retry pull now"))
    assert place.cluster.deleted == [("shop", "api-7d9f8c-x2x4z", "pod-uid-1")]
    place.later(61)
    await bot.tick()
    assert head(place).splitlines()[1] == "api-7d9f8c-new is Running and Ready for 60 s."


async def test_pull_can_be_retried_when_pod_still_waits_for_the_image_that_was_built(
    place: World, bot: Process
) -> None:
    await bot.send(alert())
    await bot.send(press(place, "Re-run failed jobs"))
    place.ci.a_run = place.ci.made(2, "completed", "success")
    await bot.tick()
    assert "Retry pull now" not in str(message(place)["blocks"])
    place.registry.present = True
    await bot.tick()
    first = find_button(message(place), "Retry pull now")
    await bot.tick()
    assert find_button(message(place), "Retry pull now") == first
    await bot.send(press(place, "Retry pull now"))
    assert place.cluster.deleted == [("shop", "api-7d9f8c-x2x4z", "pod-uid-1")]
    place.later(61)
    await bot.tick()
    assert head(place).splitlines()[1] == "api-7d9f8c-new is Running and Ready for 60 s."


async def test_recheck_investigates_again_in_same_message(place: World, bot: Process) -> None:
    place.access = AccessSettings()
    await bot.send(alert())
    await bot.send(press(place, "Recheck", user="U7"))
    assert len(place.investigations) == 2
    assert len(place.slack.named("chat.postMessage")) == 1
    assert told(place) == []


async def test_one_click_wins_when_two_people_click_at_once(place: World) -> None:
    place.access = AccessSettings(users=("U1", "U2"))
    async with place.process() as bot:
        await bot.send(alert())
        first, second = press(place, "Re-run failed jobs"), press(place, "Re-run failed jobs", "U2")
        await asyncio.gather(bot.send(first), bot.send(second))
        assert place.ci.reruns == [4711]
        assert len(told(place)) == 1


async def test_second_click_says_who_was_first(place: World, bot: Process) -> None:
    await bot.send(alert())
    body = press(place, "Re-run failed jobs")
    await bot.send(body)
    place.later(4)
    await bot.send(body)
    assert told(place) == ["Name of U1 started this 4 s ago; I did nothing more."]
    assert place.ci.reruns == [4711]


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("U2", {}, "You are not among the people who may change things"),
    ("U1", {"deleted": True}, "This account is deactivated"),
    ("U1", {"is_restricted": True}, "Guests may not use me"),
    ("U1", {"is_ultra_restricted": True}, "Guests may not use me"),
    ("U1", {"is_stranger": True}, "Only people of the workspace"),
    ("U1", {"team_id": "T2"}, "Only people of the workspace"),
    ("U1", {"is_bot": True}, "Apps and workflows may not use me"),
]


@pytest.mark.parametrize(("user", "facts", "sentence"), REFUSED)
async def test_click_is_refused_when_person_may_not(
    place: World, bot: Process, user: str, facts: dict[str, Any], sentence: str
) -> None:
    place.slack.users[user] = facts
    await bot.send(alert())
    await bot.send(press(place, "Re-run failed jobs", user))
    (said,) = told(place)
    assert said.startswith(sentence)
    assert place.ci.reruns == []
    audit = await bot.store.journal.entries("C1")
    assert [(entry.user_id, entry.what, entry.decision) for entry in audit] == [
        (user, "rerun_failed_jobs", "refused")
    ]


async def test_click_is_refused_when_slack_does_not_say_who(place: World, bot: Process) -> None:
    await bot.send(alert())
    place.slack.fail("users.info", "user_not_found")
    await bot.send(press(place, "Re-run failed jobs"))
    assert told(place) == [
        "I could not find out who you are, so I did nothing. Try again in a minute."
    ]


async def test_group_decides_and_unreadable_group_refuses(place: World) -> None:
    place.access = AccessSettings(groups=("S1",))
    place.slack.groups["S1"] = ["U5"]
    async with place.process() as bot:
        await bot.send(alert())
        place.slack.fail("usergroups.users.list", "plan_upgrade_required")
        await bot.send(press(place, "Re-run failed jobs", "U5"))
        assert told(place)[0].startswith("I could not read the members of S1")
        await bot.send(press(place, "Re-run failed jobs", "U5"))
        assert place.ci.reruns == [4711]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("running", "Run 4711 of release is going on already (attempt 1, in_progress)."),
        ("green", "Run 4711 of release has succeeded meanwhile"),
        ("newer", "Run 4711 of release was re-run meanwhile: attempt 3 ended with failure"),
        ("gone", "Run 4711 of release is gone from acme/api"),
        ("image", "ghcr.io/acme/api:1.8.2 exists by now"),
        ("github", "I could not check whether that is still right (forbidden: Resource not"),
    ],
)
async def test_click_does_nothing_when_world_has_moved_on(
    place: World, bot: Process, change: str, sentence: str
) -> None:
    await bot.send(alert())
    match change:
        case "running":
            place.ci.a_run = place.ci.made(1, "in_progress")
        case "green":
            place.ci.a_run = place.ci.made(1, "completed", "success")
        case "newer":
            place.ci.a_run = place.ci.made(3, "completed", "failure")
        case "gone":
            place.ci.a_run = None
        case "image":
            place.registry.present = True
        case _:
            place.ci.error = forbidden()
    await bot.send(press(place, "Re-run failed jobs"))
    (said,) = told(place)
    assert said.startswith(sentence)
    assert place.ci.reruns == []


async def test_click_is_refused_when_button_is_stale(place: World, bot: Process) -> None:
    await bot.send(alert())
    old = press(place, "Re-run failed jobs")
    await bot.send(press(place, "Recheck"))
    await bot.send(old)
    place.later(25 * 3600)
    await bot.send(press(place, "Re-run failed jobs"))
    await bot.send(press(place, "Re-run failed jobs", ts="9.9"))
    await bot.send(click("whyfailing.unknown", "x", "1.1", response_url=f"{place.base}/respond"))
    assert [text.split(",")[0] for text in told(place)] == [
        "This button belongs to an earlier report of this message",
        "This button is too old to be right",
        "This button is from an earlier version of me or of this message",
        "This button is from an earlier version of me or of this message",
    ]
    assert place.ci.reruns == []


async def test_report_says_why_when_github_refuses_the_deed(place: World, bot: Process) -> None:
    await bot.send(alert())
    body = press(place, "Re-run failed jobs")
    place.ci.refuse_rerun = forbidden()
    await bot.send(body)
    assert (
        head(place)
        .splitlines()[0]
        .startswith(
            ":leftwards_arrow_with_hook: Name of U1 pressed a button, but: forbidden: Resource not"
        )
    )
    find_button(message(place), "Re-run failed jobs")


async def test_message_stays_when_person_stops_following(place: World, bot: Process) -> None:
    await bot.send(alert())
    await bot.send(press(place, "Re-run failed jobs"))
    await bot.send(press(place, "Stop following"))
    assert head(place).splitlines()[:2] == [
        ":white_circle: *Not followed any more* · `shop/Pod/api-7d9f8c-x2x4z` on `prod`",
        "Name of U1 stopped following it. What was started goes on by itself.",
    ]
    assert await bot.store.follow_ups.open_ones() == ()


async def test_report_stays_when_person_stops_watching(place: World, bot: Process) -> None:
    await bot.send(alert())
    stop = press(place, "Stop following")
    await bot.send(stop)
    assert head(place).splitlines()[:2] == [
        ":leftwards_arrow_with_hook: Name of U1 stopped following it.",
        ":red_circle: *Run 4711 of release failed in step push*",
    ]
    await bot.send(stop)
    assert told(place) == ["Nothing is followed here any more."]


async def test_all_evidence_opens_beside_the_message(place: World, bot: Process) -> None:
    await bot.send(alert())
    await bot.send(press(place, "All evidence"))
    (view,) = place.slack.views
    assert view["title"]["text"] == "All evidence"
    assert "Step push ended with exit code 1" in str(view["blocks"])


async def test_following_ends_when_message_is_deleted(place: World, bot: Process) -> None:
    await bot.send(alert())
    body = press(place, "Re-run failed jobs")
    place.slack.messages.clear()
    await bot.send(body)
    await bot.tick()
    assert await bot.store.follow_ups.open_ones() == ()
    assert bot.schedule.ids == {}


async def test_message_says_so_when_newer_rollout_took_over(place: World, bot: Process) -> None:
    await bot.send(alert())
    await bot.tick()
    place.cluster.objects = [replica_set("api-7d9f8c", "rs-1", 1, 0),
                             replica_set("api-new", "rs-2", 2, 1)]  # fmt: skip
    await bot.tick()
    assert head(place).splitlines()[:2] == [
        ":white_circle: *Superseded* · `shop/Pod/api-7d9f8c-x2x4z` on `prod`",
        "api-new took its place.",
    ]


async def test_message_says_so_when_pod_is_gone_for_good(place: World, bot: Process) -> None:
    alone = k.Pod(metadata=k.Metadata(name="api-7d9f8c-x2x4z", namespace="shop", uid="u"))
    place.cluster.objects = [alone]
    await bot.send(alert())
    await bot.send(press(place, "Re-run failed jobs"))
    place.ci.a_run = place.ci.made(2, "completed", "success")
    place.registry.present = True
    place.cluster.objects = []
    await bot.tick(2)
    assert head(place).splitlines()[:2] == [
        ":red_circle: *It did not work* · `shop/Pod/api-7d9f8c-x2x4z` on `prod`",
        "Pod api-7d9f8c-x2x4z is gone, and nothing makes it again.",
    ]

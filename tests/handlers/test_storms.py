"""Many alerts at once: one table for one cause, one message for what is over the limit."""

from __future__ import annotations

from typing import Any

import msgspec

from bot.cluster import objects as k
from bot.report import Layer, Subject
from tests.payloads import alert, text_of
from tests.reports import NOON, finding, report
from tests.world import Process, World, pod


def posts(place: World) -> list[dict[str, Any]]:
    return place.slack.named("chat.postMessage")


def pods_of_their_own(place: World, count: int) -> None:
    """As many pods as that, each of a workload of its own."""
    status = pod().status
    place.cluster.objects = [
        k.Pod(
            metadata=k.Metadata(
                name=f"job-{n}",
                namespace="shop",
                uid=f"uid-{n}",
                creation_timestamp=NOON,
                owner_references=(
                    k.OwnerReference(kind="ReplicaSet", name=f"rs-{n}", uid=f"rs-{n}",
                                     controller=True),
                ),
            ),
            spec=pod().spec,
            status=status,
        )
        for n in range(count)
    ]  # fmt: skip


def node_is_down(place: World) -> None:
    down = finding()
    ruling = msgspec.structs.replace(
        down.ruling, subject=Subject("Node", "n1"), summary="n1 is down"
    )
    place.report = report(
        root_causes=(
            msgspec.structs.replace(
                down, code="NodeNotReady", layer=Layer.CLUSTER, ruling=ruling, chain=""
            ),
        )
    )


async def alarm(bot: Process, *numbers: int) -> None:
    for n in numbers:
        ts = f"{NOON.timestamp():.0f}.{n + 1:06d}"
        text = f"Pod shop/job-{n} is not ready"
        await bot.send(alert(text, ts=ts) | {"event_id": f"Ev{n}"})


def texts(shown: dict[str, Any]) -> str:
    return str(shown["blocks"])


async def test_sixth_report_of_one_cause_is_a_line_and_the_first_lists_all(
    place: World, bot: Process
) -> None:
    pods_of_their_own(place, 8)
    node_is_down(place)
    await alarm(bot, *range(7))
    shown = list(place.slack.messages.values())
    assert [len(m["blocks"]) > 1 for m in shown] == [True] * 5 + [False] * 2
    assert shown[5]["blocks"][0]["text"]["text"] == (
        ":red_circle: `shop/Pod/job-5` on `prod` fails for the reason "
        "<https://acme.slack.example/archives/C1/p1772366400000001|reported> at "
        "<!date^1772366400^{time_secs}|12:00:00 UTC>: n1 is down"
    )
    assert "Also affected (6):" in texts(shown[0])
    assert all(f"shop/ReplicaSet/rs-{n}" in texts(shown[0]) for n in range(1, 7))


async def test_line_turns_green_when_its_own_pod_recovers(place: World, bot: Process) -> None:
    pods_of_their_own(place, 6)
    node_is_down(place)
    await alarm(bot, *range(6))
    last = place.cluster.objects[5]
    ready = pod(last.name, last.metadata.uid, ready=True)
    place.cluster.objects[5] = k.Pod(metadata=last.metadata, spec=ready.spec, status=ready.status)
    await bot.tick()
    place.later(61)
    await bot.tick()
    shown = list(place.slack.messages.values())
    assert shown[5]["text"].startswith("Recovered: shop/Pod/job-5")
    assert not shown[0]["text"].startswith("Recovered")


async def test_line_stays_as_it_is_when_it_was_watched_for_hours(
    place: World, bot: Process
) -> None:
    pods_of_their_own(place, 6)
    node_is_down(place)
    await alarm(bot, *range(6))
    line = list(place.slack.messages.values())[5]
    before = text_of(line["blocks"][0])
    place.later(6 * 3600 + 1)
    await bot.tick()
    assert text_of(line["blocks"][0]) == before
    assert bot.schedule.ids == {}


async def test_causes_of_their_own_are_reported_one_by_one(place: World, bot: Process) -> None:
    pods_of_their_own(place, 7)
    down = finding()
    ruling = msgspec.structs.replace(down.ruling, subject=Subject("Pod", "x", container="x"))
    crash = msgspec.structs.replace(down, code="AppError", layer=Layer.CLUSTER, ruling=ruling)
    place.report = report(root_causes=(crash,))
    await alarm(bot, *range(7))
    assert all(len(m["blocks"]) > 1 for m in place.slack.messages.values())


async def test_reports_of_one_cause_that_come_slowly_stay_whole(place: World, bot: Process) -> None:
    pods_of_their_own(place, 7)
    node_is_down(place)
    for n in range(7):
        await alarm(bot, n)
        place.later(60)
    assert all(len(m["blocks"]) > 1 for m in place.slack.messages.values())


async def test_eleventh_alert_of_a_minute_is_counted_in_one_message(
    place: World, bot: Process
) -> None:
    pods_of_their_own(place, 14)
    await alarm(bot, *range(13))
    await bot.send(alert("Pod shop/job-12 is not ready", ts="1772366400.000099"))
    assert len(posts(place)) == 11
    storm = posts(place)[10]
    assert storm.get("thread_ts") is None
    (message,) = [m for m in place.slack.messages.values() if ":warning:" in texts(m)]
    assert message["blocks"][0]["text"]["text"].splitlines() == [
        ":warning: *4 alerts* since <!date^1772366400^{time_secs}|12:00:00 UTC> got no reply, "
        "because I give 10 a minute in a channel. They are about:",
        "• `shop/ReplicaSet/rs-12` (2 alerts)",
        "• `shop/ReplicaSet/rs-10`",
        "• `shop/ReplicaSet/rs-11`",
        "Mention me in the alert's thread, and I look.",
    ]
    assert len(place.investigations) == 10
    place.later(61)
    await alarm(bot, 13)
    assert len(posts(place)) == 12


async def test_storm_about_one_workload_has_one_report_nine_lines_and_one_message(
    place: World, bot: Process
) -> None:
    for number in range(30):
        await bot.send(alert(ts=f"1772366400.{number:06d}") | {"event_id": f"Ev{number}"})
    assert len(posts(place)) == 11
    assert len(place.investigations) == 1
    assert posts(place)[10]["text"] == "1 alert got no reply: there were too many"


async def test_storm_goes_on_in_its_message_after_a_restart(place: World) -> None:
    pods_of_their_own(place, 13)
    async with place.process() as first:
        await alarm(first, *range(11))
    async with place.process() as second:
        await second.resume()
        await alarm(second, 11)
    assert len([m for m in place.slack.messages.values() if ":warning:" in texts(m)]) == 1

"""Alerts about what a message of the channel tells already are referred to it."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.cluster import objects as k
from bot.evidence import GapReason
from bot.sources import SourceError
from tests.payloads import TS, alert
from tests.reports import NOON, TARGET
from tests.world import Process, World, pod

LATER = "1772366401.000200"
HEIR = "Pod shop/api-7d9f8c-other is not ready"


def posts(place: World) -> list[dict[str, Any]]:
    return place.slack.named("chat.postMessage")


def two_pods(place: World) -> None:
    place.cluster.objects = [pod(), pod("api-7d9f8c-other", "pod-uid-2")]


async def test_second_pod_of_a_workload_is_referred_to_the_report_of_the_first(
    place: World, bot: Process
) -> None:
    two_pods(place)
    await bot.send(alert())
    await bot.send(alert(HEIR, ts=LATER))
    first, second = posts(place)
    assert len(place.investigations) == 1
    assert (first["thread_ts"], second["thread_ts"]) == (TS, LATER)
    assert second["text"] == (
        "shop/ReplicaSet/api-7d9f8c was reported here already: "
        "Run 4711 of release failed in step push"
    )
    (block,) = second["blocks"]
    assert block["text"]["text"] == (
        ":leftwards_arrow_with_hook: `shop/ReplicaSet/api-7d9f8c` was "
        "<https://acme.slack.example/archives/C1/p1772366400000001|reported> in this channel at "
        "<!date^1772366400^{time_secs}|12:00:00 UTC>: Run 4711 of release failed in step push"
    )


async def test_alerts_that_come_together_get_one_report(place: World, bot: Process) -> None:
    two_pods(place)
    await asyncio.gather(bot.send(alert()), bot.send(alert(HEIR, ts=LATER)))
    assert len(place.investigations) == 1
    assert len(posts(place)) == 2


async def test_alert_is_investigated_when_the_report_is_half_an_hour_old(
    place: World, bot: Process
) -> None:
    await bot.send(alert())
    place.later(1801)
    await bot.send(alert(ts="1772368201.000100"))
    assert len(place.investigations) == 2


async def test_alert_is_investigated_when_the_first_failure_is_over(
    place: World, bot: Process
) -> None:
    await bot.send(alert())
    place.cluster.objects = [pod(ready=True)]
    await bot.tick()
    place.later(61)
    await bot.tick()
    place.cluster.objects = [pod()]
    await bot.send(alert(ts="1772366461.000100"))
    assert len(place.investigations) == 2


async def test_each_channel_has_its_own_report(place: World, bot: Process) -> None:
    await bot.send(alert())
    await bot.send(alert(ts=LATER, channel="C2"))
    assert len(place.investigations) == 2


async def test_other_workload_has_its_own_report(place: World, bot: Process) -> None:
    owner = k.OwnerReference(kind="ReplicaSet", name="web-5f6", uid="rs-2", controller=True)
    web = pod("web-5f6-x2x4z", "pod-uid-3")
    meta = k.Metadata(
        name=web.name, namespace="shop", uid="pod-uid-3", owner_references=(owner,),
        creation_timestamp=NOON,
    )  # fmt: skip
    place.cluster.objects = [pod(), k.Pod(metadata=meta, spec=web.spec, status=web.status)]
    await bot.send(alert())
    await bot.send(alert("Pod shop/web-5f6-x2x4z is not ready", ts=LATER))
    assert len(place.investigations) == 2


async def test_alert_is_referred_without_a_link_when_slack_gives_none(
    place: World, bot: Process
) -> None:
    await bot.send(alert())
    place.slack.fail("chat.getPermalink", "internal_error")
    await bot.send(alert(ts=LATER))
    assert "was reported in this channel at" in posts(place)[1]["blocks"][0]["text"]["text"]


async def test_reference_is_made_after_a_restart_too(place: World) -> None:
    async with place.process() as first:
        await first.send(alert())
    async with place.process() as second:
        await second.resume()
        await second.send(alert(ts=LATER))
    assert len(place.investigations) == 1
    assert len(posts(place)) == 2


async def test_pod_that_cannot_be_read_is_investigated_by_itself(
    place: World, bot: Process
) -> None:
    place.cluster.error = SourceError(GapReason.FORBIDDEN, "may not get pods", "")
    assert await bot.desk.repeats.workload_of(TARGET) == "shop/Pod/api-7d9f8c-x2x4z"

"""A storm costs a bounded time, and no secret comes out of a whole run, wherever it went in."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from bot.cluster import objects as k
from bot.cluster.neighbours import MOST_EVENTS, narrowed
from bot.connect import connect
from bot.diagnose import diagnose
from bot.evidence import Target
from bot.investigate import Investigation, investigate
from bot.render import json as as_json
from bot.render import markdown, text
from simulator.kubernetes.state import TOKEN
from simulator.slack.server import APP_TOKEN, BOT_TOKEN
from simulator.stories.secret_missing import REPOSITORY, STORY
from simulator.world import HUB_PASSWORD, World, open_world
from tests import make
from tests.collect.waiting import pod_fails
from tests.payloads import alert
from tests.world import Process
from tests.world import World as SlackWorld

TARGET = Target("demo", STORY.workload.namespace, "Pod", STORY.workload.pod)
GIVEN_AWAY = (
    "ghp_0123456789abcdefghij0123456789abcdef",
    "ghs_12345_eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib3QifQ.c2lnbmF0dXJl",
    "dckr_pat_0123456789abcdefghijklmn",
    "xoxb-123456789012-abcdefghijkl",
    "AKIAIOSFODNN7EXAMPLE",
    "hunter22hunter22",
    "SlRDb25maWdTZWNyZXQ",
    "MIIEvQIBADANBgkqhkiG",
)
WAYS = (
    "token is {0}", "Authorization: Bearer {1}", "docker login -p {2}", "SLACK={3}",
    "aws {4}", "https://user:{5}@registry.example.com/v2/", "DB_PASSWORD={5}",
    '{{"runnerJITConfig": "{6}"}}', "-----BEGIN PRIVATE KEY-----\n{7}\n-----END PRIVATE KEY-----",
    "https://b.blob.core.windows.net/log?se=1&sig={6}",
)  # fmt: skip
LEAKS = "\n".join(WAYS).format(*GIVEN_AWAY)


class Watchdog:
    """Measures the longest piece of work, in seconds of CPU, that keeps the event loop busy."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def watch(self) -> None:
        while True:
            began = time.thread_time()
            await asyncio.sleep(0)
            self.longest = max(self.longest, time.thread_time() - began)
            await asyncio.sleep(0.002)


async def _investigated(world: World, dog: Watchdog | None = None) -> Investigation:
    watching = asyncio.create_task((dog or Watchdog()).watch())
    async with connect(world.settings()) as sources:
        found = await investigate(TARGET, sources)
    await asyncio.sleep(0.01)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    return found


async def _world_fails(world: World) -> None:
    STORY.prepare(world)
    await pod_fails(world, STORY.workload)


def _write_log(world: World, lines: list[str]) -> None:
    """Put lines before what the failed job's log says already."""
    for run in world.github.repositories[REPOSITORY].runs.values():
        for job in run.jobs:
            job.log = [*lines, *(job.log or [])]


async def test_the_loop_stays_free_when_a_log_is_two_megabytes(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        await _world_fails(world)
        _write_log(world, [f"#{n} 12.{n} compiling module_{n} " + "x " * 30 for n in range(22_000)])
        dog = Watchdog()
        found = await _investigated(world, dog)
    assert [cause.code for cause in found.report.root_causes] == ["CISecretMissing"]
    began = time.thread_time()
    diagnose(found.evidence)
    reading = time.thread_time() - began
    assert dog.longest < reading


async def test_no_secret_comes_out_when_the_whole_chain_is_full_of_them(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with open_world(tmp_path) as world:
        await _world_fails(world)
        _write_log(world, LEAKS.split("\n"))
        pod = world.cluster.get("Pod", TARGET.namespace, TARGET.name) or {}
        pod["metadata"]["annotations"] = {
            "kubectl.kubernetes.io/last-applied-configuration": LEAKS,
            "note": LEAKS,
        }
        container = pod["spec"]["containers"][0]
        container["env"] = [
            {"name": f"N{n}", "value": way} for n, way in enumerate(LEAKS.split("\n")[:8])
        ] + [{"name": "API_TOKEN", "value": GIVEN_AWAY[5]}]
        container["args"] = ["--password=" + GIVEN_AWAY[5], "--header", WAYS[1].format(*GIVEN_AWAY)]
        world.cluster.apply(pod)
        found = await _investigated(world)
        settings = world.settings()
    shown = {
        "log": caplog.text,
        "evidence": msgspec.json.encode(found.evidence).decode(),
        "text": text.render(found.report),
        "markdown": markdown.render(found.report),
        "json": as_json.encode(found.report).decode(),
        "settings": f"{settings!r} {settings.slack} {settings.registries}",
    }
    own = (BOT_TOKEN, APP_TOKEN, HUB_PASSWORD, TOKEN, settings.github.token.reveal())
    found_in = [
        (place, secret)
        for place, words in shown.items()
        for secret in (*GIVEN_AWAY, *own)
        if secret in words
    ]
    assert found_in == []
    assert shown["evidence"].count("***") > len(WAYS)


def test_the_newest_events_are_kept_when_there_are_thousands() -> None:
    pod = make.pod(make.waiting(reason="ImagePullBackOff"))
    events = [
        make.event(pod, "Failed", f"pull {n}", last_timestamp=make.ago(seconds=n))
        for n in range(5_000)
    ]
    kept, _ = narrowed([pod, *events], set(), [pod])
    told = [item.message for item in kept if isinstance(item, k.Event)]
    assert told == [f"pull {n}" for n in range(MOST_EVENTS)]


async def test_ten_images_are_asked_about_when_a_pod_has_a_hundred(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        await _world_fails(world)
        pod = world.cluster.get("Pod", TARGET.namespace, TARGET.name) or {}
        names = [f"c{n:02}" for n in range(100)]
        spec, status = pod["spec"]["containers"][0], pod["status"]["containerStatuses"][0]
        pod["spec"]["containers"] = [
            spec | {"name": name, "image": f"acme/{name}:1"} for name in names
        ]
        pod["status"]["containerStatuses"] = [
            status | {"name": name, "image": f"acme/{name}:1"} for name in names
        ]
        world.cluster.apply(pod)
        found = await _investigated(world)
    assert len(found.evidence.images) == 10
    (gap,) = [gap for gap in found.evidence.gaps if "more images" in gap.subject]
    assert (gap.subject, gap.detail) == (
        "90 more images, from acme/c10:1 on",
        "one investigation asks about 10 images",
    )


async def test_each_alert_is_answered_once_when_all_come_twice(
    place: SlackWorld, bot: Process
) -> None:
    began = float(alert()["event"]["ts"])
    for number in range(20):
        body = alert(ts=f"{began + number / 1000:.6f}") | {"event_id": f"Ev{number}"}
        await asyncio.gather(bot.send(body), bot.send(body))
    *answers, storm = place.slack.named("chat.postMessage")
    assert len({answer["thread_ts"] for answer in answers}) == len(answers) == 10
    assert "thread_ts" not in storm
    assert any("*10 alerts*" in str(m["blocks"]) for m in place.slack.messages.values())
    assert len(place.investigations) == 1

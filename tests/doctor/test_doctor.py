"""A world that works, a check that does not end, and secrets."""

from __future__ import annotations

import asyncio

import msgspec

from bot.doctor import Check, State, examine
from bot.doctor.check import Subject, within
from bot.render.doctor import render
from config.settings import GitHubSettings, RegistriesSettings, Secret, Settings
from handlers import SCOPES
from simulator.world import World
from tests.doctor.asking import changed, of


async def test_everything_is_ok_when_everything_works(world: World) -> None:
    checks = await examine(world.settings())
    assert [check.breaks for check in checks] == [False] * len(checks)
    assert [check.says for check in of(checks, "cluster")] == [
        "demo: Kubernetes v1.35.4, as system:serviceaccount:default:demo",
        "all 93 permissions to read that reports use",
        "may tell a missing Secret or key from a misspelt one",
        "may retry a pull by deleting the pod",
    ]
    assert [check.says for check in of(checks, "slack")] == [
        "workspace Simulated (T0WHYFAIL), as whyfailing, app A0WHYFAIL",
        f"all {len(SCOPES)} scopes that the bot needs",
        "Socket Mode opens",
    ]
    assert [check.says for check in of(checks, "access")] == [
        "buttons that change something may be pressed by: 1 users"
    ]
    (hub,) = of(checks, "registries")
    assert hub.says == "docker.io: reachable, logged in as acmereader"
    github = of(checks, "github")
    assert github[0].says == "token of ada; 5000 of 5000 requests an hour left"


async def test_check_that_hangs_or_breaks_is_its_own_line() -> None:
    async def hangs(_: Settings) -> tuple[Check, ...]:
        await asyncio.sleep(60)
        return ()

    async def breaks(_: Settings) -> tuple[Check, ...]:
        raise ZeroDivisionError("oh")

    async def works(_: Settings) -> tuple[Check, ...]:
        return (Check(area="c", state=State.OK, says="fine"),)

    looks = {"a": hangs, "b": breaks, "c": works}
    checks = await examine(Settings(), looks=looks, seconds=0.02)
    assert [(check.area, check.state) for check in checks] == [
        ("a", State.FAILED),
        ("b", State.FAILED),
        ("c", State.OK),
    ]
    assert checks[1].says == "the check itself broke: ZeroDivisionError: oh"


async def test_question_without_an_answer_says_how_to_ask_it_by_hand() -> None:
    async def hangs() -> tuple[Check, ...]:
        await asyncio.sleep(60)
        return ()

    subject = Subject(
        area="registries", about="quay.io", by_hand="curl -i https://quay.io/v2/", seconds=0.02
    )
    assert await within(subject, hangs()) == (
        Check(
            area="registries",
            state=State.FAILED,
            says="quay.io: no answer within 0 s",
            fix="try it by hand: curl -i https://quay.io/v2/",
        ),
    )


async def test_no_secret_is_printed_whatever_goes_wrong(world: World) -> None:
    token, password, key = "xoxb-hushhush", "hushhush-password", "hushhush-key"
    before = world.settings()
    (hub,) = before.registries.configured
    settings = changed(
        before,
        slack=msgspec.structs.replace(
            before.slack, bot_token=Secret(token), app_token=Secret("xapp-hushhush")
        ),
        github=GitHubSettings(
            api_url=world.urls["github"], app_id="1", app_private_key=Secret(key)
        ),
        registries=RegistriesSettings(
            configured=(msgspec.structs.replace(hub, password=Secret(password)),)
        ),
        database_url="postgresql+asyncpg://u:hushhush@127.0.0.1:9/x?password=hushhush",
    )
    checks = await examine(settings)
    broken = {check.area for check in checks if check.breaks}
    assert broken == {"slack", "github", "registries", "database"}
    assert "hushhush" not in render(checks) + msgspec.json.encode(checks).decode()

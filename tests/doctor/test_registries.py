"""Registries: reachable, and as whom."""

from __future__ import annotations

import msgspec
import pytest

from bot.doctor import State, examine
from config.settings import RegistriesSettings, RegistrySettings, Secret
from simulator.faults import Fault
from simulator.registry import RegistryState, private
from simulator.serving import serve
from simulator.world import World
from tests.doctor.asking import changed, of, the_only


async def test_refused_credential_of_a_registry_is_named(world: World) -> None:
    before = world.settings()
    (hub,) = before.registries.configured
    wrong = msgspec.structs.replace(hub, password=Secret("wrong"))
    settings = changed(before, registries=RegistriesSettings(configured=(wrong,)))
    check = await the_only(settings, "registries")
    assert check.says == "docker.io: refuses the credential of acmereader"
    assert check.fix.startswith("replace DOCKERHUB_USERNAME and DOCKERHUB_TOKEN")


async def test_good_credential_is_not_blamed_for_a_repository_that_it_may_not_see(
    world: World,
) -> None:
    world.hub.faults.add(Fault(match="GET /token.*scope=", status=403))
    check = await the_only(world.settings(), "registries")
    assert check.says == "docker.io: reachable, logged in as acmereader"


async def test_wrong_password_of_a_plain_registry_is_named(world: World) -> None:
    state = RegistryState()
    state.add_account("ci", "right")
    async with serve(private(state)) as url:
        host = url.removeprefix("http://")
        entry = RegistrySettings(host=host, endpoint=url, allow_private=True, username="ci")
        for password, says in (
            ("right", f"{host}: reachable, logged in as ci"),
            ("wrong", f"{host}: refuses the credential of ci"),
        ):
            item = msgspec.structs.replace(entry, password=Secret(password))
            registries = RegistriesSettings(configured=(item,), allow_unknown=False)
            check = await the_only(changed(world.settings(), registries=registries), "registries")
            assert check.says == says


async def test_credential_is_untried_when_the_registry_asks_for_none(world: World) -> None:
    world.hub.faults.add(Fault(match="/manifests/", status=404))
    check = await the_only(world.settings(), "registries")
    assert check.says == (
        "docker.io: reachable, it asks for no credential, so that of acmereader is untried"
    )


@pytest.mark.parametrize(
    ("status", "says"),
    [(429, "docker.io: the rate limit is used up"), (500, "docker.io: answers 500")],
)
async def test_registry_that_refuses_to_answer_says_how(
    world: World, status: int, says: str
) -> None:
    world.hub.faults.add(Fault(match="/manifests/", status=status))
    check = await the_only(world.settings(), "registries")
    assert (check.says, check.breaks) == (says, True)


async def test_pulls_that_are_left_are_told(world: World) -> None:
    world.hub.push("ratelimitpreview/test:latest")
    world.hub.pull_limit = 100
    check = await the_only(world.settings(), "registries")
    assert check.says == "docker.io: reachable, logged in as acmereader, 100 pulls left"


async def test_registry_that_does_not_answer_is_a_failure_only_when_it_is_configured(
    world: World,
) -> None:
    gone = RegistrySettings(
        host="registry.shop.test", endpoint="http://127.0.0.1:9", allow_private=True
    )
    before = world.settings()
    settings = changed(
        before, registries=RegistriesSettings(configured=(*before.registries.configured, gone))
    )
    hub, shop = of(await examine(settings), "registries")
    assert (hub.state, shop.state) == (State.OK, State.FAILED)
    assert shop.breaks
    assert "registry.shop.test" in shop.says


async def test_docker_hub_is_not_asked_when_unknown_registries_may_not_be(world: World) -> None:
    settings = changed(world.settings(), registries=RegistriesSettings(allow_unknown=False))
    assert of(await examine(settings), "registries") == []

"""A simulated Docker Hub and a client that asks it instead of the real one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.registries.client import Registries, connect
from config.settings import RegistriesSettings, RegistrySettings, Secret
from simulator.registry import RegistryState, docker_hub
from simulator.serving import serve


@pytest.fixture
def state() -> RegistryState:
    state = RegistryState()
    state.add_account("shop", "hunter22")
    return state


@pytest.fixture
async def hub_url(state: RegistryState) -> AsyncIterator[str]:
    async with serve(docker_hub(state)) as url:
        yield url


def hub_settings(url: str, username: str = "") -> RegistriesSettings:
    return RegistriesSettings(
        configured=(
            RegistrySettings(
                host="docker.io",
                endpoint=url,
                hub_api=url,
                allow_private=True,
                username=username,
                password=Secret("hunter22" if username else ""),
            ),
        )
    )


@pytest.fixture
async def registry(hub_url: str) -> AsyncIterator[Registries]:
    async with connect(hub_settings(hub_url)) as registry:
        yield registry


@pytest.fixture
async def owner(hub_url: str) -> AsyncIterator[Registries]:
    """The client with the credential of the namespace `shop`."""
    async with connect(hub_settings(hub_url, "shop")) as registry:
        yield registry

"""A small simulated world, and the sources that ask it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import stamina

from bot.connect import connect
from bot.sources import Sources
from simulator.world import World, open_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path, speed=200.0) as opened:
        yield opened


@pytest.fixture
async def sources(world: World) -> AsyncIterator[Sources]:
    async with connect(world.settings()) as opened:
        yield opened


@pytest.fixture(autouse=True)
def retry_at_once() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2):
        yield

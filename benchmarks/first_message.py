"""How soon after a slash command the first message is there, and what an idle bot weighs.

The bot runs in a process of its own against the simulated Slack, as an operator would run it.

    python -m benchmarks.first_message

BOT_PYTHON names the interpreter of an environment with the runtime requirements alone.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter

import yaml

from simulator.stories.secret_missing import STORY
from simulator.world import ADA, ALERTS, World, open_world

ROUNDS = 5


def environment(world: World, folder: Path) -> dict[str, str]:
    """The settings as an operator writes them, with addresses of the simulated world."""
    settings = world.settings()
    config = folder / "whyfailing.yaml"
    hub = world.urls["hub"]
    registry = {"host": "docker.io", "endpoint": hub, "hub_api": hub, "allow_private": True}
    config.write_text(yaml.safe_dump({"registries": {"configured": [registry]}}))
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "WHYFAILING_CONFIG": str(config),
        "SLACK_BOT_TOKEN": settings.slack.bot_token.reveal(),
        "SLACK_APP_TOKEN": settings.slack.app_token.reveal(),
        "SLACK_API_URL": settings.slack.api_url,
        "GITHUB_API_URL": settings.github.api_url,
        "GITHUB_TOKEN": settings.github.token.reveal(),
        "KUBECONFIG": settings.cluster.kubeconfig,
        "DATABASE_URL": settings.database_url,
        "LOG_LEVEL": "ERROR",
    }


async def first_message(world: World) -> float:
    """Seconds from the command to the bot's message."""
    before = len(world.workspace.by_bot())
    posted = asyncio.Event()

    def look() -> None:
        if len(world.workspace.by_bot()) > before:
            posted.set()

    world.workspace.on_change.append(look)
    began = perf_counter()
    task = asyncio.create_task(world.slack.people.command(ADA, ALERTS, STORY.command))
    async with asyncio.timeout(10):
        await posted.wait()
    took = perf_counter() - began
    world.workspace.on_change.remove(look)
    await task
    return took


def resident(pid: int) -> float:
    """Resident memory in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


@asynccontextmanager
async def running_bot(world: World, folder: Path) -> AsyncIterator[int]:
    """The bot, connected and at rest; gives its process id."""
    python = os.environ.get("BOT_PYTHON", sys.executable)
    world.slack.sockets.connected.clear()
    bot = await asyncio.create_subprocess_exec(
        python, "-m", "bot", "run", env=environment(world, folder)
    )
    try:
        await asyncio.wait_for(world.slack.sockets.connected.wait(), 30)
        await asyncio.sleep(3)
        yield bot.pid
    finally:
        bot.terminate()
        await bot.wait()


async def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with open_world(folder, speed=50.0) as world:
            STORY.prepare(world)
            async with running_bot(world, folder) as pid:
                first = resident(pid)
            async with running_bot(world, folder) as pid:
                idle = resident(pid)
                took = []
                for _ in range(ROUNDS):
                    took.append(await first_message(world))
                    await asyncio.sleep(3)
                busy = resident(pid)
    print(f"first message: median {statistics.median(took) * 1000:.0f} ms of {ROUNDS}", end=" ")
    print(f"({min(took) * 1000:.0f} to {max(took) * 1000:.0f})")
    print(f"resident memory: {first:.0f} MB at the start that makes the database;", end=" ")
    print(f"later {idle:.0f} MB idle, {busy:.0f} MB after {ROUNDS} reports")


if __name__ == "__main__":
    asyncio.run(main())

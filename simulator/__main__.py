"""The demo: a simulated Slack, GitHub, Docker Hub and cluster, and the real bot between them.

python -m simulator            opens on one address; nothing leaves this machine
python -m simulator --speed 5  builds and back-offs go five times as fast
"""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path

from bot.app import build
from bot.messages import Pace
from simulator.demo import Demo
from simulator.world import open_world

_LIVELY = Pace(between=1.0)
"""One thread at a time may be edited faster than a workspace full of them."""


async def main(port: int, speed: float, directory: Path) -> None:
    """Run the demo until it is stopped."""
    async with open_world(directory, speed=speed, slack_port=port) as world:
        world.move_away()
        settings = world.settings(poll_seconds=1.0, ready_seconds=5.0, timeout_seconds=900.0)
        async with build(settings, pace=_LIVELY) as bot, asyncio.TaskGroup() as tasks:
            tasks.create_task(bot.run())
            await world.slack.sockets.connected.wait()
            demo = Demo(world)
            await demo.choose(demo.stories[0].name)
            sys.stdout.write(_welcome(world.slack.url, port, demo.stories[0].command))
            sys.stdout.flush()


def _welcome(url: str, port: int, command: str) -> str:
    moved = port and not url.endswith(f":{port}")
    taken = f"Port {port} is taken by another program.\n" if moved else ""
    return (
        f"\n{taken}WhyFailing in a simulated Slack: {url}/\n"
        f"Type {command}, or choose another story on the left.\nCtrl-C ends it.\n\n"
    )


def _options() -> tuple[int, float]:
    parser = ArgumentParser(prog="python -m simulator", description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "--port", type=int, default=8765, help="where the page is, 0 for any (default: 8765)"
    )
    parser.add_argument(
        "--speed", type=float, default=2.0, help="how many times faster builds go (default: 2)"
    )
    options = parser.parse_args()
    return options.port, options.speed


def _log() -> None:
    """Let warnings be seen, but for those of a connection that a Ctrl-C has closed."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    handler.addFilter(lambda record: record.name != "slack_bolt.AsyncApp")
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


if __name__ == "__main__":
    _log()
    with tempfile.TemporaryDirectory(prefix="whyfailing-") as folder, suppress(KeyboardInterrupt):
        asyncio.run(main(*_options(), Path(folder)))

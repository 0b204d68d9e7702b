"""The demo with a headless Chromium before it: for the browser tests and the pictures."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect

from bot.app import build
from bot.messages import Pace
from simulator.demo import Demo
from simulator.world import World, open_world

NO_CHROMIUM = "no Chromium here: install one, or name it in the environment variable CHROMIUM"
_PATIENCE = 15_000
"""Milliseconds, on a machine that is busy."""
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--lang=en-GB",
]  # fmt: skip


def chromium() -> str | None:
    """Where Chromium is; None where there is none."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)


@asynccontextmanager
async def stage(folder: Path, *, speed: float, between: float) -> AsyncIterator[Demo]:
    """The whole demo, its first story chosen; `between` is the pause between edits."""
    async with open_world(folder, speed=speed) as world:
        settings = world.settings(poll_seconds=0.2, ready_seconds=1.0, timeout_seconds=60.0)
        pace = Pace(between=between, per_minute=1000)
        async with build(settings, pace=pace) as bot:
            running = asyncio.create_task(bot.run())
            await world.slack.sockets.connected.wait()
            demo = Demo(world)
            await demo.choose(demo.stories[0].name)
            try:
                yield demo
            finally:
                bot.stop()
                await running


@asynccontextmanager
async def window(
    world: World, *, width: int = 1280, height: int = 900, scale: float = 1.0
) -> AsyncIterator[tuple[Page, list[str]]]:
    """A window on the demo's page, and what its console has complained of so far."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=scale,
            locale="en-GB",
            timezone_id="UTC",
        )
        page = await context.new_page()
        page.set_default_timeout(_PATIENCE)
        expect.set_options(timeout=_PATIENCE)
        page.on("console", lambda said: complaints.append(said.text) if said.type in
                ("error", "warning") else None)  # fmt: skip
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(world.slack.url)
        await page.wait_for_selector("article.message")
        try:
            yield page, complaints
        finally:
            await browser.close()

"""Takes the pictures of the README: `make pictures`.

The report and its end as the channel shows them, the live plan, and the same report in a terminal.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from io import StringIO
from pathlib import Path

from playwright.async_api import Locator, Page, async_playwright
from rich.console import Console
from rich.segment import Segment, Segments

from bot.connect import connect
from bot.evidence import Target
from bot.investigate import investigate
from bot.render import terminal
from simulator.demo import Demo
from tests.browser.stage import FLAGS, NO_CHROMIUM, chromium, stage, window

FOLDER = Path(__file__).parents[2] / "docs" / "images"
LARGEST = 300_000
_COLUMNS = 112
_WIDTH = 1180
_ROWS = 36


async def main(folder: Path) -> None:
    """Take all pictures."""

    with tempfile.TemporaryDirectory() as scratch:
        async with stage(Path(scratch), speed=2.0, between=0.3) as demo:
            await _back_off(demo)
            await _terminal(demo, folder / "terminal.png")
            demo.world.move_away()
            async with window(demo.world, width=_WIDTH, height=560, scale=1.15) as (page, _):
                await _back_off(demo)
                await _channel(page, demo, folder)


async def _back_off(demo: Demo) -> None:
    """Wait until the kubelet has just begun to back off, which is what a person mostly sees."""
    workload = demo.stories[0].workload
    for reason in ("ErrImagePull", "ImagePullBackOff"):
        wanted = f"'reason': '{reason}'"
        while wanted not in str(demo.world.cluster.get("Pod", workload.namespace, workload.pod)):
            await demo.world.cluster.changed.wait()


async def _channel(page: Page, demo: Demo, folder: Path) -> None:
    answer = page.locator("main article[data-app=true]")
    composer = page.get_by_label("Message", exact=True)
    await composer.press("Tab")
    await composer.press("Enter")
    await answer.locator(".task.complete, .task.error").nth(3).wait_for()
    await _take(page, answer, folder / "progress.png")
    await answer.get_by_role("button", name="Recheck").wait_for()
    await _take(page, answer, folder / "report.png")
    await demo.mend(demo.current)
    await answer.get_by_role("button", name="Re-run failed jobs").click()
    await page.get_by_role("dialog").get_by_role("button", name="Re-run").click()
    await answer.get_by_text("Recovered").first.wait_for(timeout=60_000)
    await _take(page, answer, folder / "recovered.png")


async def _take(page: Page, answer: Locator, path: Path) -> None:
    """Make the window as high as the message needs, and take its picture."""
    box = await answer.bounding_box()
    top = await page.locator("main .list").bounding_box()
    height = (top["y"] if top else 0) + (box["height"] if box else 0) + 245
    await page.set_viewport_size({"width": _WIDTH, "height": max(560, int(height))})
    await page.mouse.move(0, 0)
    await page.wait_for_timeout(150)
    await page.screenshot(path=path)


async def _terminal(demo: Demo, path: Path) -> None:
    workload = demo.stories[0].workload
    async with connect(demo.world.settings()) as sources:
        target = Target("demo", workload.namespace, "Pod", workload.pod)
        report = (await investigate(target, sources)).report
    console = Console(record=True, width=_COLUMNS, file=StringIO(), force_terminal=True)
    console.print(f"[bold green]$[/] python -m bot diagnose {workload.pod} -n {workload.namespace}")
    for line in _whole_sections(console.render_lines(terminal.render(report), pad=False)):
        console.print(Segments([*line, Segment.line()]), end="")
    svg = console.export_svg(title="WhyFailing")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = await browser.new_page(viewport={"width": _WIDTH, "height": 800})
        await page.set_content(f"<style>body{{margin:0}}svg{{width:100%}}</style>{svg}")
        await page.locator("svg").screenshot(path=path)
        await browser.close()


def _whole_sections(lines: list[list[Segment]]) -> list[list[Segment]]:
    """As many sections as fit; a section ends before an empty line."""
    blank = [
        number
        for number, line in enumerate(lines[:_ROWS])
        if not "".join(segment.text for segment in line).strip()
    ]
    return lines[: blank[-1]]


if __name__ == "__main__":
    if chromium() is None:
        sys.exit(NO_CHROMIUM)
    FOLDER.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(FOLDER))
    for picture in sorted(FOLDER.glob("*.png")):
        if picture.stat().st_size > LARGEST:
            sys.exit(f"{picture.name} has {picture.stat().st_size} bytes, {LARGEST} are enough")

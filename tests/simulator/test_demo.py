"""The demo as a program: one address, a clean end; and what its page may ask of it."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import aiohttp
import pytest

from simulator.demo import Demo
from simulator.stories import STORIES, Story
from simulator.world import ADA, ALERTS, open_world


async def test_demo_says_where_it_is_and_ends_without_a_word_on_ctrl_c() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        program = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "simulator", "--port", str(port), stdout=PIPE, stderr=PIPE
        )
        assert program.stdout
        try:
            said = (await asyncio.wait_for(program.stdout.readuntil(b"ends it.\n"), 20)).decode()
            (url,) = re.findall(r"http://\S+", said)
            async with aiohttp.ClientSession() as session, session.get(url) as page:
                assert (page.status, "simulated Slack" in await page.text()) == (200, True)
        finally:
            program.send_signal(signal.SIGINT)
        rest, errors = await asyncio.wait_for(program.communicate(), 5)
    assert f"Port {port} is taken by another program." in said
    assert STORIES[0].command in said
    assert (program.returncode, rest.strip(), errors) == (0, b"", b"")


async def test_story_is_prepared_once_and_alerted_once(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        demo = Demo(world)
        for name in ("tag-typo", "tests-failed", "tag-typo"):
            await demo.choose(name)
        titles = [m.attachments[0]["title"] for m in world.workspace.messages]
        current = [story["name"] for story in demo.shown()["stories"] if story["current"]]
    assert [title.split()[1] for title in titles] == ["edge", "shop"]
    assert current == ["tag-typo"]


async def test_page_is_told_in_words_when_it_asks_for_what_is_gone(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world, aiohttp.ClientSession() as session:
        Demo(world)
        wrong = {"user": ADA, "channel": ALERTS, "ts": "1.0", "action_id": "go", "view": "V9"}
        statuses = {}
        for deed in ("press", "submit", "shortcut", "choose", "mend", "nothing"):
            body = wrong | {"values": {}, "callback_id": "x", "story": "unknown"}
            async with session.post(f"{world.slack.url}/page/{deed}", json=body) as answer:
                statuses[deed] = answer.status
    assert statuses == {
        "press": 409, "submit": 409, "shortcut": 409, "choose": 409, "mend": 409, "nothing": 404,
    }  # fmt: skip


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_story_is_told_briefly(story: Story) -> None:
    assert len(story.title) <= 36
    assert len(story.summary) <= 90

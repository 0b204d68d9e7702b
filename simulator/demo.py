"""Choosing stories: each is prepared when somebody first wants it, and its alert is posted."""

from __future__ import annotations

from typing import Any

from simulator.stories import STORIES
from simulator.world import World


class Demo:
    """The stories of one world, and what the page shows of them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.stories = STORIES
        self._by_name = {story.name: story for story in STORIES}
        self.current = ""
        self._prepared: set[str] = set()
        self._mended: set[str] = set()
        world.slack.browser.extra = self.shown
        world.slack.browser.on_choice = self.choose
        world.slack.browser.on_mend = self.mend

    async def choose(self, name: str) -> None:
        """Begin a story, and let an alert tell of it. Raises KeyError for an unknown one."""
        story = self._by_name[name]
        self.current = name
        if name not in self._prepared:
            self._prepared.add(name)
            story.prepare(self.world)
            self.world.alert(story.workload)
        self.world.workspace.changed()

    async def mend(self, name: str) -> None:
        """Do what a person would do elsewhere, in GitHub's settings for example."""
        story = self._by_name[name]
        if story.mend and name not in self._mended:
            self._mended.add(name)
            story.mend(self.world)
        self.world.workspace.changed()

    def shown(self) -> dict[str, Any]:
        """What the page needs to know."""
        return {
            "stories": [
                {
                    "name": story.name,
                    "title": story.title,
                    "summary": story.summary,
                    "command": story.command,
                    "current": story.name == self.current,
                    "mend": story.mend_title,
                    "mended": story.name in self._mended,
                }
                for story in self.stories
            ]
        }

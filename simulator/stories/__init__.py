"""The stories of the demo, in the order in which the page lists them."""

from simulator.stories import builds, runners, secret_missing, triggers
from simulator.stories.story import Story

STORIES: tuple[Story, ...] = (
    secret_missing.STORY,
    *builds.STORIES,
    *triggers.STORIES,
    *runners.STORIES,
)

__all__ = ["STORIES", "Story"]

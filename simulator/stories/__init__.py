"""The stories of the demo, in the order in which the page lists them."""

from simulator.stories import builds, names, runners, secret_missing, triggers, waiting
from simulator.stories.story import Story

STORIES: tuple[Story, ...] = (
    secret_missing.STORY,
    *builds.STORIES,
    *waiting.STORIES,
    *triggers.STORIES,
    *runners.STORIES,
    *names.STORIES,
)

__all__ = ["STORIES", "Story"]

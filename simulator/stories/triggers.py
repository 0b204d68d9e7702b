"""Workflows that did not start: a filter, the commit's message, or switched off."""

from __future__ import annotations

from simulator.stories.story import (
    PUSHED,
    WORKFLOW,
    Story,
    change,
    good,
    source,
    workflow_text,
    workload,
)
from simulator.world import World

FILTERED = workload("media", "thumbnails", suffix="c3n8r")
SKIPPED = workload("media", "player", suffix="t7g5m")
DISABLED = workload("media", "captions", suffix="j6r2x")


def _prepare_filtered(world: World) -> None:
    on = "  push:\n    branches: [main]\n    paths: ['thumbnails/**']\n  workflow_dispatch:\n"
    repo = world.repository("acme/thumbnails", {"README.md": "thumbnails\n"})
    files = {WORKFLOW: workflow_text(image=FILTERED.image, on=on), "docs/ci.md": "CI\n"}
    repo.commit("Build the thumbnails in CI", files=files, at=world.ago(PUSHED))
    repo.on_dispatch(good(world, FILTERED.image))
    world.deploy(FILTERED)


def _prepare_skipped(world: World) -> None:
    repo = world.repository("acme/player", {"README.md": "player\n"})
    files = {WORKFLOW: workflow_text(image=SKIPPED.image), "player.py": "play = 1\n"}
    repo.commit("Play faster [skip ci]", files=files, at=world.ago(PUSHED))
    repo.on_dispatch(good(world, SKIPPED.image))
    world.deploy(SKIPPED)


def _prepare_disabled(world: World) -> None:
    repo = source(world, DISABLED)
    change(world, repo, "Write captions in Danish")
    repo.workflow(WORKFLOW).state = "disabled_inactivity"
    repo.on_dispatch(good(world, DISABLED.image))


def _enable(world: World) -> None:
    world.github.repositories["acme/captions"].workflow(WORKFLOW).state = "active"


STORIES = (
    Story(
        name="path-filter",
        title="A path filter kept it from starting",
        summary="The push changed no file that the workflow listens to.",
        workload=FILTERED,
        prepare=_prepare_filtered,
    ),
    Story(
        name="skip-ci",
        title="The commit said [skip ci]",
        summary="The commit message told GitHub to start no workflow.",
        workload=SKIPPED,
        prepare=_prepare_skipped,
    ),
    Story(
        name="disabled",
        title="The workflow is switched off",
        summary="GitHub disables scheduled workflows of repositories where nothing happens.",
        workload=DISABLED,
        prepare=_prepare_disabled,
        mend_title="Enable the workflow in GitHub",
        mend=_enable,
    ),
)

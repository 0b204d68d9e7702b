"""Workflows that did not start, or that ended green without this image."""

from __future__ import annotations

from simulator.github import Job, Script, Step
from simulator.stories.story import (
    Story,
    build_and_push,
    checkout,
    log_in,
    push,
    workflow_text,
)
from simulator.workloads import Workload
from simulator.world import World

WORKFLOW = ".github/workflows/image.yml"
_BOTH = {"DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN"}

FILTERED = Workload(
    namespace="media",
    name="thumbnails",
    image="acme/thumbnails:latest",
    suffix="c3n8r",
    annotations={"whyfailing.dev/repository": "acme/media"},
)
SKIPPED = Workload(
    namespace="media",
    name="player",
    image="acme/player:latest",
    suffix="t7g5m",
    annotations={"whyfailing.dev/repository": "acme/player"},
)
OTHER_TAG = Workload(
    namespace="media",
    name="encoder",
    image="acme/encoder:v2.4.0",
    suffix="f9d2s",
    annotations={"whyfailing.dev/repository": "acme/encoder"},
)


def _prepare_filtered(world: World) -> None:
    on = "  push:\n    branches: [main]\n    paths: ['thumbnails/**']\n  workflow_dispatch:\n"
    repo = world.repository("acme/media", {"README.md": "media\n"})
    repo.secrets = set(_BOTH)
    text = workflow_text(image=FILTERED.image, on=on)
    repo.commit("Build the thumbnails in CI", files={WORKFLOW: text, "docs/ci.md": "CI\n"})
    repo.on_dispatch(_good(world, FILTERED.image))
    world.deploy(FILTERED)


def _prepare_skipped(world: World) -> None:
    repo = world.repository("acme/player", {WORKFLOW: workflow_text(image=SKIPPED.image)})
    repo.secrets = set(_BOTH)
    repo.commit("Tidy the readme [skip ci]", files={"player.py": "play = 1\n"})
    repo.on_dispatch(_good(world, SKIPPED.image))
    world.deploy(SKIPPED)


def _prepare_other_tag(world: World) -> None:
    on = "  push:\n    tags: ['v*']\n  workflow_dispatch:\n"
    text = workflow_text(image=OTHER_TAG.image, on=on, tags="acme/encoder:2.4.0")
    repo = world.repository("acme/encoder", {WORKFLOW: text})
    repo.secrets = set(_BOTH)
    commit = repo.commit("Version 2.4.0", files={"encoder.py": "version = '2.4.0'\n"})
    repo.tag("v2.4.0", commit)
    pushed = "#8 pushing manifest for docker.io/acme/encoder:2.4.0@sha256:" + "3f" * 32 + " done"
    steps = (*checkout(), log_in(), Step("Build and push", seconds=30, log=(pushed,)))
    repo.run(
        workflow=WORKFLOW,
        commit=commit,
        branch="v2.4.0",
        jobs=[Job("build", steps=steps)],
        ago=700,
    )
    for tag in ("2.2.0", "2.3.0", "2.3.1", "2.4.0"):
        push(world, f"acme/encoder:{tag}")
    world.deploy(OTHER_TAG)


def _good(world: World, image: str) -> Script:
    return Script((Job("build", steps=(*checkout(), log_in(), build_and_push(world, image))),))


STORIES = (
    Story(
        name="path-filter",
        title="A path filter kept it from starting",
        summary="The push changed no file that the workflow listens to. Recovers by button.",
        workload=FILTERED,
        prepare=_prepare_filtered,
    ),
    Story(
        name="skip-ci",
        title="The commit said [skip ci]",
        summary="The commit message switched the workflow off. Recovers by button.",
        workload=SKIPPED,
        prepare=_prepare_skipped,
    ),
    Story(
        name="other-tag",
        title="Green, but another tag",
        summary="The run pushed 2.4.0, the Deployment asks for v2.4.0.",
        workload=OTHER_TAG,
        prepare=_prepare_other_tag,
    ),
)

"""A story: what is wrong in the world, and what a person types to hear of it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from simulator.github import Step
from simulator.workloads import Workload
from simulator.world import World


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """One branch of "why does the image not exist". `mend` is what a person does elsewhere."""

    name: str
    title: str
    summary: str
    workload: Workload
    prepare: Callable[[World], None]
    mend_title: str = ""
    mend: Callable[[World], None] | None = None

    @property
    def command(self) -> str:
        """What to type."""
        return f"/whyfailing {self.workload.pod}"


def workflow_text(
    *,
    image: str,
    on: str = "  push:\n    branches: [main]\n  workflow_dispatch:\n",
    runs_on: str = "ubuntu-latest",
    job: str = "",
    tags: str = "",
) -> str:
    """A workflow file that logs in to Docker Hub, builds and pushes."""
    name = image.partition(":")[0]
    return f"""\
name: Build image
on:
{on}jobs:
  build:
    runs-on: {runs_on}
{job}    steps:
      - uses: actions/checkout@v4
      - name: Log in to Docker Hub
        uses: docker/login-action@v3
        with:
          username: ${{{{ secrets.DOCKERHUB_USERNAME }}}}
          password: ${{{{ secrets.DOCKERHUB_TOKEN }}}}
      - name: Build and push
        uses: docker/build-push-action@v6
        with:
          push: true
          tags: {tags or f"{name}:latest"}
"""


def checkout() -> tuple[Step, ...]:
    """The steps that every job begins with."""
    return (
        Step("Set up job", seconds=2),
        Step("Run actions/checkout@v4", seconds=2, log=("Syncing repository",)),
    )


def log_in() -> Step:
    """A login that succeeds."""
    log = ("Logging into docker.io...", "Login Succeeded!")
    return Step("Log in to Docker Hub", seconds=2, log=log)


def build_and_push(world: World, image: str, *, seconds: float = 12) -> Step:
    """A build that ends with the image in the registry."""
    log = (
        "#8 exporting to image",
        f"#8 pushing manifest for docker.io/{image} done",
    )
    return Step("Build and push", seconds=seconds, log=log, effect=lambda: push(world, image))


def push(world: World, image: str) -> None:
    """Put the image into the registry."""
    world.hub.push(image, labels={"org.opencontainers.image.title": image})

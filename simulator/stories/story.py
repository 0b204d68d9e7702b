"""A story: what is wrong in the world, and what a person types to hear of it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from simulator.github import Commit, Job, Note, Script, SimulatedRepository, Step
from simulator.workloads import Workload
from simulator.world import World

WORKFLOW = ".github/workflows/image.yml"
ON_PUSH = "  push:\n    branches: [main]\n  workflow_dispatch:\n"
ON_TAG = "  push:\n    tags: ['v*']\n  workflow_dispatch:\n"
PUSHED, RAN = 1200.0, 1190.0
"""How many seconds ago the change was pushed, and its run began."""


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """One branch of "why is the image missing". `mend` is what a person does elsewhere."""

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


def workload(namespace: str, name: str, *, suffix: str, tag: str = "latest") -> Workload:
    """A Deployment that says which repository its image comes from."""
    return Workload(
        namespace=namespace,
        name=name,
        image=f"acme/{name}:{tag}",
        suffix=suffix,
        annotations={"whyfailing.dev/repository": f"acme/{name}"},
    )


def workflow_text(
    *,
    image: str,
    on: str = ON_PUSH,
    runs_on: str = "ubuntu-latest",
    job: str = "",
    tags: str = "",
    context: str = ".",
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
          context: {context}
          push: true
          tags: {tags or f"{name}:latest"}
"""


def source(world: World, of: Workload, text: str = "") -> SimulatedRepository:
    """The repository of a workload, with this workflow or the usual one; and the workload."""
    files = {WORKFLOW: text or workflow_text(image=of.image), "Dockerfile": "FROM scratch\n"}
    repo = world.repository(f"acme/{of.name}", files)
    world.deploy(of)
    return repo


def change(world: World, repo: SimulatedRepository, message: str, ago: float = PUSHED) -> Commit:
    """Push a change of the program."""
    return repo.commit(message, files={"app.py": f"# {message}\n"}, at=world.ago(ago))


def steps(*steps: Step) -> tuple[Step, ...]:
    """The steps of a job, after the checkout that every job begins with."""
    return (Step("Run actions/checkout@v4", seconds=2, log=("Syncing repository",)), *steps)


def job(*own: Step) -> Job:
    """The job of the usual workflow; it fails when one of its steps does."""
    errors = [line for step in own if step.conclusion == "failure" for line in step.log]
    said = [line.removeprefix("##[error]") for line in errors if line.startswith("##[error]")]
    return Job("build", steps=steps(*own), notes=tuple(Note(text) for text in said))


def good(world: World, image: str) -> Script:
    """A run that ends with the image in the registry."""
    return Script((job(log_in(), build_and_push(world, image)),))


def log_in() -> Step:
    """A login that succeeds."""
    log = ("Logging into docker.io...", "Login Succeeded!")
    return Step("Log in to Docker Hub", seconds=2, log=log)


def no_log_in(error: str) -> Step:
    """A login that fails; an input that is empty is not shown."""
    given = ("##[group]Run docker/login-action@v3", "with:", "  username: ***", "  ecr: auto")
    password = () if error == "Password required" else ("  password: ***",)
    log = (*given, *password, "  logout: true", "##[endgroup]", f"##[error]{error}")
    return Step("Log in to Docker Hub", seconds=1, conclusion="failure", log=log)


def build_and_push(world: World, image: str, *, seconds: float = 12) -> Step:
    """A build that ends with the image in the registry."""

    def effect() -> None:
        world.hub.push(image, labels={"org.opencontainers.image.title": image})

    return Step("Build and push", seconds=seconds, log=pushed(image), effect=effect)


BUILD = ("##[group]Run docker/build-push-action@v6", "with:", "  push: true", "##[endgroup]")
"""How the log of a build begins."""


def pushed(image: str) -> tuple[str, ...]:
    """What buildx says of a push."""
    digest = "sha256:" + "3f" * 32
    return (
        *BUILD,
        "#8 exporting to image",
        "#8 pushing layers",
        f"#8 pushing manifest for docker.io/{image}@{digest}",
        f"#8 pushing manifest for docker.io/{image}@{digest} 1.2s done",
        "#8 DONE 4.1s",
    )

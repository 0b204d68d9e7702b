"""Runs that no runner takes: the runner pod fails, or no runner has the labels."""

from __future__ import annotations

from simulator.github import Job, Runner
from simulator.stories.story import Story, workflow_text
from simulator.workloads import Workload, legacy_runners
from simulator.world import World

WORKFLOW = ".github/workflows/image.yml"

POD = Workload(
    namespace="maps",
    name="tiles",
    image="acme/tiles:latest",
    suffix="q8w6r",
    annotations={"whyfailing.dev/repository": "acme/tiles"},
)
LABEL = Workload(
    namespace="maps",
    name="routes",
    image="acme/routes:latest",
    suffix="m4k7z",
    annotations={"whyfailing.dev/repository": "acme/routes"},
)


def _queued(world: World, workload: Workload, labels: tuple[str, ...]) -> None:
    name = f"acme/{workload.name}"
    runs_on = f"[{', '.join(labels)}]"
    repo = world.repository(name, {WORKFLOW: workflow_text(image=workload.image, runs_on=runs_on)})
    repo.secrets = {"DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN"}
    commit = repo.commit("Draw rivers", files={"app.py": "rivers = 1\n"})
    repo.run(
        workflow=WORKFLOW,
        commit=commit,
        status="queued",
        jobs=[Job("build", labels=labels, runner="")],
        ago=1800,
    )
    world.deploy(workload)


def _prepare_pod(world: World) -> None:
    _queued(world, POD, ("tiles-runners",))
    legacy_runners(
        world.cluster,
        name="tiles-runners",
        repository="acme/tiles",
        selector={"pool": "builders"},
        ready=False,
    )


def _prepare_label(world: World) -> None:
    _queued(world, LABEL, ("self-hosted", "linux", "arm-64"))
    repo = world.github.repositories["acme/routes"]
    repo.registered = [Runner("rack-1", labels=("self-hosted", "Linux", "ARM64"))]


STORIES = (
    Story(
        name="runner-pod",
        title="The runner's own pod is Pending",
        summary="The run waits for a runner, whose pod finds no node: the same question, deeper.",
        workload=POD,
        prepare=_prepare_pod,
    ),
    Story(
        name="runner-label",
        title="No runner has the label",
        summary="runs-on asks for a label that no runner has.",
        workload=LABEL,
        prepare=_prepare_label,
    ),
)

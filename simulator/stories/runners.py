"""Runs that no runner takes: its pod fails, no runner has the label, or nobody listens."""

from __future__ import annotations

from simulator.github import Job, Runner, Script
from simulator.runner_sets import legacy_runners, listener, scale_set
from simulator.stories.story import (
    RAN,
    WORKFLOW,
    Story,
    build_and_push,
    change,
    log_in,
    source,
    steps,
    workflow_text,
    workload,
)
from simulator.workloads import Workload
from simulator.world import World

POD = workload("maps", "tiles", suffix="q8w6r")
LABEL = workload("maps", "routes", suffix="m4k7z")
SCALE_SET = workload("maps", "places", suffix="v7h5b")
_SET = "places-runners"


def _queued(world: World, of: Workload, *labels: str) -> None:
    """A run that waits until there is a runner for it."""
    repo = source(world, of, workflow_text(image=of.image, runs_on=f"[{', '.join(labels)}]"))
    own = steps(log_in(), build_and_push(world, of.image))
    job = Job("build", steps=own, labels=labels, runner="", self_hosted=True)
    commit = change(world, repo, "Draw rivers")
    repo.start(Script((job,)), workflow=WORKFLOW, commit=commit, ago=RAN)


def _register(world: World, of: Workload, name: str, *labels: str) -> None:
    world.github.repositories[f"acme/{of.name}"].registered = [Runner(name, labels=labels)]


def _prepare_pod(world: World) -> None:
    _queued(world, POD, "tiles-runners")
    legacy_runners(
        world.cluster,
        name="tiles-runners",
        repository="acme/tiles",
        selector={"pool": "builders"},
        ready=False,
    )


def _label_node(world: World) -> None:
    world.node.label("pool", "builders")
    _register(world, POD, "tiles-runners-4kq7z-m8d2p", "self-hosted", "tiles-runners")


def _prepare_label(world: World) -> None:
    _queued(world, LABEL, "self-hosted", "linux", "arm-64")
    _register(world, LABEL, "rack-1", "self-hosted", "Linux", "ARM64")


def _label_runner(world: World) -> None:
    _register(world, LABEL, "rack-1", "self-hosted", "Linux", "ARM64", "arm-64")


def _prepare_scale_set(world: World) -> None:
    _queued(world, SCALE_SET, _SET)
    scale_set(world.cluster, name=_SET, repository="acme/places")


def _listen(world: World) -> None:
    listener(world.cluster, name=_SET)
    _register(world, SCALE_SET, f"{_SET}-x9k2p-runner-b7d4m", _SET)


STORIES = (
    Story(
        name="runner-pod",
        title="The runner's own pod is Pending",
        summary="The run waits for a runner, whose pod finds no node: the same question, deeper.",
        workload=POD,
        prepare=_prepare_pod,
        mend_title="Label a node pool=builders",
        mend=_label_node,
    ),
    Story(
        name="runner-label",
        title="No runner has the label",
        summary="runs-on asks for arm-64, and the runner calls itself ARM64.",
        workload=LABEL,
        prepare=_prepare_label,
        mend_title="Give the runner the label arm-64",
        mend=_label_runner,
    ),
    Story(
        name="scale-set",
        title="Nobody listens to the queue",
        summary="The runner scale set has no listener, so it starts no runner.",
        workload=SCALE_SET,
        prepare=_prepare_scale_set,
        mend_title="Let the controller make the listener",
        mend=_listen,
    ),
)

"""Runs that are not done: one is still building, one waits for a person."""

from __future__ import annotations

from simulator.github import Job, Pending, Script, Step
from simulator.stories.story import (
    ON_TAG,
    RAN,
    WORKFLOW,
    Story,
    build_and_push,
    change,
    good,
    job,
    log_in,
    pushed,
    source,
    workflow_text,
    workload,
)
from simulator.world import World

RUNNING = workload("shop", "search", suffix="z5v9q", tag="v1.4.0")
APPROVAL = workload("shop", "billing", suffix="h2j4f")
_DAY = 86_400.0


def _prepare_running(world: World) -> None:
    text = workflow_text(image=RUNNING.image, on=ON_TAG, tags="acme/search:${{ github.ref_name }}")
    repo = source(world, RUNNING, text)
    for number in range(4):
        tag, ago = f"v1.{number}.0", _DAY - 3600.0 * number
        commit = repo.tag(tag, change(world, repo, f"Version 1.{number}.0", ago))
        done = Step("Build and push", seconds=60 + 5 * number, log=pushed(f"acme/search:{tag}"))
        jobs = [job(log_in(), done)]
        repo.run(workflow=WORKFLOW, commit=commit, branch=tag, jobs=jobs, ago=ago - 10)
        world.hub.push(f"acme/search:{tag}")
    commit = repo.tag("v1.4.0", change(world, repo, "Version 1.4.0: search by name", 20))
    slow = build_and_push(world, RUNNING.image, seconds=70)
    script = Script((job(log_in(), slow),))
    repo.start(script, workflow=WORKFLOW, commit=commit, branch="v1.4.0")


def _prepare_approval(world: World) -> None:
    text = workflow_text(image=APPROVAL.image, job="    environment: production\n")
    repo = source(world, APPROVAL, text)
    repo.environment("production")
    repo.run(
        workflow=WORKFLOW,
        commit=change(world, repo, "Bill in euros"),
        status="waiting",
        jobs=[Job("build")],
        pending=[Pending("production", reviewers=("lin",))],
        ago=RAN,
    )


def _approve(world: World) -> None:
    repo = world.github.repositories[f"acme/{APPROVAL.name}"]
    (run,) = repo.runs.values()
    repo.play(run, good(world, APPROVAL.image))


STORIES = (
    Story(
        name="running",
        title="The build is still running",
        summary="The image is on its way: the report says when, and the message follows it.",
        workload=RUNNING,
        prepare=_prepare_running,
    ),
    Story(
        name="approval",
        title="The build waits for an approval",
        summary="An environment's protection rule holds the run until somebody approves it.",
        workload=APPROVAL,
        prepare=_prepare_approval,
        mend_title="Approve it, as lin",
        mend=_approve,
    ),
)

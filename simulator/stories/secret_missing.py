"""The case that the program was born from: the login fails, because a secret was never set."""

from __future__ import annotations

from simulator.github import Job, Note, Runner, Script, Step
from simulator.github.runs import RunState
from simulator.stories.story import (
    Story,
    build_and_push,
    checkout,
    log_in,
    workflow_text,
)
from simulator.workloads import Workload, legacy_runners
from simulator.world import World

REPOSITORY = "jacobcoccari/opentranscribe"
WORKFLOW = ".github/workflows/backend-build.yml"
RUNNER = "arc-runner-set"
WORKLOAD = Workload(
    namespace="opentranscribe",
    name="opentranscribe-backend",
    image="giacobbbe/opentranscribe-backend:latest",
    container="backend",
    hash="8678f97998",
    suffix="6dsr2",
    annotations={
        "whyfailing.dev/repository": REPOSITORY,
        "whyfailing.dev/workflow": WORKFLOW,
    },
)
_NO_SECRET = Step(
    "Log in to Docker Hub",
    seconds=1,
    conclusion="failure",
    log=(
        "##[group]Run docker/login-action@v3",
        "with:",
        "  username: ***",
        "  password: ",
        "##[endgroup]",
        "##[error]Password required",
    ),
)


def _prepare(world: World) -> None:
    repo = world.repository(
        REPOSITORY,
        {
            WORKFLOW: workflow_text(
                image=WORKLOAD.image,
                on="  push:\n    branches: [main]\n    paths: ['backend/**']\n"
                "  workflow_dispatch:\n",
                runs_on=RUNNER,
                tags="${{ secrets.DOCKERHUB_USERNAME }}/opentranscribe-backend:latest",
            ),
            "backend/Dockerfile": "FROM python:3.12-slim\n",
        },
    )
    commit = repo.commit("Add the transcription backend", files={"backend/main.py": "app = 1\n"})
    repo.secrets = {"DOCKERHUB_USERNAME"}
    repo.registered = [Runner(f"{RUNNER}-4kq7z-m8d2p", labels=("self-hosted", RUNNER))]
    legacy_runners(world.cluster, name=RUNNER, repository=REPOSITORY, selector={}, ready=True)
    world.hub.push("summerwind/actions-runner:latest")
    world.hub.push("summerwind/actions-runner-controller:v0.27.6")
    repo.run(workflow=WORKFLOW, commit=commit, jobs=[_job(_NO_SECRET)], ago=900)
    repo.on_rerun(lambda run: _script(world, run))
    repo.on_dispatch(lambda run: _script(world, run))
    world.deploy(WORKLOAD)


def _script(world: World, _run: RunState) -> Script:
    """A run succeeds once somebody has set the secret."""
    if "DOCKERHUB_TOKEN" not in world.github.repositories[REPOSITORY].secrets:
        return Script((_job(_NO_SECRET),))
    return Script((_job(log_in(), build_and_push(world, WORKLOAD.image)),))


def _job(*steps: Step) -> Job:
    failed = any(step.conclusion == "failure" for step in steps)
    return Job(
        "build",
        steps=(*checkout(), *steps),
        labels=(RUNNER,),
        runner=f"{RUNNER}-4kq7z-m8d2p",
        notes=(Note("Password required"),) if failed else (),
    )


def _mend(world: World) -> None:
    world.github.repositories[REPOSITORY].secrets.add("DOCKERHUB_TOKEN")


STORY = Story(
    name="secret-missing",
    title="A secret was never set",
    summary="The image was never pushed: the login step fails. Recovers by button, once the secret"
    " is set.",
    workload=WORKLOAD,
    prepare=_prepare,
    mend_title="Set the secret DOCKERHUB_TOKEN in GitHub",
    mend=_mend,
)

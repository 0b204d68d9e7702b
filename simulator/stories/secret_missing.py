"""The case that the program was born from: the login fails, because a secret was never set."""

from __future__ import annotations

from simulator.github import Job, Runner, Script, Step
from simulator.github.runs import RunState
from simulator.runner_sets import legacy_runners
from simulator.stories.story import (
    PUSHED,
    RAN,
    Story,
    build_and_push,
    job,
    log_in,
    no_log_in,
    workflow_text,
)
from simulator.workloads import Workload
from simulator.world import World

REPOSITORY = "jacobcoccari/opentranscribe"
FILE = ".github/workflows/backend-build.yml"
RUNNERS = "arc-runner-set"
RUNNER = f"{RUNNERS}-4kq7z-m8d2p"
SECRET = "DOCKERHUB_TOKEN"  # noqa: S105 - a name
WORKLOAD = Workload(
    namespace="opentranscribe",
    name="opentranscribe-backend",
    image="giacobbbe/opentranscribe-backend:latest",
    container="backend",
    hash="8678f97998",
    suffix="6dsr2",
    annotations={"whyfailing.dev/repository": REPOSITORY, "whyfailing.dev/workflow": FILE},
)


def _prepare(world: World) -> None:
    on = (
        "  push:\n    branches: [main]\n    paths: ['backend/**', '.github/workflows/*']\n"
        "  workflow_dispatch:\n"
    )
    tags = "${{ secrets.DOCKERHUB_USERNAME }}/opentranscribe-backend:latest"
    text = workflow_text(
        image=WORKLOAD.image, on=on, runs_on=RUNNERS, tags=tags, context="./backend"
    )
    repo = world.repository(REPOSITORY, {"README.md": "# OpenTranscribe\n"})
    repo.secrets = {"DOCKERHUB_USERNAME"}
    files = {FILE: text, "backend/Dockerfile": "FROM python:3.12-slim\n", "backend/main.py": ""}
    commit = repo.commit("Add the transcription backend", files=files, at=world.ago(PUSHED))
    repo.registered = [Runner(RUNNER, labels=("self-hosted", RUNNERS))]
    legacy_runners(world.cluster, name=RUNNERS, repository=REPOSITORY, selector={}, ready=True)
    failed = _job(no_log_in("Password required"))
    repo.run(workflow=FILE, commit=commit, jobs=[failed], ago=RAN)
    repo.on_rerun(lambda run: _script(world, run))
    repo.on_dispatch(lambda run: _script(world, run))
    world.deploy(WORKLOAD)


def _script(world: World, _run: RunState) -> Script:
    """A run succeeds once somebody has set the secret."""
    if SECRET not in world.github.repositories[REPOSITORY].secrets:
        return Script((_job(no_log_in("Password required")),))
    return Script((_job(log_in(), build_and_push(world, WORKLOAD.image)),))


def _job(*own: Step) -> Job:
    usual = job(*own)
    return Job(usual.name, steps=usual.steps, labels=(RUNNERS,), runner=RUNNER, notes=usual.notes)


def _mend(world: World) -> None:
    world.github.repositories[REPOSITORY].secrets.add(SECRET)


STORY = Story(
    name="secret-missing",
    title="A secret was never set",
    summary="The image was never pushed, because the build's login got an empty password.",
    workload=WORKLOAD,
    prepare=_prepare,
    mend_title=f"Set the secret {SECRET} in GitHub",
    mend=_mend,
)

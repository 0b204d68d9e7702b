"""A workflow that calls another to build and push: followed into it, wherever it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.connect import connect
from bot.evidence import Target
from bot.investigate import investigate
from bot.report import Outcome, Report
from simulator.github import Job
from simulator.stories.story import PUSHED, RAN, job, no_log_in
from simulator.workloads import Workload
from simulator.world import World, open_world
from tests.collect.waiting import pod_fails

WORKLOAD = Workload(namespace="shop", name="api", image="acme/api:latest", container="api")
TARGET = Target("demo", "shop", "Pod", WORKLOAD.pod)
CALLER, CALLED = ".github/workflows/ci.yml", ".github/workflows/image.yml"
HERE, ELSEWHERE = f"./{CALLED}", f"acme/tools/{CALLED}@main"
CALL = """
name: CI
on:
  push:
    branches: [main]
jobs:
  image:
    uses: {uses}
    with:
      image: acme/api
    secrets: inherit
"""
BUILD = """
name: Build image
on:
  workflow_call:
    inputs:
      image: {{type: string, required: true}}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
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
          tags: {name}:latest
"""
GIVEN = "${{ inputs.image }}"


async def report_of(
    folder: Path, *, uses: str = HERE, name: str = GIVEN, runs: bool = True, caller: str = CALL
) -> Report:
    async with open_world(folder, speed=10) as world:
        _prepare(world, uses, BUILD.format(name=name), caller, runs=runs)
        await pod_fails(world, WORKLOAD)
        async with connect(world.settings()) as sources:
            return (await investigate(TARGET, sources)).report


def _prepare(world: World, uses: str, build: str, caller: str, *, runs: bool) -> None:
    repo = world.repository("acme/api", {"README.md": "api\n"})
    repo.secrets = {"DOCKERHUB_USERNAME"}
    files = {CALLER: caller.format(uses=uses)} if caller else {}
    if uses == HERE:
        files[CALLED] = build
    else:
        world.repository("acme/tools", {CALLED: build})
    commit = repo.commit("Build in a called workflow", files=files, at=world.ago(PUSHED))
    if runs:
        failed = job(no_log_in("Password required"))
        called = Job("image / build", steps=failed.steps, notes=failed.notes)
        repo.run(workflow=CALLER, commit=commit, jobs=[called], ago=RAN)
    world.deploy(WORKLOAD)


@pytest.mark.parametrize("uses", [HERE, ELSEWHERE], ids=["here", "elsewhere"])
@pytest.mark.parametrize("name", [GIVEN, "acme/api"], ids=["given", "written"])
async def test_missing_secret_is_found_in_the_called_workflow(
    tmp_path: Path, uses: str, name: str
) -> None:
    report = await report_of(tmp_path, uses=uses, name=name)
    (root,) = report.root_causes
    assert root.code == "CISecretMissing"
    assert "DOCKERHUB_TOKEN" in root.ruling.summary
    assert "run #1 of ci.yml" in root.chain
    (read,) = [proof.url for proof in root.ruling.proof if "secrets.DOCKERHUB_TOKEN" in proof.text]
    place = "acme/tools/blob/main" if uses == ELSEWHERE else "acme/api/blob"
    assert place in read
    assert read.endswith(CALLED)
    steps = {step.name: step.summary for step in report.steps}
    assert steps["workflow"] == "ci.yml pushes acme/api:latest"


async def test_caller_is_what_did_not_start(tmp_path: Path) -> None:
    report = await report_of(tmp_path, name="acme/api", runs=False)
    (root,) = report.root_causes
    assert root.code == "WorkflowNotTriggered"
    assert root.ruling.summary.startswith("ci.yml has no run")


async def test_workflow_that_nothing_here_calls_is_not_blamed(tmp_path: Path) -> None:
    """Another repository may call it."""
    report = await report_of(tmp_path, name="acme/api", runs=False, caller="")
    (root,) = report.root_causes
    assert (root.code, root.ruling.outcome) == ("ImageRepositoryMissing", Outcome.CONFIRMED)


async def test_called_workflow_that_cannot_be_read_is_no_proof_of_anything(tmp_path: Path) -> None:
    report = await report_of(tmp_path, uses=f"acme/hidden/{CALLED}@v1", runs=False)
    codes = {root.code for root in report.root_causes if root.ruling.outcome is Outcome.CONFIRMED}
    assert not codes & {"WorkflowFileMissing", "WorkflowEventNotListed", "WorkflowPushSkipped"}

"""A workflow that calls another to build and push: followed into it, wherever it is."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from bot.connect import connect
from bot.evidence import Target
from bot.investigate import investigate
from bot.report import Outcome, Report, StepState
from simulator.github import Job, Step
from simulator.stories.story import PUSHED, RAN, job, no_log_in, steps
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
    told = {step.name: (step.state, step.summary) for step in report.steps}
    assert told["workflow"] == (
        StepState.UNKNOWN,
        f"ci.yml may push it in acme/hidden/{CALLED}@v1, which was not read",
    )


STEP = """
name: CI
on:
  push:
    branches: [main]
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: {uses}
        with:
          image: acme/api
          password: ${{{{ secrets.DOCKERHUB_TOKEN }}}}
"""
ACTION = """
name: Push
inputs:
  image: {required: true}
  tag: {default: latest}
  password: {required: true}
runs:
  using: composite
  steps:
    - uses: docker/login-action@v3
      with: {username: acme, password: "${{ inputs.password }}"}
    - uses: docker/build-push-action@v6
      with: {push: true, tags: "${{ inputs.image }}:${{ inputs.tag }}"}
"""
LOCAL, SHARED = "./.github/actions/push", "acme/tools/push@v1"


def _use(world: World, uses: str, action: str, file: str) -> None:
    """A run that failed in the step that uses the action, before its secret was set."""
    repo = world.repository("acme/api", {"README.md": "api\n"})
    repo.secrets = set()
    files = {CALLER: STEP.format(uses=uses)}
    if uses == LOCAL:
        files[f".github/actions/push/{file}"] = action
    else:
        tools = world.repository("acme/tools", {f"push/{file}": action})
        tools.tag("v1")
    commit = repo.commit("Build in an action", files=files, at=world.ago(PUSHED))
    log = ("##[error]Username and password required",)
    step = Step(f"Run {uses}", seconds=3, conclusion="failure", log=log)
    repo.run(workflow=CALLER, commit=commit, jobs=[Job("build", steps=steps(step))], ago=RAN)
    annotated = msgspec.structs.replace(
        WORKLOAD, annotations={"whyfailing.dev/repository": "acme/api"}
    )
    world.deploy(annotated)


@pytest.mark.parametrize(
    ("uses", "file"), [(LOCAL, "action.yml"), (LOCAL, "action.yaml"), (SHARED, "action.yml")]
)
async def test_missing_secret_is_found_behind_a_composite_action(
    tmp_path: Path, uses: str, file: str
) -> None:
    async with open_world(tmp_path, speed=10) as world:
        _use(world, uses, ACTION, file)
        await pod_fails(world, WORKLOAD)
        async with connect(world.settings()) as sources:
            report = (await investigate(TARGET, sources)).report
    (root,) = report.root_causes
    assert root.code == "CISecretMissing"
    assert "DOCKERHUB_TOKEN" in root.ruling.summary
    steps_told = {step.name: step.summary for step in report.steps}
    assert steps_told["workflow"] == "ci.yml pushes acme/api:latest, on ubuntu-latest"


async def test_action_that_is_not_composite_may_push_anything(tmp_path: Path) -> None:
    async with open_world(tmp_path, speed=10) as world:
        _use(world, LOCAL, "name: Push\nruns: {using: node20, main: index.js}\n", "action.yml")
        await pod_fails(world, WORKLOAD)
        async with connect(world.settings()) as sources:
            report = (await investigate(TARGET, sources)).report
    assert "WorkflowFileMissing" not in [root.code for root in report.root_causes]
    told = {step.name: (step.state, step.summary) for step in report.steps}
    assert told["workflow"] == (StepState.UNKNOWN, "none that was read pushes this image")
    assert told["run"] == (StepState.SKIPPED, "no workflow is known to push this image")

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ci.workflow_files import InvalidWorkflow, WorkflowFile, parse
from bot.ci.workflow_objects import Input, Job, Matrix, Step, Trigger
from tests.ci.workflows import JOBS, listening

WHOLE = """
name: Ship
on:
  push:
    branches: main
    tags: ["v*"]
  workflow_dispatch:
    inputs:
      level: {type: choice, options: [low, high], default: low, required: true}
  schedule:
    - cron: "15 3 * * mon-fri"
permissions: {contents: read, packages: write}
env: {REGISTRY: ghcr.io, ON: yes}
concurrency: {group: "ship-${{ github.ref }}", cancel-in-progress: true}
jobs:
  image:
    name: Image
    runs-on: [self-hosted, arm64]
    if: github.event_name != 'pull_request'
    environment: {name: production}
    strategy:
      matrix:
        arch: [amd64, arm64]
        include: [{arch: amd64, slow: no}]
    steps:
      - id: build
        name: Build
        run: make image
        env: {DEBUG: true}
      - uses: docker/build-push-action@v6
        with: {push: true}
        if: ${{ success() }}
        continue-on-error: true
  call:
    needs: image
    uses: acme/shared/.github/workflows/deploy.yml@v1
    secrets: inherit
"""


def test_the_whole_file_is_read_when_it_is_valid() -> None:
    image = Job(
        id="image",
        line=16,
        name="Image",
        runs_on=("self-hosted", "arm64"),
        condition="github.event_name != 'pull_request'",
        environment="production",
        matrix=Matrix(
            axes=(("arch", ("amd64", "arm64")),), include=((("arch", "amd64"), ("slow", "no")),)
        ),
        steps=(
            Step(
                index=0,
                line=26,
                id="build",
                name="Build",
                run="make image",
                env=(("DEBUG", "true"),),
            ),
            Step(
                index=1,
                line=30,
                uses="docker/build-push-action@v6",
                inputs=(("push", "true"),),
                condition="${{ success() }}",
                continue_on_error="true",
            ),
        ),
    )
    call = Job(
        id="call",
        line=34,
        needs=("image",),
        uses="acme/shared/.github/workflows/deploy.yml@v1",
        secrets_inherit=True,
    )
    level = Input(
        name="level", type="choice", required=True, default="low", options=("low", "high")
    )
    assert parse(WHOLE) == WorkflowFile(
        name="Ship",
        triggers=(
            Trigger(event="push", branches=("main",), tags=("v*",)),
            Trigger(event="workflow_dispatch", inputs=(level,)),
            Trigger(event="schedule", crons=("15 3 * * mon-fri",)),
        ),
        jobs=(image, call),
        env=(("REGISTRY", "ghcr.io"), ("ON", "yes")),
        permissions=(("contents", "read"), ("packages", "write")),
        concurrency="ship-${{ github.ref }}",
    )


@pytest.mark.parametrize(
    ("source", "line", "sentence"),
    [
        ("", 1, "the file is empty"),
        ("on: push\njobz: {}\n", 2, "unexpected key 'jobz' in the workflow"),
        (f"on: push\non: push\n{JOBS}", 2, "the key 'on' is given twice"),
        (f"name: x\n{JOBS}", 1, "no event is given in 'on'"),
        (f"on: pushed\n{JOBS}", 1, "there is no event 'pushed'"),
        ("on: push\n", 1, "the workflow has no jobs"),
        ("on: push\njobs:\n\tbuild: {}\n", 3, "the YAML cannot be read"),
        (f"on: {{release: {{types: [publish]}}}}\n{JOBS}", 1, "no activity type 'publish'"),
        (f"on: {{create: {{branches: [main]}}}}\n{JOBS}", 1, "unexpected key 'branches'"),
        (f"on: {{push: {{tags: [a], tags-ignore: [b]}}}}\n{JOBS}", 1, "exclude each other"),
        (f"on: {{schedule: [{{cron: '@daily'}}]}}\n{JOBS}", 1, "the cron '@daily' is not valid"),
        (f"on: {{schedule: [{{cron: '61 * * * *'}}]}}\n{JOBS}", 1, "is not valid"),
        ("on: push\njobs: {a: {steps: [{run: x}]}}", 2, "the job 'a' has no runs-on"),
        ("on: push\njobs: {a: {runs-on: x, step: []}}", 2, "unexpected key 'step' in the job 'a'"),
        ("on: push\njobs: {a: {runs-on: x, needs: b}}", 2, "needs 'b', which does not exist"),
        ("on: push\njobs: {a: {runs-on: x, needs: a}}", 2, "wait for each other in a circle"),
        ("on: push\njobs: {1a: {runs-on: x}}", 2, "the job id '1a' must be"),
        ("on: push\njobs: {a: {uses: ./.github/x.yml, env: {}}}", 2, "unexpected key 'env'"),
        ("on: push\njobs: {a: {runs-on: x, steps: [{name: y}]}}", 2, "needs either"),
        ("on: push\njobs: {a: {runs-on: x, steps: [{run: y, uses: a/b@c}]}}", 2, "needs either"),
        ("on: push\njobs: {a: {runs-on: x, steps: [{uses: a/b}]}}", 2, "owner/repository@version"),
        ("on: push\njobs: {a: {runs-on: x, if: 'env.A'}}", 2, "the context 'env' is not allowed"),
        (
            "on: push\njobs: {a: {runs-on: x, steps: [{run: y, if: secrets.T}]}}",
            2,
            "the context 'secrets' is not allowed",
        ),
        (
            "on: push\njobs: {a: {runs-on: x, steps: [{run: '${{ success() }}'}]}}",
            2,
            "the function 'success' is not allowed",
        ),
        ("on: push\njobs:\n  a:\n    runs-on: x\n    if: !failure()\n", 5, "unexpected tag"),
        ("on: push\njobs: {a: {runs-on: x, if: github.ref = 1}}", 2, "unexpected symbol '='"),
        ("on: push\npermissions: {package: write}\njobs: {}", 2, "unexpected key 'package'"),
        ("on: push\npermissions: {packages: admin}\njobs: {}", 2, "cannot be 'admin'"),
        (
            "on: push\njobs: {a: {runs-on: x, steps: [{id: s, run: y}, {id: S, run: z}]}}",
            2,
            "twice",
        ),
    ],
)
def test_the_file_is_refused_with_line_and_sentence(source: str, line: int, sentence: str) -> None:
    found = parse(source)
    if "permissions" in source:
        found = parse(source.replace("jobs: {}", JOBS))
    assert isinstance(found, InvalidWorkflow)
    assert (found.line, sentence in found.sentence) == (line, True), found


def test_anchors_are_allowed_and_bombs_are_not() -> None:
    listening("  push: &filters {branches: [main]}\n  pull_request: *filters")
    bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    for level in range(1, 9):
        name, before = chr(97 + level), chr(96 + level)
        bomb += f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    found = parse(bomb)
    assert isinstance(found, InvalidWorkflow)
    assert "more than 50000 values" in found.sentence


@pytest.mark.parametrize(
    "source", ["[" * 100_000, "{a: " * 50_000, "x" * 600_000, "a: *b", "- &a *a"]
)
def test_a_hostile_file_is_refused(source: str) -> None:
    assert isinstance(parse(source), InvalidWorkflow)


@given(st.text(alphabet="onjbs:push -\n\t{}[]*&!'\"$", max_size=120))
def test_no_text_raises(source: str) -> None:
    assert isinstance(parse(source), WorkflowFile | InvalidWorkflow)

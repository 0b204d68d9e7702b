"""The API's names of jobs and steps, found again in the file."""

from __future__ import annotations

import pytest

from bot.builds.steps import job_in_file, step_in_file
from bot.ci import objects as ci
from bot.ci.workflow_files import WorkflowFile, parse

TEXT = """\
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: make test
  image:
    name: Build the image
    runs-on: ubuntu-latest
    strategy:
      matrix:
        arch: [amd64, arm64]
    steps:
      - uses: actions/checkout@v4
      - run: |
          make image
          make push
      - name: Push ${{ matrix.arch }}
        run: docker push api
  release:
    uses: ./.github/workflows/release.yml
"""


def _file() -> WorkflowFile:
    file = parse(TEXT)
    assert isinstance(file, WorkflowFile)
    return file


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("test", "test"),
        ("Build the image", "image"),
        ("Build the image (amd64)", "image"),
        ("release / push", "release"),
    ],
)
def test_job_is_found_when_the_api_names_it(name: str, identifier: str) -> None:
    job = job_in_file(_file(), name)
    assert job is not None
    assert job.id == identifier


def test_job_is_not_guessed_when_several_could_be_meant() -> None:
    assert job_in_file(_file(), "deploy") is None


def _api_job(*names: str) -> ci.Job:
    steps = tuple(
        ci.Step(number=number, name=name, status="completed")
        for number, name in enumerate(names, 1)
    )
    return ci.Job(id=1, name="Build the image (amd64)", status="completed", steps=steps)


def test_steps_are_found_by_name_and_by_place() -> None:
    image = _file().jobs[1]
    job = _api_job(
        "Set up job",
        "Run actions/checkout@v4",
        "Run make image",
        "Push amd64",
        "Post Run actions/checkout@v4",
        "Complete job",
    )
    found = [step_in_file(image, job, step) for step in job.steps]
    assert found == [None, *image.steps, None, None]


def test_step_with_a_computed_name_is_not_guessed_when_places_do_not_match() -> None:
    image = _file().jobs[1]
    job = _api_job("Set up job", "Push amd64")
    assert step_in_file(image, job, job.steps[1]) is None

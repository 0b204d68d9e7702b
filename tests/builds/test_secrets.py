"""Which secrets a step reads, and how they are spoken of."""

from __future__ import annotations

from bot.builds.secrets import SecretUse, nouns, uses_of
from bot.ci.workflow_files import WorkflowFile, parse

TEXT = """\
on: push
env:
  REGION: ${{ vars.AWS_REGION }}
  UNUSED: ${{ secrets.UNUSED }}
jobs:
  build:
    runs-on: ubuntu-latest
    env:
      HUB_PASSWORD: ${{ secrets['hub_token'] }}
    steps:
      - run: echo "$HUB_PASSWORD" | docker login --password-stdin -u ${{ secrets.HUB_USER }}
      - uses: docker/login-action@v3
        with:
          registry: ghcr.io
          username: ${{ github.actor }}
          password: ${{ secrets.GITHUB_TOKEN }}
      - run: aws --region $REGION ecr describe-repositories
        env:
          KEY: ${{ secrets.KEY || secrets.OLD_KEY }}
"""


def _uses(step: int) -> tuple[SecretUse, ...]:
    file = parse(TEXT)
    assert isinstance(file, WorkflowFile)
    return uses_of(file.jobs[0].steps[step], file.jobs[0], file)


def test_script_and_environment_are_read_when_the_step_uses_them() -> None:
    assert _uses(0) == (
        SecretUse("HUB_USER", "its script"),
        SecretUse("HUB_TOKEN", "env HUB_PASSWORD"),
    )


def test_built_in_token_is_no_secret_that_could_be_missing() -> None:
    assert _uses(1) == ()


def test_alternatives_are_optional() -> None:
    assert _uses(2) == (
        SecretUse("KEY", "env KEY", optional=True),
        SecretUse("OLD_KEY", "env KEY", optional=True),
        SecretUse("AWS_REGION", "env REGION", variable=True),
    )


def test_names_are_listed_once_and_by_kind() -> None:
    uses = (
        SecretUse("A", "input a"),
        SecretUse("B", "input b"),
        SecretUse("A", "input c"),
        SecretUse("V", "env V", variable=True),
    )
    assert nouns(uses) == "secrets A and B and variable V"
    assert nouns(uses[:1]) == "secret A"
    assert nouns(()) == ""

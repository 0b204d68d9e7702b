"""Workflow files for tests, made from the part that matters."""

from __future__ import annotations

from bot.ci.workflow_files import parse
from bot.ci.workflow_objects import WorkflowFile

JOBS = """jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with: {push: true, tags: "quay.io/acme/web:1"}
"""


def listening(events: str, jobs: str = JOBS) -> WorkflowFile:
    """A workflow with this `on:` block, which must be valid."""
    found = parse(f"on:\n{events}\n{jobs}")
    assert isinstance(found, WorkflowFile), found
    return found

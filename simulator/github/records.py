"""What a simulated repository keeps: commits, pushes, workflows, environments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec


class Commit(msgspec.Struct, frozen=True):
    """A commit with its whole tree."""

    sha: str
    message: str
    author: str
    at: datetime
    files: Mapping[str, str]
    parent: str = ""


class Push(msgspec.Struct, frozen=True):
    """A line of the repository's activity."""

    id: int
    ref: str
    before: str
    after: str
    actor: str
    at: datetime
    kind: str


class Workflow(msgspec.Struct):
    """A workflow; its state is active, disabled_manually and so on."""

    id: int
    path: str
    state: str
    created_at: datetime


class Environment(msgspec.Struct):
    """An environment with its own secrets and variables."""

    id: int
    name: str
    secrets: set[str] = set()
    variables: dict[str, str] = {}

"""What a story writer says about runs: which jobs and steps, how long, how they end, what follows.

Script(jobs=(Job("build", steps=(Step("Build", seconds=20), Step("Push", effect=push_image))),))
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeAlias

import msgspec

Effect: TypeAlias = Callable[[], "Awaitable[None] | None"]


class Step(msgspec.Struct, frozen=True):
    """A step: it takes its seconds, writes its log lines, then ends as its conclusion says."""

    name: str
    seconds: float = 1.0
    conclusion: str = "success"
    log: tuple[str, ...] = ()
    effect: Effect | None = None
    """Called when the step has succeeded: it pushes the image, say."""


class Note(msgspec.Struct, frozen=True):
    """An annotation of a job: `level` is notice, warning or failure."""

    message: str
    level: str = "failure"
    title: str = ""


class Job(msgspec.Struct, frozen=True):
    """A job. It fails with its first failed step, and the steps after that are skipped."""

    name: str
    steps: tuple[Step, ...] = ()
    labels: tuple[str, ...] = ("ubuntu-latest",)
    runner: str = "GitHub Actions 2"
    queued: float = 1.0
    """Seconds until a runner takes it."""
    self_hosted: bool = False
    """Wait until a registered runner is online, free and has all labels."""
    notes: tuple[Note, ...] = ()
    conclusion: str = ""
    """Overrides what the steps say: cancelled, timed_out, skipped."""


class Script(msgspec.Struct, frozen=True):
    """What a run does when it is played: its jobs one after the other."""

    jobs: tuple[Job, ...] = (Job("build", steps=(Step("Build and push"),)),)


class Pending(msgspec.Struct, frozen=True):
    """An environment that a run waits for; a reviewer with a slash is a team `org/slug`."""

    environment: str
    reviewers: tuple[str, ...] = ()
    wait_minutes: int = 0
    since: datetime | None = None


class Runner(msgspec.Struct, frozen=True):
    """A registered self-hosted runner."""

    name: str
    labels: tuple[str, ...] = ("self-hosted", "Linux", "X64")
    status: str = "online"
    busy: bool = False
    os: str = "Linux"

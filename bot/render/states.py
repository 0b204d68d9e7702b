"""What one message can show: a class for each state, so that the renderer is complete.

They are stored as they are; whatever a message shows after a restart comes from here.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from bot.evidence import Target
from bot.report import Report


class TaskState(StrEnum):
    """How far a step is; the values are Slack's own."""

    PENDING = "pending"
    RUNNING = "in_progress"
    DONE = "complete"
    FAILED = "error"


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A step that is shown. `key` stays the same while the step lives."""

    key: str
    title: str
    state: TaskState = TaskState.PENDING
    summary: str = ""
    url: str = ""


class Button(msgspec.Struct, frozen=True, kw_only=True):
    """A button for one solution. `id` is opaque and means something only in our database."""

    id: str
    kind: str
    label: str
    question: str = ""
    """What the confirm dialog says: target, cluster and effect. Empty: nothing is changed."""
    yes: str = "Yes"
    primary: bool = False
    danger: bool = False
    solution: int = -1
    """Which of the report's solutions it carries out; -1 for none."""


class Investigating(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The chain is being followed."""

    target: Target
    tasks: tuple[Task, ...] = ()
    started_at: datetime


class Muted(msgspec.Struct, frozen=True, kw_only=True):
    """Alerts about the workload get no answer. `until` None: until it recovers."""

    id: str
    workload: str
    by: str
    until: datetime | None


class Affected(msgspec.Struct, frozen=True, kw_only=True):
    """Another workload that fails of the same: `url` leads to its own message."""

    workload: str
    url: str


class Reported(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The report, with what can be pressed."""

    report: Report
    buttons: tuple[Button, ...] = ()
    note: str = ""
    """What happened before: why this report follows an earlier one."""
    watched: bool = False
    thread_id: str
    muted: Muted | None = None
    also: tuple[Affected, ...] = ()
    """Further workloads that fail of the same cause, once they are many."""


class Acting(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Somebody pressed a button, and it is followed to its end."""

    target: Target
    cause: str
    doing: str
    tasks: tuple[Task, ...]
    started_by: str
    started_at: datetime
    thread_id: str
    retry: Button | None = None
    """To pull at once, while the pod waits although the image is there."""


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """What every end says."""

    target: Target
    cause: str
    sentence: str
    tasks: tuple[Task, ...] = ()
    started_by: str = ""
    """Empty when nobody pressed anything."""
    started_at: datetime
    ended_at: datetime
    thread_id: str
    recheck: Button | None = None


class Recovered(Ended, frozen=True, tag=True, kw_only=True):
    """Running and Ready, long enough to believe it."""


class Failed(Ended, frozen=True, tag=True, kw_only=True):
    """It did not work, and the sentence says why."""


class TimedOut(Ended, frozen=True, tag=True, kw_only=True):
    """It was followed for as long as is sensible."""


class Superseded(Ended, frozen=True, tag=True, kw_only=True):
    """Something newer has taken the target's place."""


class Stopped(Ended, frozen=True, tag=True, kw_only=True):
    """A person wanted no more updates."""


class Referred(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """An alert about what another message of the channel tells: `url` leads there."""

    workload: str
    cause: str
    told_at: datetime
    url: str


class Joined(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Failing of what many fail of: `url` leads to the report of the first."""

    target: Target
    cause: str
    told_at: datetime
    url: str


class Struck(msgspec.Struct, frozen=True, kw_only=True):
    """A workload in a storm, and how many alerts about it nobody answered."""

    workload: str
    alerts: int


class Storm(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The alerts that were too many to be answered one by one."""

    began_at: datetime
    per_minute: int
    struck: tuple[Struck, ...] = ()


class Broken(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The bot itself failed."""

    target: Target | None
    error_id: str


End = Recovered | Failed | TimedOut | Superseded | Stopped
State = Investigating | Reported | Acting | End | Referred | Joined | Storm | Broken


def is_final(state: State) -> bool:
    """Whether a reader waits for it: such a state goes out before all others."""
    return not isinstance(state, Investigating | Acting | Storm)

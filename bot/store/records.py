"""The rows as values."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from bot.cluster.objects import OwnerReference
from bot.evidence import Target
from bot.render.states import State, Task
from bot.report import Action, Report, RetryPull
from bot.sources import Query


class Source(StrEnum):
    """Which way in a thread came."""

    COMMAND = "command"
    MENTION = "mention"
    SHORTCUT = "shortcut"
    ALERT = "alert"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked, so that the work can begin again after a kill.

    `queries` are tried in order; `target` is set once it is known.
    """

    source: Source
    asked_by: str = ""
    """User id; empty when nobody asked (an alert)."""
    queries: tuple[Query, ...] = ()
    target: Target | None = None


class Work(StrEnum):
    """What is left to do for a thread."""

    WANTED = "wanted"
    DONE = "done"
    SILENT = "silent"
    """Nothing in the cluster matched an alert: nothing was posted."""
    GONE = "gone"
    """The message was deleted, or the channel is closed to us."""


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """One message of ours and everything it shows."""

    id: str
    team: str
    channel: str
    alert_ts: str | None = None
    """The message that it answers, an alert or a mention: one reply for each."""
    root_ts: str = ""
    """The thread it is posted into; empty for a message of its own."""
    message_ts: str | None = None
    workload: str = ""
    """What the target belongs to, once it was needed, as `namespace/Kind/name`."""
    cause: str = ""
    """What its report shares with those of other workloads (`bot.shared`); empty for nothing."""
    asked: Asked
    work: Work = Work.WANTED
    wanted: State | None = None
    wanted_version: int = 0
    shown_version: int = 0
    render_hash: str = ""
    report: Report | None = None
    post_claimed_at: datetime | None = None
    created_at: datetime
    updated_at: datetime

    @property
    def plan_id(self) -> str:
        """The block id of its plan: always the same, so that a plan does not fold shut."""
        return f"whyfailing-{self.id}"


class ActionState(StrEnum):
    """The life of a button."""

    OFFERED = "offered"
    CLAIMED = "claimed"
    RUNNING = "running"
    """It is being performed: after a kill nobody knows whether it was."""
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """A button, and who pressed it."""

    id: str
    thread_id: str
    action: Action
    state: ActionState = ActionState.OFFERED
    claimed_by: str = ""
    claimed_name: str = ""
    claimed_at: datetime | None = None
    finished_at: datetime | None = None
    result: str = ""
    expires_at: datetime


class Phase(StrEnum):
    """How far a follow-up has come; each is left for good."""

    STARTING = "starting"
    RUN = "run"
    IMAGE = "image"
    POD = "pod"
    READY = "ready"
    DIAGNOSING = "diagnosing"
    """It failed again: the new diagnosis is on its way."""


class Journey(msgspec.Struct, frozen=True, kw_only=True):
    """What a follow-up needs to know to go on after a kill."""

    target: Target
    cause: str = ""
    """The verdict line of the report that it began with."""
    action: Action | None = None
    started_by: str = ""
    started_at: datetime
    image: str = ""
    repository: str = ""
    run_id: int | None = None
    attempt: int = 0
    controller: OwnerReference | None = None
    """The pod's controller at the start: its later pods take the pod's place."""
    pod_uids: tuple[str, ...] = ()
    """The pods that failed at the start."""
    tasks: tuple[Task, ...] = ()
    phase_since: datetime | None = None
    retry: RetryPull | None = None
    """What would make the pod pull at once, while it waits although the image is there."""
    note: str = ""
    """Why a new diagnosis was wanted."""


class FollowUp(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is followed to its end. With an action it has the action's id."""

    id: str
    thread_id: str
    phase: Phase
    deadline: datetime
    ready_since: datetime | None = None
    journey: Journey
    leased_until: datetime | None = None
    closed_at: datetime | None = None


class Absence(msgspec.Struct, frozen=True, kw_only=True):
    """A channel that the settings name and in which the bot cannot do what it is named for."""

    team: str
    channel: str
    why: str
    """A sentence without its end: why, and what comes of it."""
    since: datetime


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what, and what was decided."""

    at: datetime
    team: str
    channel: str
    message_ts: str = ""
    user_id: str
    action_id: str = ""
    what: str
    decision: str
    detail: str = ""


class Mute(msgspec.Struct, frozen=True, kw_only=True):
    """Alerts about a workload get no answer while it fails for these causes and no other."""

    id: str
    team: str
    cluster: str
    workload: str
    """As `namespace/Kind/name`."""
    causes: tuple[str, ...]
    """Codes, or the verdict of a report without a root cause."""
    thread_id: str
    """Whose message it was muted in."""
    by_user: str
    by_name: str
    since: datetime
    until: datetime | None = None
    """None: until it recovers, or nobody looks any more whether it does."""
    ended_at: datetime | None = None


class Answering(StrEnum):
    """What a channel chose to hear."""

    AUTO = "auto"
    """Alerts are answered unasked."""
    MENTION = "mention"
    """Only those who ask are answered."""
    OFF = "off"
    """Nobody is."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """The choice of a channel, and whose it was."""

    team: str
    channel: str
    answering: Answering
    by_user: str
    by_name: str
    at: datetime

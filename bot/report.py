"""What the evidence means: rulings of causes, findings, and the report for every renderer."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum

import msgspec

from bot.evidence import Gap, Target


class Outcome(StrEnum):
    """What one cause says about one subject."""

    CONFIRMED = "confirmed"
    SUSPECTED = "suspected"
    RULED_OUT = "ruled out"
    UNKNOWN = "unknown"


class Layer(IntEnum):
    """How deep a cause lies: a deeper confirmed cause explains the shallower ones."""

    CLUSTER = 0
    REGISTRY = 1
    BUILD = 2
    PREREQUISITE = 3


class Rank(IntEnum):
    """Which of two findings of one layer explains the other.

    The layer decides first; within a layer a higher rank is the root cause of a lower one.
    """

    ROLLUP = 0
    """A controller's summary of its pods (ProgressDeadlineExceeded); explained by any of theirs."""
    SYMPTOM = 1
    """What is left when nothing more precise is proved (CrashBackOffOnly, AppError)."""
    FAULT = 2
    """A precise fault."""
    ORIGIN = 3
    """A fact that explains precise faults of other objects (a node that is gone, a missing key)."""


class Verdict(StrEnum):
    """How an investigation ended."""

    EXPLAINED = "explained"
    UNEXPLAINED = "unexplained"
    INCOMPLETE = "incomplete"
    HEALTHY = "healthy"


class Proof(msgspec.Struct, frozen=True):
    """A fact that a finding rests on, and how anyone can check it."""

    text: str
    url: str = ""
    command: str = ""


# --- what a person can press ------------------------------------------------------------------


class RerunFailedJobs(
    msgspec.Struct, frozen=True, tag="rerun_failed_jobs", tag_field="kind", kw_only=True
):
    """Re-run the failed jobs of one run. `attempt` is the attempt that the person saw fail."""

    repository: str
    run_id: int
    attempt: int
    run_url: str
    workflow: str
    image: str


class RunWorkflow(msgspec.Struct, frozen=True, tag="run_workflow", tag_field="kind", kw_only=True):
    """Dispatch a workflow on a branch or tag."""

    repository: str
    workflow_id: int
    workflow: str
    ref: str
    image: str


class RetryPull(msgspec.Struct, frozen=True, tag="retry_pull", tag_field="kind", kw_only=True):
    """Delete the pod so that its controller makes a new one and the pull is tried at once."""

    cluster: str
    namespace: str
    pod: str
    uid: str


class Recheck(msgspec.Struct, frozen=True, tag="recheck", tag_field="kind", kw_only=True):
    """Investigate the same target again."""

    target: Target


Action = RerunFailedJobs | RunWorkflow | RetryPull | Recheck


class Solution(msgspec.Struct, frozen=True, kw_only=True):
    """One way to mend it: exact commands, and the button that does it where there is one."""

    title: str
    why: str
    recommended: bool = False
    commands: tuple[str, ...] = ()
    action: Action | None = None
    url: str = ""
    image: str = ""
    """What the workload runs afterwards, where this changes it."""


class LeftOut(msgspec.Struct, frozen=True):
    """A solution that a reader might expect, and why it does not apply."""

    title: str
    why: str


# --- what a cause says ------------------------------------------------------------------------


class Subject(msgspec.Struct, frozen=True, order=True):
    """What a ruling is about. Rulings that share a container or an image are about one failure."""

    kind: str
    """`Pod`, `Image`, `WorkflowRun`, `Secret`, `Runner` and so on."""
    name: str
    container: str = ""
    image: str = ""


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """What one cause says of one subject. CONFIRMED and SUSPECTED need at least one proof."""

    outcome: Outcome
    subject: Subject
    summary: str
    proof: tuple[Proof, ...] = ()
    solutions: tuple[Solution, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    prevention: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    """Of a suspicion: the other codes that the same facts allow, the likelier first."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A ruling with its cause's metadata stamped on by `diagnose`."""

    code: str
    title: str
    layer: Layer
    rank: Rank
    ruling: Ruling
    explains: tuple[str, ...] = ()
    chain: str = ""
    """Of a root cause: how it leads to what a person sees, as one sentence."""


# --- the report -------------------------------------------------------------------------------


class StepState(StrEnum):
    """How one link of the chain answered."""

    OK = "ok"
    FAILED = "failed"
    WAITING = "waiting"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


class ChainStep(msgspec.Struct, frozen=True):
    """A link that was followed, and what it said."""

    name: str
    state: StepState
    summary: str


class StatusItem(msgspec.Struct, frozen=True):
    """One line of "where things stand now"."""

    item: str
    state: StepState


class Observation(msgspec.Struct, frozen=True):
    """Worth knowing, and no cause of this failure."""

    text: str
    proof: tuple[Proof, ...] = ()


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer, sections in the order in which a person reads them."""

    target: Target
    verdict: Verdict
    problem: str
    """What a person sees: the state and the cluster's own words, one paragraph."""
    root_causes: tuple[Finding, ...] = ()
    consequences: tuple[Finding, ...] = ()
    ruled_out: tuple[Finding, ...] = ()
    steps: tuple[ChainStep, ...] = ()
    solutions: tuple[Solution, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    verification: tuple[str, ...] = ()
    prevention: tuple[str, ...] = ()
    status: tuple[StatusItem, ...] = ()
    next_steps: tuple[str, ...] = ()
    observations: tuple[Observation, ...] = ()
    changes: tuple[Observation, ...] = ()
    """What the last rollout changed in the template of the failing pods, and when."""
    gaps: tuple[Gap, ...] = ()
    collected_at: datetime
    took_ms: int = 0

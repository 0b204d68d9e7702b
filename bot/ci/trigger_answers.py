"""An event as far as it decides whether a workflow runs, and the answers to "why did it not?"."""

from __future__ import annotations

from typing import ClassVar

import msgspec


class TriggerEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event in a repository. None is "not known" and never counts against a run."""

    name: str
    ref: str
    """`refs/heads/…`, `refs/tags/…` or `refs/pull/N/merge`."""
    repository: str = ""
    default_branch: str = ""
    message: str = ""
    """Of the head commit, of the tagged commit, or of the head of the pull request."""
    actor: str = ""
    by_workflow_token: bool = False
    """Whether GITHUB_TOKEN made it."""
    sha: str = ""
    action: str | None = None
    base_ref: str | None = None
    head_ref: str | None = None
    changed_files: tuple[str, ...] | None = None
    changed_files_total: int | None = None
    commits: int | None = None
    diff_timed_out: bool = False
    tags_pushed: int = 1
    branches_pushed: int = 1
    fork: bool = False
    first_time_contributor: bool = False
    merge_conflict: bool = False
    merged: bool | None = None
    upstream: str | None = None
    """The name of the workflow whose run caused a `workflow_run`."""
    conclusion: str | None = None
    head_branch: str | None = None
    chain_level: int = 1
    draft: bool | None = None
    prerelease: bool | None = None
    from_draft: bool = False
    inputs: tuple[tuple[str, str], ...] = ()

    @property
    def branch(self) -> str | None:
        """The branch that was pushed, or None for a tag or pull request."""
        return _after(self.ref, "refs/heads/")

    @property
    def tag(self) -> str | None:
        """The tag that was pushed, or None."""
        return _after(self.ref, "refs/tags/")


class WorkflowState(msgspec.Struct, frozen=True, kw_only=True):
    """What GitHub knows of the workflow: its state, and where the file is when not everywhere."""

    state: str = "active"
    only_on_branch: str | None = None
    """The one branch that holds the file, or None where the event's commit has it."""


class Triggered(msgspec.Struct, frozen=True, tag=True):
    """A run is created, and the facts do not keep it from pushing."""

    code: ClassVar[str] = "Healthy"
    runs: ClassVar[bool] = True

    @property
    def summary(self) -> str:
        """In the reader's words."""
        return "this event starts the workflow"


class Filtered(msgspec.Struct, frozen=True, tag=True):
    """A filter of the event excludes it."""

    filter: str
    patterns: tuple[str, ...]
    value: str
    code: ClassVar[str] = "WorkflowFiltered"
    runs: ClassVar[bool] = False

    @property
    def summary(self) -> str:
        """Names the filter, its patterns and the value that does not pass."""
        shown = ", ".join(self.patterns[:8]) or "nothing"
        more = f" and {len(self.patterns) - 8} more" if len(self.patterns) > 8 else ""
        return f"{self.value} does not pass the filter {self.filter}: [{shown}{more}]"


class EventNotListed(msgspec.Struct, frozen=True, tag=True):
    """`on:` does not name the event."""

    event: str
    listed: tuple[str, ...]
    code: ClassVar[str] = "WorkflowEventNotListed"
    runs: ClassVar[bool] = False

    @property
    def summary(self) -> str:
        """Names the event and what is listed."""
        return f"the workflow does not listen to {self.event}, only to {', '.join(self.listed)}"


class SkippedByMessage(msgspec.Struct, frozen=True, tag=True):
    """The commit message asks to skip."""

    phrase: str
    code: ClassVar[str] = "WorkflowSkippedByMessage"
    runs: ClassVar[bool] = False

    @property
    def summary(self) -> str:
        """Quotes the phrase."""
        return f"the commit message says {self.phrase}, so GitHub starts no workflow for it"


class TokenPush(msgspec.Struct, frozen=True, tag=True):
    """GITHUB_TOKEN caused the event, and such events start nothing."""

    event: str
    code: ClassVar[str] = "WorkflowTokenPush"
    runs: ClassVar[bool] = False

    @property
    def summary(self) -> str:
        """Names the rule."""
        return (
            f"a workflow made this {self.event} with GITHUB_TOKEN, and what that token does "
            "starts no other workflow"
        )


class Disabled(msgspec.Struct, frozen=True, tag=True):
    """The workflow is switched off."""

    state: str
    code: ClassVar[str] = "WorkflowDisabled"
    runs: ClassVar[bool] = False

    @property
    def summary(self) -> str:
        """Says who switched it off."""
        why = {
            "disabled_manually": "somebody disabled the workflow",
            "disabled_inactivity": "GitHub disabled the workflow after 60 days of inactivity",
            "disabled_fork": "workflows of a fork are disabled until somebody enables them",
        }
        return why.get(self.state, f"the workflow is disabled ({self.state})")


class FileMissing(msgspec.Struct, frozen=True, tag=True):
    """The workflow file is not where this event looks for it."""

    wanted_on: str
    found_on: str
    code: ClassVar[str] = "WorkflowFileMissing"
    runs: ClassVar[bool] = False

    @property
    def summary(self) -> str:
        """Names both places."""
        return f"the workflow file is not on {self.wanted_on}, only on the branch {self.found_on}"


class NoEvent(msgspec.Struct, frozen=True, tag=True):
    """GitHub makes no event, or refuses it; the sentence says why."""

    sentence: str
    code: ClassVar[str] = "WorkflowNotTriggered"
    runs: ClassVar[bool] = False

    @property
    def summary(self) -> str:
        """The reason."""
        return self.sentence


class StartupFailure(msgspec.Struct, frozen=True, tag=True):
    """GitHub refuses the file."""

    line: int
    sentence: str
    code: ClassVar[str] = "WorkflowStartupFailure"
    runs: ClassVar[bool] = False

    @property
    def summary(self) -> str:
        """Line and reason."""
        return f"GitHub refuses the workflow file at line {self.line}: {self.sentence}"


class AwaitingApproval(msgspec.Struct, frozen=True, tag=True):
    """A run exists and waits for a person."""

    sentence: str
    code: ClassVar[str] = "WorkflowAwaitingApproval"
    runs: ClassVar[bool] = True

    @property
    def summary(self) -> str:
        """Who has to approve."""
        return self.sentence


class PushSkipped(msgspec.Struct, frozen=True, tag=True):
    """A run exists, but the job or step that pushes does not push for this event."""

    job: str
    condition: str
    code: ClassVar[str] = "WorkflowPushSkipped"
    runs: ClassVar[bool] = True

    @property
    def summary(self) -> str:
        """Names the job and the condition that is false."""
        return f"the job {self.job} does not push here: {self.condition} is false"


Answer = (
    Triggered | Filtered | EventNotListed | SkippedByMessage | TokenPush | Disabled | FileMissing
    | NoEvent | StartupFailure | AwaitingApproval | PushSkipped
)  # fmt: skip


def _after(ref: str, prefix: str) -> str | None:
    return ref.removeprefix(prefix) if ref.startswith(prefix) else None

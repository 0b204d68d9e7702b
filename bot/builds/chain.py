"""One image's build chain: its names, whether it can matter, and its run.

A build can only explain a failure when the image is not there for the cluster to pull. How sure
that is (`Absence`) bounds how sure any build cause may be.
"""

from __future__ import annotations

from functools import cached_property

from bot.builds.absence import Absence, absence_of
from bot.ci import objects as ci
from bot.ci.wanted import (
    CommitWanted,
    PullRequestWanted,
    TagWanted,
    Wanted,
    wanted_ref,
)
from bot.evidence import BuildFacts, ImageFacts, RunDetail
from bot.report import Subject
from bot.view import View

_BAD = ("failure", "timed_out", "cancelled")


class Chain:
    """The build chain of one image that some pod of the target waits for."""

    def __init__(self, view: View, image: ImageFacts, facts: BuildFacts) -> None:
        self.view = view
        self.image = image
        self.facts = facts

    # --- names ----------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The image as a person reads it."""
        return self.image.written or self.image.image.short

    @property
    def repository(self) -> str:
        """`owner/name` of the source."""
        return self.facts.link.repository

    @property
    def url(self) -> str:
        """The source's page."""
        known = self.facts.repository
        return known.html_url if isinstance(known, ci.Repository) else ""

    @property
    def default_branch(self) -> str:
        """The repository's default branch, where it is known."""
        known = self.facts.repository
        return known.default_branch if isinstance(known, ci.Repository) else ""

    @property
    def wanted_short(self) -> str:
        """The branch or tag to build, without `refs/…/`."""
        return self.facts.wanted_ref.removeprefix("refs/heads/").removeprefix("refs/tags/")

    @property
    def wanted(self) -> str:
        """The commit or ref that the image should be built from, in words."""
        short = self.wanted_short
        kind = "tag" if self.facts.wanted_ref.startswith("refs/tags/") else "branch"
        commit = self.facts.commit
        if isinstance(commit, ci.Commit):
            return f"commit {commit.short}" + (f" of {kind} {short}" if short else "")
        return f"{kind} {short}" if short else "the wanted commit"

    def subject(self, kind: str, name: str) -> Subject:
        """What a ruling is about; the image joins it to the image's own failure."""
        return Subject(kind, name, image=self.image.written or str(self.image.image))

    # --- whether a build can matter -------------------------------------------------------------

    @cached_property
    def absence(self) -> Absence:
        """How sure it is that the registry lacks the image."""
        return absence_of(self.view, self.image)

    @cached_property
    def never_pushed(self) -> bool:
        """Whether the history shows that no run of this workflow has ever succeeded."""
        return self.facts.green == () and not any(run.conclusion == "success" for run in self.runs)

    @cached_property
    def stands_for(self) -> Wanted:
        """What the image's tag stands for by its form: a commit, a git tag, a branch."""
        return wanted_ref(self.image.image.tag or "")

    @property
    def pinned(self) -> bool:
        """Whether the tag belongs to one commit, so that the run of another cannot push it."""
        return isinstance(self.stands_for, CommitWanted | TagWanted | PullRequestWanted)

    # --- the run --------------------------------------------------------------------------------

    @property
    def runs(self) -> tuple[ci.Run, ...]:
        """Runs for the wanted commit or ref, newest first; none when they could not be seen."""
        return self.facts.runs if isinstance(self.facts.runs, tuple) else ()

    @property
    def detail(self) -> RunDetail | None:
        """That run, where it was looked at closely."""
        return self.facts.detail if self.run is not None else None

    @cached_property
    def run(self) -> ci.Run | None:
        """The run that should have pushed the image: the one looked at, else the newest.

        A tag that moves with its branch comes from the newest run, whatever its commit.
        """
        run = self.facts.detail.run if self.facts.detail else next(iter(self.runs), None)
        commit = self.facts.commit
        if run is not None and self.pinned and isinstance(commit, ci.Commit):
            return run if run.head_sha == commit.sha else None
        return run

    @property
    def newer(self) -> ci.Run | None:
        """A run that started after the one looked at."""
        run = self.run
        return next((each for each in self.runs if run and each.number > run.number), None)

    @property
    def jobs(self) -> tuple[ci.Job, ...]:
        """The jobs of the run; none when they could not be seen."""
        jobs = self.detail.jobs if self.detail else ()
        return jobs if isinstance(jobs, tuple) else ()

    @cached_property
    def failed_job(self) -> ci.Job | None:
        """The job to look at: the first that failed, else that ran out of time, else cancelled."""
        return next((j for word in _BAD for j in self.jobs if j.conclusion == word), None)

    @cached_property
    def failed_step(self) -> ci.Step | None:
        """The step at which the failed job came to its end."""
        job = self.failed_job
        if job is None:
            return None
        return next((s for word in _BAD for s in job.steps if s.conclusion == word), None)

    @cached_property
    def waiting_jobs(self) -> tuple[ci.Job, ...]:
        """Jobs that no runner has taken yet."""
        return tuple(job for job in self.jobs if job.status == "queued")

    @cached_property
    def running_job(self) -> ci.Job | None:
        """A job that is at work."""
        return next((job for job in self.jobs if job.status == "in_progress"), None)

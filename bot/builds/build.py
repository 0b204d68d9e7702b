"""A build chain in words: where its run is, what it waits for, how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from bot.builds.absence import Absence
from bot.builds.eta import arrival
from bot.builds.failure import FailureChain
from bot.kubectl import owner
from bot.report import Proof
from bot.runners import Service, who_serves
from bot.view import View
from bot.words import ago, capital, shell


class Build(FailureChain):
    """Everything that causes and narrative ask about the build of one image."""

    @property
    def run_name(self) -> str:
        """`run #12 of backend-build.yml`."""
        if self.run is None:
            return f"a run of {self.workflow_name}"
        return f"run #{self.run.number} of {self.workflow_name}"

    @property
    def run_id(self) -> str:
        """The run's number for commands; empty without a run."""
        return str(self.run.id) if self.run else ""

    @property
    def run_url(self) -> str:
        """The run's page; empty without a run."""
        return self.run.html_url if self.run else ""

    @property
    def run_state(self) -> str:
        """The conclusion of a run that has one, else its status."""
        return (self.run.conclusion or self.run.status) if self.run else ""

    @property
    def ending(self) -> str:
        """How the run ended: its conclusion, or empty while it has none."""
        return (self.run.conclusion or "") if self.run and self.run.done else ""

    @property
    def workload_name(self) -> str:
        """The workload that asks for the image, as kubectl takes it; empty without one."""
        kind, name = owner(self.view, self.view.pods[0]) if self.view.pods else ("Pod", "")
        return "" if kind == "Pod" else f"{kind.lower()}/{name}"

    def run_proof(self, text: str) -> Proof:
        """A proof that cites the run."""
        if self.run is None:
            return Proof(text)
        command = shell("gh", "run", "view", str(self.run.id), "--repo", self.repository)
        return Proof(capital(text), self.run.html_url, command)

    # --- waiting --------------------------------------------------------------------------------

    @property
    def waits_in_line(self) -> bool:
        """Whether nothing of the run has started because of others before it."""
        if self.run is None or self.run.done or self.running_job:
            return False
        return self.run.status in ("queued", "pending", "requested") or bool(self.waiting_jobs)

    @property
    def asked_labels(self) -> tuple[str, ...]:
        """What the first waiting job asks of a runner."""
        return self.waiting_jobs[0].labels if self.waiting_jobs else ()

    @property
    def waited(self) -> str:
        """How long the waiting job, else the run, has waited."""
        job = self.waiting_jobs[0].created_at if self.waiting_jobs else None
        return ago(job or (self.run.created_at if self.run else None), self.view.now) or "a while"

    @cached_property
    def service(self) -> Service | None:
        """Who can serve the waiting job; None when no job waits for a runner."""
        if not self.waiting_jobs or (self.detail and self.detail.ahead):
            return None
        return who_serves(self.view, self.asked_labels, self.repository, self.facts.runners)

    # --- at work --------------------------------------------------------------------------------

    @property
    def at_work(self) -> bool:
        """Whether the run is in progress and does not merely wait for a runner."""
        if self.run is None or self.run.status != "in_progress":
            return False
        return bool(self.running_job) or not self.waiting_jobs

    @property
    def progress(self) -> str:
        """` (job build, step 4 of 9: Build and push)` while a job is at work; else empty."""
        job = self.running_job
        if job is None:
            return ""
        now = next((step for step in job.steps if step.status == "in_progress"), None)
        if now is None:
            return f" (job {job.name})"
        return f" (job {job.name}, step {now.number} of {len(job.steps)}: {now.name})"

    @property
    def arrival(self) -> str:
        """When the image is to be expected, in words."""
        return arrival(self)

    # --- failed ---------------------------------------------------------------------------------

    @property
    def step_name(self) -> str:
        """`step "Log in" of job build`, as far as the API told."""
        job, step = self.failed_job, self.failed_step
        if job is None:
            return "a job"
        return f'step "{step.name}"' if step else f"job {job.name}"

    @property
    def failure_proof(self) -> Proof:
        """Where the run failed, with the command that shows the log of it."""
        job = self.failed_job
        if job is None or self.run is None:
            return self.run_proof(f"{self.run_name} ended with {self.ending}.")
        step = f', step "{self.failed_step.name}"' if self.failed_step else ""
        command = shell(
            "gh", "run", "view", str(self.run.id), "--repo", self.repository, "--log-failed"
        )
        text = capital(f"{self.run_name} ({self.wanted}) failed in job {job.name}{step}.")
        return Proof(text, job.html_url or self.run.html_url, command)


def builds(view: View) -> tuple[Build, ...]:
    """The build chains that may explain why an image is not there, worked out once."""
    return view.remember("builds", lambda: tuple(_builds(view)))


def _builds(view: View) -> Iterator[Build]:
    for image in view.evidence.images:
        if image.build is not None:
            build = Build(view, image, image.build)
            if build.absence is not Absence.NO:
                yield build

"""Questions about the runs of a workflow: their jobs, logs, and what they wait for."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

import msgspec

from bot.ci import objects as ci
from bot.ci.github import raw, read, read_runs
from bot.ci.github.ask import PAGE, Asker, about
from bot.ci.github.logs import ExpiredLinkError, Tail, download
from bot.ci.github.question import Question
from bot.evidence import GapReason
from bot.sources import SourceError

_GROUPS = 10
"""Concurrency groups of one run that are looked at."""


class Runs(Asker):
    """What became of a workflow's runs."""

    async def runs(
        self,
        repository: str,
        workflow_id: int,
        *,
        head_sha: str = "",
        branch: str = "",
        status: str = "",
        limit: int = 20,
    ) -> tuple[ci.Run, ...]:
        """Runs, newest first; workflow 0 stands for all workflows of the repository."""
        scope = f"/workflows/{workflow_id}" if workflow_id else ""
        filters = {"head_sha": head_sha, "branch": branch, "status": status}
        question = about(
            repository,
            f"/actions{scope}/runs",
            "the runs",
            "actions=read",
            params=(
                *((name, value) for name, value in filters.items() if value),
                ("exclude_pull_requests", "true"),
                ("per_page", str(max(1, min(limit, PAGE)))),
            ),
        )
        answer = await self.ask(question)
        page = read.read_json(answer.body, raw.RawRuns, question.about)
        return tuple(read_runs.read_run(item) for item in page.workflow_runs)

    async def run(self, repository: str, run_id: int) -> ci.Run | None:
        """One run at its newest attempt; None when it does not exist."""
        what = f"run {run_id}"
        question = about(
            repository,
            f"/actions/runs/{run_id}",
            what,
            "actions=read",
            params=(("exclude_pull_requests", "true"),),
        )
        answer = await self.ask_or_none(question)
        if answer is None:
            return None
        return read_runs.read_run(read.read_json(answer.body, raw.RawRun, what))

    async def jobs(self, repository: str, run_id: int) -> tuple[ci.Job, ...]:
        """The jobs of the newest attempt of a run."""
        question = about(
            repository,
            f"/actions/runs/{run_id}/jobs",
            f"the jobs of run {run_id}",
            "actions=read",
            params=(("filter", "latest"),),
        )
        pages = await self.pages(question, raw.RawJobs, lambda page: page.total_count)
        return tuple(read_runs.read_job(item) for page in pages for item in page.jobs)

    async def job_log(self, repository: str, job_id: int) -> ci.JobLog | None:
        """The end of a job's log; None when GitHub has none (expired, or never written)."""
        what = f"the log of job {job_id}"
        question = about(repository, f"/actions/jobs/{job_id}/logs", what, "actions=read")
        question = msgspec.structs.replace(question, takes_link=True)
        try:
            tail = await self._log(question)
        except ExpiredLinkError:
            tail = await self._log_again(question)
        if tail is None:
            return None
        return await asyncio.to_thread(read_runs.read_log, job_id, tail.text, tail.cut)

    async def _log(self, question: Question) -> Tail | None:
        answer = await self.ask_or_none(question, success=frozenset({302}))
        if answer is None:
            return None
        link = answer.headers.get("location", "")
        if self.http.base.startswith("https://") and not link.startswith("https://"):
            detail = f"GitHub names an unsafe place for {question.about}"
            raise SourceError(GapReason.REFUSED, detail)
        return await download(self.http.downloads, link, question.about)

    async def _log_again(self, question: Question) -> Tail | None:
        try:
            return await self._log(question)
        except ExpiredLinkError as error:
            raise SourceError(
                GapReason.FORBIDDEN,
                f"GitHub's storage refuses its own link for {question.about}",
                "Check this machine's clock and any proxy on the way to GitHub's log storage.",
            ) from error

    async def annotations(self, repository: str, check_run_id: int) -> tuple[ci.Annotation, ...]:
        """What a job's check run says about itself."""
        question = about(
            repository,
            f"/check-runs/{check_run_id}/annotations",
            "the annotations of a job",
            "checks=read",
            params=(("per_page", str(PAGE)),),
        )
        answer = await self.ask(question)
        listed = read.read_json(answer.body, list[raw.RawAnnotation], question.about)
        return tuple(read_runs.read_annotation(item) for item in listed)

    async def pending_deployments(
        self, repository: str, run_id: int
    ) -> tuple[ci.PendingDeployment, ...]:
        """The environments whose protection rules a run waits for."""
        question = about(
            repository,
            f"/actions/runs/{run_id}/pending_deployments",
            f"what run {run_id} waits for",
            "actions=read",
        )
        answer = await self.ask(question)
        listed = read.read_json(answer.body, list[raw.RawPending], question.about)
        return tuple(read_runs.read_pending(item) for item in listed)

    async def ahead_of(self, repository: str, run_id: int) -> tuple[ci.ConcurrencyMember, ...]:
        """Who holds the concurrency groups that this run waits for.

        GitHub Enterprise Server does not tell (up to 3.19 at least): SourceError.
        """
        question = about(
            repository,
            f"/actions/runs/{run_id}/concurrency_groups",
            f"the concurrency groups of run {run_id}",
            "actions=read",
        )
        answer = await self.ask(question)
        groups = read.read_json(answer.body, raw.RawGroups, question.about)
        members: list[ci.ConcurrencyMember] = []
        for group in groups.concurrency_groups[:_GROUPS]:
            members += await self._group(repository, run_id, group.group_name)
        return tuple(members)

    async def _group(
        self, repository: str, run_id: int, name: str
    ) -> tuple[ci.ConcurrencyMember, ...]:
        question = about(
            repository,
            f"/actions/concurrency_groups/{quote(name, safe='')}",
            f"a concurrency group of run {run_id}",
            "actions=read",
            params=(("ahead_of_run", str(run_id)),),
        )
        # A group that nobody holds any more is gone.
        answer = await self.ask_or_none(question)
        if answer is None:
            return ()
        return read_runs.read_group(
            read.read_json(answer.body, raw.RawGroup, question.about), run_id
        )

"""From a repository to the run, job and step that should have pushed an image."""

from __future__ import annotations

import asyncio

import msgspec

from bot.ci import objects as ci
from bot.ci.pushes import WantedRef, wanted_ref
from bot.collect.asking import Inquiry
from bot.collect.runners import RunnerFacts
from bot.collect.workflows import active_first, choose, workflow_sources
from bot.evidence import BuildFacts, Gap, RunDetail, SourceLink, WorkflowSource
from bot.images import ImageRef
from bot.sources import CIProvider

_HISTORY = 5
_MOST_LOGS = 2


async def build_facts(
    inquiry: Inquiry, runners: RunnerFacts, link: SourceLink, image: ImageRef
) -> BuildFacts | None:
    """Follow the chain of one image; None when GitHub is switched off."""
    provider = inquiry.sources.ci
    if provider is None:
        return None
    return await _Build(inquiry, provider, runners, link, image).follow()


class _Build:
    """The questions about one image's build, in the order in which they depend on each other."""

    def __init__(
        self,
        inquiry: Inquiry,
        provider: CIProvider,
        runners: RunnerFacts,
        link: SourceLink,
        image: ImageRef,
    ) -> None:
        self.inquiry = inquiry
        self.provider = provider
        self.runners = runners
        self.link = link
        self.image = image
        self.name = link.repository

    async def follow(self) -> BuildFacts:
        ref = wanted_ref(self.image.tag or "")
        title = f"Read the workflows of {self.name}"
        self.inquiry.begin("workflow", title)
        repository, commit, sources = await asyncio.gather(
            self._ask(self.name, self.provider.repository(self.name)),
            self._ask(f"{ref.name} of {self.name}", self.provider.commit(self.name, ref.name)),
            workflow_sources(self.inquiry, self.name, ref.name, self.link.workflow),
        )
        facts = BuildFacts(
            link=self.link,
            repository=repository or _invisible(self.name),
            workflows=sources,
            commit=commit,
            wanted_ref=_full_ref(ref, repository),
        )
        if isinstance(sources, Gap):
            self.inquiry.miss("workflow", title, sources)
            return facts
        chosen = self._chosen(sources)
        if chosen is None:
            self.inquiry.end("workflow", title, "none of them pushes this image", failed=True)
            return facts
        self.inquiry.end("workflow", title, f"{chosen.workflow.path} pushes it")
        self.runners.expect(chosen)
        return await self._runs(
            msgspec.structs.replace(
                facts, link=msgspec.structs.replace(self.link, workflow=chosen.workflow.path)
            ),
            chosen,
        )

    def _chosen(self, sources: tuple[WorkflowSource, ...]) -> WorkflowSource | None:
        named = next((s for s in sources if s.workflow.path == self.link.workflow), None)
        return named or choose(sources, self.name, self.image)

    async def _runs(self, facts: BuildFacts, chosen: WorkflowSource) -> BuildFacts:
        workflow = chosen.workflow
        title = f"Look for the run of {workflow.name}"
        self.inquiry.begin("run", title)
        branch = facts.wanted_ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
        sha = facts.commit.sha if isinstance(facts.commit, ci.Commit) else ""
        runs, secrets, runners = await asyncio.gather(
            self._ask(
                f"runs of {workflow.path}",
                self.provider.runs(
                    self.name, workflow.id, branch=branch, head_sha="" if branch else sha
                ),
            ),
            self._ask(
                f"secret names of {self.name}",
                self.provider.secret_names(self.name, self.runners.environments(chosen)),
            ),
            self._self_hosted(chosen),
        )
        facts = msgspec.structs.replace(facts, runs=runs, secrets=secrets, runners=runners)
        if isinstance(runs, Gap):
            self.inquiry.miss("run", title, runs)
            return facts
        run = active_first(runs, sha)
        if run is None or (sha and run.head_sha != sha):
            facts = await self._trigger(facts)
        if run is None:
            self.inquiry.end("run", title, "there is none", failed=True)
            return facts
        said = run.conclusion or run.status
        self.inquiry.end("run", title, f"#{run.number}: {said}", failed=said == "failure")
        detail, history = await asyncio.gather(self._detail(run), self._history(workflow, run))
        return msgspec.structs.replace(facts, detail=detail, history=history)

    async def _self_hosted(self, chosen: WorkflowSource) -> tuple[ci.Runner, ...] | Gap | None:
        if not self.runners.self_hosted(chosen):
            return None
        return await self._ask(f"runners of {self.name}", self.provider.runners(self.name))

    async def _trigger(self, facts: BuildFacts) -> BuildFacts:
        """What the push looked like, when no run was made for the commit."""
        if not facts.wanted_ref:
            return facts
        pushes = await self._ask(
            f"pushes to {facts.wanted_ref}", self.provider.pushes(self.name, facts.wanted_ref)
        )
        if isinstance(pushes, Gap):
            return msgspec.structs.replace(facts, push=pushes)
        sha = facts.commit.sha if isinstance(facts.commit, ci.Commit) else ""
        push = next((push for push in pushes if push.after == sha), None)
        if push is None:
            return facts
        changed = await self._ask(
            f"files of push {push.after[:7]}",
            self.provider.changed_files(self.name, push.before, push.after),
        )
        return msgspec.structs.replace(facts, push=push, changed=changed)

    async def _detail(self, run: ci.Run) -> RunDetail:
        title = f"Read the jobs of run #{run.number}"
        self.inquiry.begin("job", title)
        subject = f"run {run.id} of {self.name}"
        jobs, pending, ahead = await asyncio.gather(
            self._ask(subject, self.provider.jobs(self.name, run.id)),
            self._pending(run, subject),
            self._ahead(run, subject),
        )
        detail = RunDetail(run=run, jobs=jobs, pending=pending, ahead=ahead)
        if isinstance(jobs, Gap):
            self.inquiry.miss("job", title, jobs)
            return detail
        failed = tuple(job for job in jobs if job.conclusion not in (None, "success", "skipped"))
        looked_at = failed or tuple(job for job in jobs if job.conclusion == "success")
        logs, annotations = await asyncio.gather(self._logs(looked_at), self._annotations(failed))
        self.inquiry.end("job", title, _said_of(jobs, failed), failed=bool(failed))
        return msgspec.structs.replace(detail, logs=logs, annotations=annotations)

    async def _logs(self, jobs: tuple[ci.Job, ...]) -> tuple[ci.JobLog, ...]:
        answers = await asyncio.gather(
            *(
                self._ask(f"log of job {job.name}", self.provider.job_log(self.name, job.id))
                for job in jobs[:_MOST_LOGS]
            )
        )
        return tuple(answer for answer in answers if isinstance(answer, ci.JobLog))

    async def _annotations(self, jobs: tuple[ci.Job, ...]) -> tuple[ci.Annotation, ...]:
        answers = await asyncio.gather(
            *(
                self._ask(
                    f"annotations of job {job.name}",
                    self.provider.annotations(self.name, job.check_run_id),
                )
                for job in jobs[:_MOST_LOGS]
                if job.check_run_id is not None
            )
        )
        return tuple(
            annotation
            for answer in answers
            if not isinstance(answer, Gap)
            for annotation in answer
        )

    async def _pending(self, run: ci.Run, subject: str) -> tuple[ci.PendingDeployment, ...]:
        if run.status != "waiting":
            return ()
        answer = await self._ask(
            subject, self.provider.pending_deployments(self.name, run.id)
        )
        return () if isinstance(answer, Gap) else answer

    async def _ahead(self, run: ci.Run, subject: str) -> tuple[ci.ConcurrencyMember, ...]:
        if run.status != "pending":
            return ()
        answer = await self._ask(subject, self.provider.ahead_of(self.name, run.id))
        return () if isinstance(answer, Gap) else answer

    async def _history(
        self, workflow: ci.Workflow, run: ci.Run
    ) -> tuple[RunDetail, ...] | Gap:
        """Recent successful runs, from which the arrival of the image is estimated."""
        if run.done:
            return ()
        runs = await self._ask(
            f"earlier runs of {workflow.path}",
            self.provider.runs(self.name, workflow.id, status="success", limit=_HISTORY),
        )
        if isinstance(runs, Gap):
            return runs
        jobs = await asyncio.gather(
            *(
                self._ask(f"run {past.id} of {self.name}", self.provider.jobs(self.name, past.id))
                for past in runs
            )
        )
        return tuple(
            RunDetail(run=past, jobs=answer) for past, answer in zip(runs, jobs, strict=True)
        )

    async def _ask(self, subject, question):  # type: ignore[no-untyped-def]
        return await self.inquiry.ask("github", subject, question)

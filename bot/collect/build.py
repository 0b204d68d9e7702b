"""From a repository to the run, job and step that should have pushed an image."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import NamedTuple, TypeVar

import msgspec

from bot.ci import objects as ci
from bot.collect.asking import Inquiry
from bot.collect.refs import full_ref, refs_to_try
from bot.collect.runners import RunnerFacts, environments, self_hosted
from bot.collect.workflows import choose, run_to_read, workflow_sources
from bot.evidence import BuildFacts, Gap, GapReason, RunDetail, SourceLink, WorkflowSource
from bot.images import ImageRef
from bot.sources import CIProvider

T = TypeVar("T")
_HISTORY = 5
_MOST_LOGS = 2


async def build_facts(
    inquiry: Inquiry, runners: RunnerFacts, link: SourceLink, image: ImageRef
) -> BuildFacts | None:
    """Follow the chain of one image; None when GitHub is switched off."""
    provider = inquiry.sources.ci
    if provider is None:
        return None
    return await _Build(inquiry, provider, runners, link).follow(image)


class _Found(NamedTuple):
    """What the image's tag stands for, the workflow files, and the one that pushes the image."""

    ref: str
    commit: ci.Commit | Gap | None
    workflows: tuple[WorkflowSource, ...] | Gap
    chosen: WorkflowSource | None
    link: SourceLink


class _Build:
    """The questions about one image's build, in the order in which they depend on each other."""

    def __init__(
        self, inquiry: Inquiry, provider: CIProvider, runners: RunnerFacts, link: SourceLink
    ) -> None:
        self.inquiry = inquiry
        self.provider = provider
        self.runners = runners
        self.link = link
        self.name = link.repository

    async def follow(self, image: ImageRef) -> BuildFacts:
        """Ask link by link; what only the report waits for is asked meanwhile."""
        async with asyncio.TaskGroup() as group:
            repository = group.create_task(self._repository())
            found = await self._workflows(image)
            if found.chosen is not None:
                self.runners.expect(found.chosen)
            secrets = group.create_task(self._secrets(found.chosen))
            runners = group.create_task(self._self_hosted(found.chosen))
            facts = BuildFacts(
                link=found.link,
                repository=await repository,
                workflows=found.workflows,
                commit=found.commit,
                wanted_ref=full_ref(image, found.ref, await repository),
            )
            if found.chosen is not None:
                facts = await self._runs(facts, found.chosen)
        return msgspec.structs.replace(facts, secrets=secrets.result(), runners=runners.result())

    async def _workflows(self, image: ImageRef) -> _Found:
        title = f"Read the workflows of {self.name}"
        self.inquiry.begin("workflow", title)
        listed, (ref, commit) = await asyncio.gather(
            self._ask(f"workflows of {self.name}", self.provider.workflows(self.name)),
            self._commit(image),
        )
        if isinstance(listed, Gap):
            self.inquiry.miss("workflow", title, listed)
            return _Found(ref, commit, listed, None, self.link)
        at = commit.sha if isinstance(commit, ci.Commit) else "HEAD"
        sources = await workflow_sources(self.inquiry, self.provider, self.name, at, listed)
        named = next((s for s in sources if s.workflow.path == self.link.workflow), None)
        chosen = named or choose(sources, self.name, image)
        if chosen is None:
            self.inquiry.end("workflow", title, "none of them pushes this image", failed=True)
            return _Found(ref, commit, sources, None, self.link)
        self.inquiry.end("workflow", title, f"{chosen.workflow.path} pushes it")
        link = msgspec.structs.replace(self.link, workflow=chosen.workflow.path)
        return _Found(ref, commit, sources, chosen, link)

    async def _repository(self) -> ci.Repository | Gap:
        answer = await self._ask(self.name, self.provider.repository(self.name))
        if answer is not None:
            return answer
        gap = Gap(
            source="github",
            subject=self.name,
            reason=GapReason.FORBIDDEN,
            detail="GitHub answers 404: it does not exist, or the bot may not see it",
            fix=f"let the bot's GitHub App or token read {self.name}",
        )
        self.inquiry.gaps.append(gap)
        return gap

    async def _commit(self, image: ImageRef) -> tuple[str, ci.Commit | Gap | None]:
        """The first ref that the image's tag may stand for and that exists, with its commit."""
        refs = refs_to_try(image)
        answers = await asyncio.gather(
            *(
                self._ask(f"{ref} of {self.name}", self.provider.commit(self.name, ref))
                for ref in refs
            )
        )
        found = zip(refs, answers, strict=True)
        return next((pair for pair in found if pair[1] is not None), (refs[0], None))

    async def _runs(self, facts: BuildFacts, chosen: WorkflowSource) -> BuildFacts:
        workflow = chosen.workflow
        title = f"Look for the run of {workflow.name}"
        self.inquiry.begin("run", title)
        branch = facts.wanted_ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
        sha = facts.commit.sha if isinstance(facts.commit, ci.Commit) else ""
        wanted = self.provider.runs(
            self.name, workflow.id, branch=branch, head_sha="" if branch else sha
        )
        succeeded = self.provider.runs(self.name, workflow.id, status="success", limit=_HISTORY)
        runs, green = await asyncio.gather(
            self._ask(f"runs of {workflow.path}", wanted),
            self._ask(f"green runs of {workflow.path}", succeeded),
        )
        facts = msgspec.structs.replace(facts, runs=runs, green=green)
        if isinstance(runs, Gap):
            self.inquiry.miss("run", title, runs)
            return facts
        run = run_to_read(runs, sha)
        if run is None or (sha and run.head_sha != sha):
            facts = await self._trigger(facts, sha)
        if run is None:
            self.inquiry.end("run", title, "there is none", failed=True)
            return facts
        said = run.conclusion or run.status
        self.inquiry.end("run", title, f"#{run.number}: {said}", failed=said == "failure")
        detail, history = await asyncio.gather(self._detail(run), self._history(green, run))
        return msgspec.structs.replace(facts, detail=detail, history=history)

    async def _secrets(self, chosen: WorkflowSource | None) -> ci.SecretNames | Gap | None:
        if chosen is None:
            return None
        names = self.provider.secret_names(self.name, environments(chosen))
        return await self._ask(f"secret names of {self.name}", names)

    async def _self_hosted(
        self, chosen: WorkflowSource | None
    ) -> tuple[ci.Runner, ...] | Gap | None:
        if chosen is None or not self_hosted(chosen):
            return None
        return await self._ask(f"runners of {self.name}", self.provider.runners(self.name))

    async def _trigger(self, facts: BuildFacts, sha: str) -> BuildFacts:
        """What the push looked like, when no run was made for the commit."""
        if not facts.wanted_ref:
            return facts
        pushes = await self._ask(
            f"pushes to {facts.wanted_ref}", self.provider.pushes(self.name, facts.wanted_ref)
        )
        if isinstance(pushes, Gap):
            return msgspec.structs.replace(facts, push=pushes)
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
            annotation for answer in answers if not isinstance(answer, Gap) for annotation in answer
        )

    async def _pending(self, run: ci.Run, subject: str) -> tuple[ci.PendingDeployment, ...]:
        if run.status != "waiting":
            return ()
        answer = await self._ask(subject, self.provider.pending_deployments(self.name, run.id))
        return () if isinstance(answer, Gap) else answer

    async def _ahead(self, run: ci.Run, subject: str) -> tuple[ci.ConcurrencyMember, ...]:
        if run.status != "pending":
            return ()
        answer = await self._ask(subject, self.provider.ahead_of(self.name, run.id))
        return () if isinstance(answer, Gap) else answer

    async def _history(
        self, runs: tuple[ci.Run, ...] | Gap, run: ci.Run
    ) -> tuple[RunDetail, ...] | Gap:
        """The jobs of recent green runs, from which the arrival of the image is estimated."""
        if run.done:
            return ()
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

    async def _ask(self, subject: str, question: Awaitable[T]) -> T | Gap:
        return await self.inquiry.ask("github", subject, question)


def _said_of(jobs: tuple[ci.Job, ...], failed: tuple[ci.Job, ...]) -> str:
    """One line for the progress display."""
    if not failed:
        return ", ".join(f"{job.name}: {job.conclusion or job.status}" for job in jobs[:3])
    job = failed[0]
    step = job.failed_step
    return f"{job.name}: {job.conclusion}" + (f" at step {step.name!r}" if step else "")

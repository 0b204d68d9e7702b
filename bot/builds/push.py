"""What the workflow pushes, and whether the event at hand lets it."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from bot.builds.absence import Absence
from bot.builds.called import place_of
from bot.builds.steps import step_in_job
from bot.builds.workflow import WorkflowChain
from bot.ci import objects as ci
from bot.ci.pushes import Exactly, Push, Switch, match, may_be, pushes_of
from bot.ci.trigger_answers import Answer, TriggerEvent, WorkflowState
from bot.ci.trigger_context import contexts_of
from bot.ci.triggers import why_not
from bot.ci.wanted import NothingWanted
from bot.ci.workflow_files import InvalidWorkflow, WorkflowFile, parse
from bot.ci.workflow_objects import Job, Step
from bot.images import ImageRef
from bot.report import Outcome

_WORKFLOW_TOKEN = "github-actions[bot]"  # noqa: S105 (a login, no secret)


class PushChain(WorkflowChain):
    """A build chain whose workflow's pushes are known."""

    @cached_property
    def event(self) -> TriggerEvent:
        """The event that starts the workflow, or should have: as far as it is known."""
        run, commit, push = self.run, self.facts.commit, self.facts.push
        ref = self.facts.wanted_ref
        if run is not None and not ref:
            ref = f"refs/heads/{run.head_branch}"
        pushed = push if isinstance(push, ci.Push) else None
        changed = self.facts.changed
        files = changed if isinstance(changed, ci.ChangedFiles) else None
        known = self.facts.repository
        return TriggerEvent(
            name=run.event if run is not None else "push",
            ref=ref,
            repository=self.repository,
            default_branch=self.default_branch,
            message=commit.message if isinstance(commit, ci.Commit) else "",
            actor=pushed.actor if pushed else (run.actor if run else ""),
            by_workflow_token=bool(pushed and pushed.actor == _WORKFLOW_TOKEN),
            sha=commit.sha if isinstance(commit, ci.Commit) else "",
            changed_files=files.paths if files and files.complete else None,
            fork=isinstance(known, ci.Repository) and known.fork,
        )

    @cached_property
    def pushes(self) -> tuple[Push, ...]:
        """Every image that the workflow pushes for this event."""
        if not isinstance(self.file, WorkflowFile):
            return ()
        return pushes_of(self.file, contexts_of(self.event, self.file), self.called)

    @cached_property
    def push(self) -> Push | None:
        """The push of this image: the surest of those that may be it."""
        mine = [each for each in self.pushes if not each.called and may_be(each, self._image)]
        ranked = sorted(
            mine,
            key=lambda each: (
                not isinstance(match(each, self._image), Exactly),
                each.switch is Switch.OFF,
                each.runs is False,
            ),
        )
        return ranked[0] if ranked else None

    @property
    def outcome(self) -> Outcome:
        """The most that a proved fault of this build may claim about the failure.

        The image has to be missing beyond doubt, and to come from this workflow and ref: a tag such
        as `prod` tells nothing of where it comes from, unless the workflow names it.
        """
        absent = self.absence is Absence.PROVED or self.never_pushed
        named = self.push is not None and isinstance(match(self.push, self._image), Exactly)
        linked = named or not isinstance(self.stands_for, NothingWanted)
        return Outcome.CONFIRMED if absent and linked else Outcome.SUSPECTED

    @property
    def _image(self) -> ImageRef:
        return self.image.image

    @cached_property
    def push_step(self) -> Step | None:
        """The step of the file that pushes this image."""
        job = self._push_file_job
        steps = job.steps if job else ()
        at = self.push.step if self.push else 0
        return steps[at] if at < len(steps) else None

    @cached_property
    def _push_file_job(self) -> Job | None:
        """The job of a file that pushes this image."""
        if self.push is None or not isinstance(self.file, WorkflowFile):
            return None
        place = place_of(self.file, self.push.job, self.called)
        return place.job if place else None

    @cached_property
    def push_job(self) -> ci.Job | None:
        """The job of the run that pushes this image."""
        file, wanted = self.file, self._push_file_job
        if wanted is None or not isinstance(file, WorkflowFile):
            return None
        placed = ((job, place_of(file, job.name, self.called)) for job in self.jobs)
        return next((job for job, place in placed if place and place.job == wanted), None)

    @cached_property
    def push_step_seen(self) -> ci.Step | None:
        """The step of the run that pushes this image."""
        return self._seen(self.push_job)

    def push_end(self, job: ci.Job) -> datetime | None:
        """When the push step of a job of any run of this workflow was done."""
        step = self._seen(job)
        return step.completed_at if step else None

    def _seen(self, job: ci.Job | None) -> ci.Step | None:
        wanted = self.push_step
        if job is None or wanted is None or self._push_file_job is None:
            return None
        return step_in_job(job, self._push_file_job, wanted)

    @property
    def pushed(self) -> bool:
        """Whether the push step of the run did its work: the fault is then not in this run."""
        step = self.push_step_seen
        return step is not None and step.conclusion == "success"

    # --- why no run exists ----------------------------------------------------------------------

    @cached_property
    def no_run(self) -> bool:
        """Whether it is known that no run exists for what is wanted."""
        known = isinstance(self.facts.runs, tuple) and bool(self.facts.workflows)
        return known and self.run is None

    @cached_property
    def trigger_answer(self) -> Answer | None:
        """What the event at hand does to the workflow; None when its file was not read."""
        if self.file is None or self.source is None:
            return None
        state = WorkflowState(state=self.source.workflow.state)
        return why_not(self.file, self.event, state, self._image, self.called)

    @cached_property
    def nobody_pushes(self) -> bool:
        """Whether every workflow was read, and none can push this image."""
        sources = self.facts.workflows
        if not isinstance(sources, tuple) or any(each.text is None for each in sources):
            return False
        for each in sources:
            parsed = parse(each.text or "")
            if isinstance(parsed, InvalidWorkflow):
                return False
            event = contexts_of(self.event, parsed)
            every = pushes_of(parsed, event, self.called)
            if any(one.called or may_be(one, self._image) for one in every):
                return False
        return True

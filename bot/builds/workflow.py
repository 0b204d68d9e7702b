"""The workflow behind a build: its file, the steps that failed or push, the secrets they read."""

from __future__ import annotations

from functools import cached_property

from bot.builds.called import Place, place_of
from bot.builds.chain import Chain
from bot.builds.secrets import SecretUse, uses_of
from bot.builds.steps import step_in_file
from bot.ci import objects as ci
from bot.ci.called import Called, called_by_name, elsewhere
from bot.ci.workflow_files import InvalidWorkflow, parse
from bot.ci.workflow_objects import Job, Step, WorkflowFile
from bot.evidence import WorkflowSource


class WorkflowChain(Chain):
    """A build chain with its workflow file read, and the secrets of the step that failed."""

    @cached_property
    def workflow_file(self) -> str:
        """The file name of the workflow that pushes the image; empty when none is known."""
        path = self.run.path if self.run and self.run.path else self.facts.link.workflow
        return path.partition("@")[0].rpartition("/")[2]

    @property
    def workflow_name(self) -> str:
        """The file name of the pushing workflow, or words for it."""
        return self.workflow_file or "the workflow"

    @cached_property
    def source(self) -> WorkflowSource | None:
        """The pushing workflow with its text, where it was read."""
        known = self.facts.workflows
        files = known if isinstance(known, tuple) else ()
        run = self.run
        for each in files:
            if run is not None and each.workflow.id == run.workflow_id:
                return each
        name = self.workflow_file
        return next((f for f in files if f.workflow.path.rpartition("/")[2] == name), None)

    @property
    def listed_workflow(self) -> ci.Workflow | None:
        """The pushing workflow as the API lists it."""
        return self.source.workflow if self.source else None

    @property
    def workflow_url(self) -> str:
        """The page of the file at the commit that was read."""
        source = self.source
        if source is None or not self.url:
            return ""
        return f"{self.url}/blob/{source.ref or self.default_branch}/{source.workflow.path}"

    @property
    def failed_file_url(self) -> str:
        """The page of the file in which the failed job is written."""
        caller = self.failed_place.caller if self.failed_place else None
        source = self.source
        if caller is None or source is None or not self.url:
            return self.workflow_url
        if there := elsewhere(caller.uses):
            repository, path, ref = there
            return f"{self.url.removesuffix(self.repository)}{repository}/blob/{ref}/{path}"
        path = caller.uses.removeprefix("./")
        return f"{self.url}/blob/{source.ref or self.default_branch}/{path}"

    @cached_property
    def file(self) -> WorkflowFile | InvalidWorkflow | None:
        """The file, parsed; None when it was not read."""
        source = self.source
        return parse(source.text) if source and source.text is not None else None

    @cached_property
    def called(self) -> Called:
        """The workflows that jobs may call, by name, as far as they were read."""
        sources = self.facts.workflows
        return called_by_name(sources if isinstance(sources, tuple) else ())

    @property
    def dispatchable(self) -> bool:
        """Whether it can be started by hand without being asked for anything."""
        file = self.file
        if not isinstance(file, WorkflowFile):
            return False
        trigger = file.trigger("workflow_dispatch")
        return trigger is not None and not any(
            each.required and each.default is None for each in trigger.inputs
        )

    # --- the step that failed -------------------------------------------------------------------

    @cached_property
    def failed_place(self) -> Place | None:
        """The failed job as the file writes it, in the workflow or in one that it calls."""
        file, job = self.file, self.failed_job
        if not isinstance(file, WorkflowFile) or job is None:
            return None
        return place_of(file, job.name, self.called)

    @property
    def failed_file_job(self) -> Job | None:
        """The failed job as the file writes it."""
        return self.failed_place.job if self.failed_place else None

    @cached_property
    def failed_file_step(self) -> Step | None:
        """The failed step as the file writes it."""
        file_job, job, step = self.failed_file_job, self.failed_job, self.failed_step
        return step_in_file(file_job, job, step) if file_job and job and step else None

    @cached_property
    def _split(self) -> tuple[tuple[SecretUse, ...], tuple[SecretUse, ...]]:
        place, step = self.failed_place, self.failed_file_step
        if place is None or step is None:
            return (), ()
        needed = (use for use in uses_of(step, place.job, place.file) if not use.optional)
        return place.split(needed)

    @property
    def uses(self) -> tuple[SecretUse, ...]:
        """The secrets and variables that the failed step reads and cannot do without."""
        return self._split[0]

    @property
    def unpassed_uses(self) -> tuple[SecretUse, ...]:
        """Secrets that the failed step reads and the call of its workflow does not pass."""
        return self._split[1]

    @cached_property
    def login_uses(self) -> tuple[SecretUse, ...]:
        """The secrets that the failed job's login steps read."""
        place = self.failed_place
        if place is None:
            return ()
        logins = [s for s in place.job.steps if "login" in f"{s.action} {s.run}".lower()]
        return place.split(use for s in logins for use in uses_of(s, place.job, place.file))[0]

    @property
    def secret_names(self) -> ci.SecretNames | None:
        """Names that a run of the repository can read, where it was allowed to look."""
        names = self.facts.secrets
        return names if isinstance(names, ci.SecretNames) else None

    @cached_property
    def undefined_uses(self) -> tuple[SecretUse, ...]:
        """What the failed step reads and nobody has defined, once for each name."""
        names = self.secret_names
        if names is None or not self.environment_seen:
            return ()
        missing = [use for use in self.uses if not self._defined(use, names)]
        return tuple({(use.variable, use.name): use for use in reversed(missing)}.values())[::-1]

    @property
    def all_defined(self) -> bool:
        """Whether everything that the failed step reads is seen to be defined."""
        names = self.secret_names
        if names is None or (names.variables is None and any(use.variable for use in self.uses)):
            return False
        return bool(self.uses) and all(self._defined(use, names) for use in self.uses)

    @staticmethod
    def _defined(use: SecretUse, names: ci.SecretNames) -> bool:
        if use.variable:
            return names.variables is None or use.name in names.variables
        return use.name in names.secrets

    @property
    def environment(self) -> str:
        """The environment of the failed job, whose secrets come before the repository's."""
        job = self.failed_file_job
        return job.environment if job and "${{" not in job.environment else ""

    @property
    def environment_seen(self) -> bool:
        """Whether the names include those of the failed job's environment."""
        job = self.failed_file_job
        if job is None or not job.environment:
            return True
        names = self.secret_names
        return names is None or job.environment in names.environments

    @property
    def dependabot(self) -> bool:
        """Whether Dependabot started the run, which reads a secret store of its own."""
        return bool(self.run and self.run.actor == "dependabot[bot]")

"""The links behind an image: workflow, trigger, run, job, step, secrets, runners."""

from __future__ import annotations

from collections.abc import Iterator

from bot import runners as r
from bot import words
from bot.builds import Build
from bot.ci.pushes import Push, match
from bot.ci.workflow_files import InvalidWorkflow
from bot.ci.workflow_objects import WorkflowFile, lookup
from bot.evidence import Gap
from bot.report import ChainStep, StepState

_OK, _FAILED, _WAITS = StepState.OK, StepState.FAILED, StepState.WAITING
_UNKNOWN, _SKIPPED = StepState.UNKNOWN, StepState.SKIPPED


def build_steps(build: Build) -> Iterator[ChainStep]:
    """From the workflow to the runner; the chain stops where a link failed."""
    yield from _repository(build)
    yield _workflow(build)
    if build.run is None and build.nobody_pushes:
        return
    yield from _trigger(build)
    yield _run(build)
    yield from _job(build)
    yield from _secrets(build)
    yield from _runners(build)


def _repository(build: Build) -> Iterator[ChainStep]:
    known = build.facts.repository
    if isinstance(known, Gap):
        yield ChainStep("repository", _UNKNOWN, f"{build.repository}: {known.reason}")
    elif known.archived or known.disabled or known.actions_enabled is False:
        yield ChainStep("repository", _FAILED, f"{build.repository} runs no workflows")


def _workflow(build: Build) -> ChainStep:
    if isinstance(build.facts.workflows, Gap):
        return ChainStep("workflow", _UNKNOWN, f"not read: {build.facts.workflows.reason}")
    file = build.file
    if isinstance(file, InvalidWorkflow):
        said = f"{build.workflow_name} is invalid at line {file.line}: {file.sentence}"
        return ChainStep("workflow", _FAILED, said)
    if file is None:
        return ChainStep("workflow", _FAILED if build.nobody_pushes else _UNKNOWN, _none(build))
    push = build.push
    unread = next((each.step_name for each in build.pushes if each.called), "")
    if push is None and unread:
        said = f"{build.workflow_name} may push it in {unread}, which was not read"
        return ChainStep("workflow", _UNKNOWN, said)
    if push is None:
        return ChainStep("workflow", _FAILED, f"{build.workflow_name} does not push this image")
    return ChainStep("workflow", _OK, f"{build.workflow_name} {_pushes(build, push, file)}")


def _none(build: Build) -> str:
    return (
        "no workflow pushes this image"
        if build.nobody_pushes
        else "none that was read pushes this image"
    )


def _pushes(build: Build, push: Push, file: WorkflowFile) -> str:
    step = build.push_step
    context = lookup(step.inputs, "context") if step else None
    place = f", built from {context}" if context and "${{" not in context else ""
    job = file.job(push.job)
    on = f", on {', '.join(job.runs_on)}" if job and job.runs_on else ""
    name = push.name.removeprefix("docker.io/").replace("*", "…")
    kind = type(match(push, build.image.image)).__name__
    tags = f":{push.tags[0]}".replace("*", "…") if push.tags and kind != "OtherName" else ""
    return f"pushes {name}{tags}{place}{on}"


def _trigger(build: Build) -> Iterator[ChainStep]:
    answer = build.trigger_answer
    if answer is None:
        return
    event = build.event
    where = f"{event.name} to {build.wanted_short or event.ref}"
    if build.run is not None:
        yield ChainStep("trigger", _OK, f"{where} started it")
    elif answer.runs:
        yield ChainStep("trigger", _UNKNOWN, f"{where} should have started it")
    else:
        yield ChainStep("trigger", _FAILED, f"{where}: {answer.summary}")


def _run(build: Build) -> ChainStep:
    run = build.run
    if isinstance(build.facts.runs, Gap):
        return ChainStep("run", _UNKNOWN, f"not listed: {build.facts.runs.reason}")
    if run is None and build.source is None:
        return ChainStep("run", _SKIPPED, "no workflow is known to push this image")
    if run is None:
        return ChainStep("run", _FAILED, f"none for {build.wanted}")
    age = words.ago(run.created_at, build.view.now)
    began = f", started {age} ago" if age else ""
    if not run.done:
        state = run.status.replace("_", " ")
        return ChainStep("run", _WAITS, f"#{run.number} for {build.wanted} is {state}{began}")
    state = _OK if run.conclusion == "success" else _FAILED
    return ChainStep("run", state, f"#{run.number} for {build.wanted}: {run.conclusion}{began}")


def _job(build: Build) -> Iterator[ChainStep]:
    detail = build.detail
    if detail is not None and isinstance(detail.jobs, Gap):
        yield ChainStep("job", _UNKNOWN, f"not seen: {detail.jobs.reason}")
    elif build.failed_job is not None:
        yield ChainStep("job", _FAILED, f"{build.failed_job.name}: {build.failed_job.conclusion}")
        if build.failed_step is not None:
            quote = build.failure_words
            said = f'{build.failed_step.name}: "{quote}"' if quote else build.failed_step.name
            yield ChainStep("step", _FAILED, said)
    elif build.running_job is not None:
        yield ChainStep("job", _WAITS, build.progress.removeprefix(" (job ").removesuffix(")"))
    elif build.waiting_jobs:
        labels = ", ".join(build.asked_labels)
        yield ChainStep("job", _WAITS, f"{build.waiting_jobs[0].name} waits for {labels}")


def _secrets(build: Build) -> Iterator[ChainStep]:
    uses = build.uses
    if not uses:
        return
    names = words.listed(dict.fromkeys(use.name for use in uses), 5)
    if build.secret_names is None:
        gap = build.facts.secrets
        reason = f": {gap.reason}" if isinstance(gap, Gap) else ""
        said = f"that step reads {names}; which are defined could not be seen{reason}"
        yield ChainStep("secrets", _UNKNOWN, said)
    elif build.undefined_uses:
        missing = words.listed(use.name for use in build.undefined_uses)
        there = [use.name for use in uses if use not in build.undefined_uses]
        rest = f"; {words.listed(dict.fromkeys(there))} defined" if there else ""
        yield ChainStep("secrets", _FAILED, f"{missing} not defined{rest}")
    else:
        yield ChainStep("secrets", _OK, f"{names} defined")


def _runners(build: Build) -> Iterator[ChainStep]:
    job = build.failed_job or build.running_job
    if build.service is not None:
        state, said = _service(build.service, ", ".join(build.asked_labels))
        yield ChainStep("runner", state, said)
    elif job is not None and job.runner_name:
        yield ChainStep("runner", _OK, f"{job.runner_name} took the job")


def _service(service: r.Service, labels: str) -> tuple[StepState, str]:
    match service:
        case r.Hosted():
            return _WAITS, f"GitHub's own {labels}"
        case r.Idle(names=names):
            return _WAITS, f"{words.listed(names)} online and free"
        case r.Scaling(runner_set=group):
            return _WAITS, f"{group.kind} {group.name} may start one"
        case r.AllBusy(names=names):
            return _WAITS, f"{words.listed(names)}: busy"
        case r.CannotTell(why=why):
            return _UNKNOWN, f"who serves {labels} could not be seen: {why}"
        case r.Offline() | r.NoRunner() | r.NoMatch() | r.SetDown() | r.PodsFailing():
            return _FAILED, _nobody(service)


def _nobody(service: r.Offline | r.NoRunner | r.NoMatch | r.SetDown | r.PodsFailing) -> str:
    match service:
        case r.Offline(names=names):
            return f"{words.listed(names)}: offline"
        case r.NoRunner():
            return "none is registered"
        case r.NoMatch(nearest=nearest, missing=missing):
            return f"none has {words.listed(missing)}; nearest is {nearest}"
        case r.SetDown(object=what, namespace=namespace, why=why):
            return f"{what} in {namespace}: {why}"
        case r.PodsFailing(report=report):
            pod, cause = report.target, report.root_causes[0]
            return f"pod {pod.namespace}/{pod.name}: {cause.ruling.summary}"

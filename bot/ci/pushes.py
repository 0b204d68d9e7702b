"""Which images and tags does a workflow push, as far as the file tells?

Names and tags are patterns: `*` stands for what the file does not say (a secret, a computed
version), and never for a slash less or more than it may be.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from graphlib import TopologicalSorter

import msgspec

from bot.ci import push_actions, push_commands
from bot.ci.called import NONE_READ, Called, inputs_of
from bot.ci.composite import is_local
from bot.ci.expressions import Contexts, ExpressionError, Open, condition
from bot.ci.push_patterns import Target, fits
from bot.ci.secret_uses import SecretUse, secrets_used
from bot.ci.step_scope import Scope, matrix_values, secret_names
from bot.ci.wanted import Wanted, wanted_ref
from bot.ci.workflow_objects import Job, Step, WorkflowFile, lookup
from bot.images import ImageRef

__all__ = [
    "Exactly", "Match", "OtherName", "OtherTag", "Perhaps", "Push", "SecretUse", "Switch", "Wanted",
    "match", "may_be", "pushes_of", "secrets_used", "skipped_jobs", "wanted_ref",
]  # fmt: skip
_MOST_PUSHES = 500
_MOST_CHARACTERS = 2_000_000


class Switch(StrEnum):
    """Whether a step that can push does so."""

    ON = "on"
    OFF = "off"
    UNKNOWN = "unknown"


_SWITCHES = {True: Switch.ON, False: Switch.OFF, None: Switch.UNKNOWN}


class Push(msgspec.Struct, frozen=True, kw_only=True):
    """One image that one step pushes."""

    job: str
    step: int
    step_name: str
    name: str
    """Registry host and repository, a pattern: `docker.io/*/api`."""
    tags: tuple[str, ...]
    switch: Switch
    runs: bool | None = None
    """Whether the conditions of job and step hold; None when the facts do not tell."""
    held_back_by: str = ""
    """What keeps it from running, as written: `if: …` or `needs: …`."""
    secrets: tuple[str, ...] = ()
    """What the step and its registry's login read, upper case."""
    login_step: int | None = None
    called: bool = False
    """It happens, if at all, in a reusable workflow that was not read."""

    @property
    def registry(self) -> str:
        """The host, or `*`."""
        return self.name.partition("/")[0]


class Exactly(msgspec.Struct, frozen=True, tag=True):
    """This push makes this tag."""


class OtherTag(msgspec.Struct, frozen=True, tag=True):
    """The same name under other tags."""

    tags: tuple[str, ...]


class OtherName(msgspec.Struct, frozen=True, tag=True):
    """Another image."""

    name: str


class Perhaps(msgspec.Struct, frozen=True, tag=True):
    """It fits as far as the file tells; `open_parts` are the patterns with what is unknown."""

    open_parts: tuple[str, ...]


Match = Exactly | OtherTag | OtherName | Perhaps


def match(push: Push, image: ImageRef) -> Match:
    """Does this push make this image? Names are compared without regard to case."""
    if not fits(push.name.lower(), image.name.lower()):
        return OtherName(push.name)
    tag = image.tag
    certain = tuple(one for one in push.tags if "*" not in one)
    if tag is not None and tag in certain and "*" not in push.name:
        return Exactly()
    open_tags = tuple(one for one in push.tags if "*" in one and (not tag or fits(one, tag)))
    if tag is None or open_tags or tag in certain:
        open_name = (push.name,) if "*" in push.name else ()
        return Perhaps((*open_name, *open_tags))
    return OtherTag(push.tags)


def may_be(push: Push, image: ImageRef) -> bool:
    """Whether the push is of this name at all."""
    return not isinstance(match(push, image), OtherName)


def pushes_of(
    workflow: WorkflowFile, contexts: Contexts, called: Called = NONE_READ
) -> tuple[Push, ...]:
    """Every image that the workflow can push, in the order of the file.

    The job of a push in a workflow that it calls is `caller / job`, as the API names it.
    """
    found: dict[Push, None] = {}
    skipped = dict(skipped_jobs(workflow, contexts))
    needs = Open()
    for job in workflow.jobs:
        for values in _combinations(job):
            given = {**contexts, "needs": needs, "matrix": values}
            scope = Scope(workflow, job, given)
            if job.uses:
                pushes = _called_pushes(job, scope, skipped.get(job.id, ""), called, contexts)
            else:
                pushes = _job_pushes(job, scope, skipped.get(job.id, ""), called, contexts)
            for push in pushes:
                if len(found) < _MOST_PUSHES:
                    found[push] = None
            needs[job.id] = scope.job_results()
    return tuple(found)


def _combinations(job: Job) -> tuple[Open, ...]:
    """The matrix, or one unknown combination where the scripts are too long to read so often."""
    combinations = matrix_values(job.matrix)
    characters = sum(500 + len(step.run) for step in job.steps) * len(combinations)
    return combinations if characters <= _MOST_CHARACTERS else (Open(),)


def skipped_jobs(workflow: WorkflowFile, contexts: Contexts) -> tuple[tuple[str, str], ...]:
    """The jobs whose `if:` is false and the jobs that need one of them, with the reason."""
    skipped: dict[str, str] = {}
    graph = {job.id.lower(): [need.lower() for need in job.needs] for job in workflow.jobs}
    jobs = {job.id.lower(): job for job in workflow.jobs}
    for identifier in TopologicalSorter(graph).static_order():
        job = jobs[identifier]
        missed = [need for need in graph[identifier] if need in skipped]
        given = {**contexts, "success()": not missed, "needs": Open()}
        if holds(job.condition, given) is False:
            because = f"if: {job.condition}" if job.condition else f"needs: {missed[0]}"
            skipped[identifier] = because
    ids = [job.id for job in workflow.jobs if job.id.lower() in skipped]
    return tuple((identifier, skipped[identifier.lower()]) for identifier in ids)


def holds(text: str, contexts: Contexts) -> bool | None:
    """What an `if:` decides; an expression that fails decides nothing."""
    try:
        return condition(text or "success()", contexts)
    except ExpressionError:
        return None


def _called_pushes(
    job: Job, scope: Scope, skipped: str, called: Called, contexts: Contexts
) -> Iterator[Push]:
    """The pushes of the workflow that a job calls, where it was read."""
    file = called.get(job.uses)
    if file is None:
        yield _unread(job, 0, job.uses, skipped)
        return
    others = {name: other for name, other in called.items() if name != job.uses}
    given = {**contexts, "inputs": inputs_of(job.inputs, file, scope)}
    for push in pushes_of(file, given, others):
        yield msgspec.structs.replace(
            push,
            job=f"{job.id} / {push.job}",
            runs=False if skipped else push.runs,
            held_back_by=skipped or push.held_back_by,
            secrets=_passed(job, push.secrets),
        )


def _unread(job: Job, step: int, uses: str, skipped: str) -> Push:
    """Whatever may be pushed where nobody has looked."""
    return Push(
        job=job.id,
        step=step,
        step_name=uses,
        name="*",
        tags=("*",),
        switch=Switch.UNKNOWN,
        runs=False if skipped else None,
        held_back_by=skipped,
        called=True,
    )


def _passed(job: Job, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The secrets of the caller's repository behind those that a called workflow reads."""
    if job.secrets_inherit:
        return wanted
    texts = [lookup(job.secrets, name) or "" for name in wanted]
    return secret_names(texts)


def _job_pushes(
    job: Job, scope: Scope, skipped: str, called: Called, contexts: Contexts
) -> Iterator[Push]:
    logins: list[push_actions.Login] = []
    for step in job.steps:
        scope.enter(step)
        login = push_actions.login_of(step, scope)
        if login is not None:
            logins.append(login)
        for target in _targets(step, scope):
            yield _push(job, step, target, scope, (skipped, logins))
        if step.uses in called:
            yield from _action_pushes(job, step, scope, skipped, (called, contexts))
        elif is_local(step.uses):
            yield _unread(job, step.index, step.uses, skipped)
        scope.leave(step)


def _action_pushes(
    job: Job, step: Step, scope: Scope, skipped: str, around: tuple[Called, Contexts]
) -> Iterator[Push]:
    """The pushes of a composite action, as pushes of the step that uses it."""
    called, contexts = around
    file = called[step.uses]
    others = {name: other for name, other in called.items() if name != step.uses}
    own = False if skipped else holds(step.condition, scope.contexts)
    held = skipped or (f"if: {step.condition}" if own is False else "")
    for push in pushes_of(
        file, {**contexts, "inputs": inputs_of(step.inputs, file, scope)}, others
    ):
        yield msgspec.structs.replace(
            push,
            job=job.id,
            step=step.index,
            step_name=step.label,
            runs=push.runs if own else own,
            held_back_by=held or push.held_back_by,
            secrets=scope.secrets_of(step),
            login_step=None,
        )


def _push(
    job: Job, step: Step, target: Target, scope: Scope, around: tuple[str, list[push_actions.Login]]
) -> Push:
    skipped, logins = around
    runs = False if skipped else holds(step.condition, scope.contexts)
    used = [one for one in logins if one.covers(target.registry)][-1:]
    return Push(
        job=job.id,
        step=step.index,
        step_name=step.label,
        name=target.name,
        tags=target.tags,
        switch=_SWITCHES[target.pushed],
        runs=runs,
        held_back_by=skipped or (f"if: {step.condition}" if runs is False else ""),
        secrets=_secrets(step, scope, used),
        login_step=used[0].step if used else None,
    )


def _targets(step: Step, scope: Scope) -> Iterator[Target]:
    if step.uses:
        yield from push_actions.targets_of(step, scope)
    elif step.run:
        yield from push_commands.targets_of(step.run, scope)


def _secrets(step: Step, scope: Scope, logins: list[push_actions.Login]) -> tuple[str, ...]:
    names = [name for login in logins for name in login.secrets]
    return tuple(dict.fromkeys([*names, *scope.secrets_of(step)]))

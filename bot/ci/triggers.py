"""Why did this event not start this workflow? Pure: file, event and the workflow's state in.

The order is GitHub's own: first whether there is an event at all, then whether the file is read,
then its filters, then its jobs. The first answer that keeps the image from being pushed is it.
https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.ci.called import NONE_READ, Called
from bot.ci.pushes import Push, Switch, may_be, pushes_of, skipped_jobs
from bot.ci.trigger_answers import (
    Answer,
    AwaitingApproval,
    Disabled,
    EventNotListed,
    FileMissing,
    NoEvent,
    PushSkipped,
    SkippedByMessage,
    StartupFailure,
    TokenPush,
    Triggered,
    TriggerEvent,
    WorkflowState,
)
from bot.ci.trigger_context import contexts_of
from bot.ci.trigger_filters import excluded
from bot.ci.workflow_files import InvalidWorkflow, WorkflowFile
from bot.images import ImageRef

_MOST_TAGS, _MOST_BRANCHES = 3, 5000
_SKIPPABLE = frozenset({"push", "pull_request"})
_PHRASES = ("[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]")
_TRAILER = re.compile(r"[A-Za-z][\w-]{0,60}: ?\S.{0,500}")
# What GITHUB_TOKEN may cause, and what no token causes.
_ALWAYS_STARTED = frozenset(
    {"workflow_dispatch", "repository_dispatch", "schedule", "workflow_run"}
)
_FROM_THE_EVENT = frozenset({"push", "pull_request", "create", "release", "deployment"})
_APPROVABLE = frozenset({"opened", "synchronize", "reopened"})


def why_not(
    workflow: WorkflowFile | InvalidWorkflow,
    event: TriggerEvent,
    state: WorkflowState | None = None,
    image: ImageRef | None = None,
    called: Called = NONE_READ,
) -> Answer:
    """The first reason why the event leads to no push (of the image), or `Triggered`."""
    known = state or WorkflowState()
    return next(_reasons(workflow, event, known, image, called), Triggered())


def _reasons(
    workflow: WorkflowFile | InvalidWorkflow,
    event: TriggerEvent,
    state: WorkflowState,
    image: ImageRef | None,
    called: Called,
) -> Iterator[Answer]:
    if state.state.startswith("disabled"):
        yield Disabled(state.state)
    yield from _unsent(event)
    yield from _file_missing(event, state)
    yield from _skipped(event)
    if isinstance(workflow, InvalidWorkflow):
        yield StartupFailure(workflow.line, workflow.sentence)
        return
    trigger = workflow.trigger(event.name)
    if trigger is None:
        yield EventNotListed(event.name, tuple(each.event for each in workflow.triggers))
        return
    filtered = excluded(trigger, event)
    if filtered is not None:
        yield filtered
    yield from _approval(event)
    yield from _unpushed(workflow, event, image, called)


def _unsent(event: TriggerEvent) -> Iterator[Answer]:
    waits = event.name == "pull_request" and event.action in _APPROVABLE
    if event.by_workflow_token and event.name not in _ALWAYS_STARTED and not waits:
        yield TokenPush(event.name)
    if event.name in {"push", "create", "delete"}:
        if event.tag is not None and event.tags_pushed > _MOST_TAGS:
            yield NoEvent(
                f"{event.tags_pushed} tags were pushed at once, and GitHub makes no events for "
                f"more than {_MOST_TAGS}"
            )
        if event.tag is None and event.branches_pushed > _MOST_BRANCHES:
            yield NoEvent(
                f"{event.branches_pushed} branches were pushed at once, and GitHub makes no "
                f"events for more than {_MOST_BRANCHES}"
            )
    on_default = event.branch is None or event.branch == event.default_branch
    if event.name == "schedule" and event.default_branch and not on_default:
        yield NoEvent(f"a schedule runs on the default branch {event.default_branch!r} alone")


def _file_missing(event: TriggerEvent, state: WorkflowState) -> Iterator[Answer]:
    """Some events read the file of their own commit, all others that of the default branch."""
    holder = state.only_on_branch
    if holder is None:
        return
    default = f"the default branch {event.default_branch!r}"
    if event.name not in _FROM_THE_EVENT:
        if holder != event.default_branch:
            yield FileMissing(default, holder)
        if event.name != "workflow_dispatch" or event.branch == holder:
            return
    if event.name == "pull_request":
        if holder not in {event.base_ref, event.head_ref}:
            yield FileMissing(f"the branch {event.base_ref!r} or {event.head_ref!r}", holder)
    elif event.branch != holder:
        what = f"the branch {event.branch!r}" if event.branch else f"the tag {event.tag!r}"
        yield FileMissing(what, holder)


def _skipped(event: TriggerEvent) -> Iterator[Answer]:
    if event.name not in _SKIPPABLE:
        return
    for phrase in _PHRASES:
        if phrase in event.message:
            yield SkippedByMessage(phrase)
    *before, last = event.message.strip().replace("\r\n", "\n").split("\n\n")
    lines = last.strip().split("\n")
    trailers = bool(before) and all(_TRAILER.fullmatch(line.strip()) for line in lines)
    if trailers and re.fullmatch(r"skip-checks: ?true", lines[-1].strip()):
        yield SkippedByMessage(lines[-1].strip())


def _approval(event: TriggerEvent) -> Iterator[Answer]:
    if event.name != "pull_request":
        return
    if event.by_workflow_token:
        yield AwaitingApproval(
            "a workflow made this pull request with GITHUB_TOKEN, so its runs wait until a person "
            "with write access approves them"
        )
    if event.first_time_contributor:
        yield AwaitingApproval(
            "it is this contributor's first pull request, so its runs wait until a maintainer "
            "approves them"
        )


def _unpushed(
    workflow: WorkflowFile, event: TriggerEvent, image: ImageRef | None, called: Called
) -> Iterator[Answer]:
    contexts = contexts_of(event, workflow)
    every = pushes_of(workflow, contexts, called)
    pushes = [push for push in every if not image or may_be(push, image)]
    told = [push for push in pushes if not push.called] or pushes
    if told and all(push.runs is False or push.switch is Switch.OFF for push in told):
        yield PushSkipped(told[0].job, _reason(told[0]))
    skipped = skipped_jobs(workflow, contexts)
    if not told and len(skipped) == len(workflow.jobs):
        yield PushSkipped(skipped[0][0], skipped[0][1])


def _reason(push: Push) -> str:
    return push.held_back_by or f'push of step "{push.step_name}"'

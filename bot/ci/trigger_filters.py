"""The filters of one event: types, branches, tags, paths, workflows, inputs.

https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.ci.globs import selects
from bot.ci.trigger_answers import Answer, Filtered, NoEvent, TriggerEvent
from bot.ci.workflow_objects import Input, Trigger, lookup

_DEFAULT_TYPES = ("opened", "synchronize", "reopened")
_PULL_REQUESTS = frozenset({"pull_request", "pull_request_target"})
_FILES_COMPARED = 300
_COMMITS_COMPARED = 1000
_DEEPEST_CHAIN = 3


def excluded(trigger: Trigger, event: TriggerEvent) -> Answer | None:
    """The first filter that keeps the event from starting the workflow, or None."""
    return next(_answers(trigger, event), None)


def _answers(trigger: Trigger, event: TriggerEvent) -> Iterator[Answer]:
    yield from _unsent(event)
    yield from _types(trigger, event)
    match event.name:
        case "push":
            yield from _refs(trigger, event)
            if event.tag is None:
                yield from _paths(trigger, event)
        case "pull_request" | "pull_request_target":
            yield from _branch(trigger, event.base_ref, "the base branch")
            yield from _paths(trigger, event)
        case "workflow_run":
            yield from _upstream(trigger, event)
        case "merge_group":
            yield from _branch(trigger, event.base_ref or event.branch, "the base branch")
        case "workflow_dispatch":
            yield from _inputs(trigger.inputs, event)
        case _:
            pass


def _unsent(event: TriggerEvent) -> Iterator[Answer]:
    """What GitHub makes no event of, whatever the workflow listens to."""
    if event.name == "release" and event.draft and event.action in {"created", "edited", "deleted"}:
        yield NoEvent(f"GitHub sends no event when a draft release is {event.action}")
    if event.name == "pull_request" and event.merge_conflict:
        yield NoEvent("a pull request with a merge conflict starts no workflow until it is solved")
    if event.name == "workflow_run" and event.chain_level > _DEEPEST_CHAIN:
        yield NoEvent("workflow_run starts no more than three workflows one after the other")


def _types(trigger: Trigger, event: TriggerEvent) -> Iterator[Answer]:
    wanted = trigger.types
    if wanted is None and event.name in _PULL_REQUESTS:
        wanted = _DEFAULT_TYPES
    if wanted is not None and event.action is not None and event.action not in wanted:
        yield Filtered("types", wanted, f"the activity {event.action!r}")
    elif event.action == "prereleased" and event.from_draft:
        yield Filtered("types", wanted or (), "a pre-release published from a draft")


def _refs(trigger: Trigger, event: TriggerEvent) -> Iterator[Answer]:
    """With filters for branches alone no tag runs, and the other way round."""
    for_branches = trigger.branches is not None or trigger.branches_ignore is not None
    for_tags = trigger.tags is not None or trigger.tags_ignore is not None
    if event.tag is not None:
        if for_tags:
            yield from _named("tags", trigger.tags, trigger.tags_ignore, event.tag, "the tag")
        elif for_branches:
            yield _only("branches", trigger.branches, trigger.branches_ignore, event.tag, "tag")
    elif event.branch is not None:
        if for_branches:
            yield from _branch(trigger, event.branch, "the branch")
        elif for_tags:
            yield _only("tags", trigger.tags, trigger.tags_ignore, event.branch, "branch")


def _only(
    name: str,
    listed: tuple[str, ...] | None,
    ignored: tuple[str, ...] | None,
    value: str,
    kind: str,
) -> Filtered:
    which = name if listed is not None else f"{name}-ignore"
    return Filtered(which, listed or ignored or (), f"the {kind} {value!r}")


def _branch(trigger: Trigger, branch: str | None, what: str) -> Iterator[Answer]:
    if branch is not None:
        yield from _named("branches", trigger.branches, trigger.branches_ignore, branch, what)


def _named(
    name: str,
    listed: tuple[str, ...] | None,
    ignored: tuple[str, ...] | None,
    value: str,
    what: str,
) -> Iterator[Answer]:
    if listed is not None and not selects(listed, value):
        yield Filtered(name, listed, f"{what} {value!r}")
    if ignored is not None and selects(ignored, value):
        yield Filtered(f"{name}-ignore", ignored, f"{what} {value!r}")


def _paths(trigger: Trigger, event: TriggerEvent) -> Iterator[Answer]:
    """At most 300 files of the diff count; a diff that cannot be made lets the workflow run."""
    listed, ignored = trigger.paths, trigger.paths_ignore
    too_many = event.commits is not None and event.commits > _COMMITS_COMPARED
    unfiltered = listed is None and ignored is None
    if unfiltered or event.changed_files is None or event.diff_timed_out or too_many:
        return
    files = event.changed_files[:_FILES_COMPARED]
    which, lines = ("paths", listed) if listed is not None else ("paths-ignore", ignored or ())
    passing = [path for path in files if selects(lines, path) is (listed is not None)]
    if not passing:
        yield Filtered(which, lines, _files(files, event))


def _files(files: tuple[str, ...], event: TriggerEvent) -> str:
    if not files:
        return "a push that changes no file"
    total = max(len(event.changed_files or ()), event.changed_files_total or 0)
    if total > _FILES_COMPARED:
        return f"none of the first {_FILES_COMPARED} of {total} changed files"
    more = f" and {len(files) - 3} more" if len(files) > 3 else ""
    return f"the change of {', '.join(files[:3])}{more}"


def _upstream(trigger: Trigger, event: TriggerEvent) -> Iterator[Answer]:
    names = trigger.workflows
    if names is not None and event.upstream is not None and not selects(names, event.upstream):
        yield Filtered("workflows", names, f"the workflow {event.upstream!r}")
    yield from _branch(trigger, event.head_branch, "the branch of the run before")


def _inputs(inputs: tuple[Input, ...], event: TriggerEvent) -> Iterator[Answer]:
    """GitHub refuses a dispatch whose inputs do not fit the file."""
    known = {entry.name.lower() for entry in inputs}
    for name, _ in event.inputs:
        if name.lower() not in known:
            yield NoEvent(f"GitHub refuses the dispatch: there is no input {name!r}")
    for entry in inputs:
        value = lookup(event.inputs, entry.name)
        if value is None and entry.required and entry.default is None:
            yield NoEvent(f"GitHub refuses the dispatch: the input {entry.name!r} is required")
        if value is not None and entry.options and value not in entry.options:
            options = ", ".join(entry.options)
            yield NoEvent(f"GitHub refuses the dispatch: {entry.name!r} must be one of {options}")

"""Reads a workflow file as GitHub does, and refuses it where GitHub would.

A file that GitHub refuses starts no job: the run ends as a start-up failure with the file's path as
its name. So the reasons are facts about a missing image, and they are given with their line.
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

from __future__ import annotations

from bot.ci import workflow_rules as rules
from bot.ci.workflow_jobs import read_jobs
from bot.ci.workflow_objects import Input, Trigger, WorkflowFile
from bot.ci.workflow_shapes import mapping, pairs, permissions, text, words
from bot.ci.yaml_tree import (
    Entry,
    InvalidWorkflow,
    InvalidWorkflowError,
    Mapping,
    Node,
    Scalar,
    Sequence,
    read,
)

__all__ = ["InvalidWorkflow", "WorkflowFile", "parse"]
_INPUT = frozenset({
    "description", "required", "default", "type", "options", "deprecationMessage",
})  # fmt: skip
_INPUT_TYPES = frozenset({"string", "boolean", "number", "choice", "environment"})


def parse(source: str) -> WorkflowFile | InvalidWorkflow:
    """The workflow, or why GitHub would refuse the file. Never raises for any text."""
    try:
        return _workflow(read(source))
    except InvalidWorkflowError as error:
        return error.fault


def _workflow(node: Node) -> WorkflowFile:
    root = mapping(node, "the workflow", rules.TOP)
    triggers = _triggers(root)
    defaults = mapping(root.find("defaults"), "defaults", frozenset({"run"}))
    run = mapping(defaults.find("run"), "defaults.run", frozenset({"shell", "working-directory"}))
    text(root.find("run-name"), "run-name", "run-name")
    return WorkflowFile(
        name=text(root.find("name"), "name"),
        triggers=triggers,
        jobs=read_jobs(root.find("jobs"), root.line),
        env=pairs(root.find("env"), "env", "workflow env"),
        permissions=permissions(root.find("permissions")),
        concurrency=concurrency(root.find("concurrency"), "workflow concurrency"),
        shell=text(run.find("shell"), "shell"),
    )


def concurrency(node: Node | None, field: str) -> str:
    """The name of the concurrency group, as written."""
    if node is None or isinstance(node, Scalar):
        return text(node, "concurrency", field)
    found = mapping(node, "concurrency", frozenset({"group", "cancel-in-progress", "queue"}))
    if found.find("group") is None:
        raise InvalidWorkflowError(node.line, "the concurrency has no group")
    return text(found.find("group"), "the concurrency group", field)


def _triggers(root: Mapping) -> tuple[Trigger, ...]:
    node = root.find("on")
    if isinstance(node, Mapping):
        found = tuple(_trigger(entry) for entry in node.entries)
    else:
        found = tuple(_bare(event, node) for event in words(node, "on") or ())
    if not found:
        line = node.line if node else root.line
        raise InvalidWorkflowError(line, "no event is given in 'on'")
    return found


def _bare(event: str, node: Node | None) -> Trigger:
    line = node.line if node else 1
    _known(event, line)
    if event == "schedule":
        raise InvalidWorkflowError(line, "the schedule has no cron")
    return Trigger(event=event)


def _known(event: str, line: int) -> None:
    if event not in rules.EVENTS:
        raise InvalidWorkflowError(line, f"there is no event {event!r}")


def _trigger(entry: Entry) -> Trigger:
    event = entry.key
    _known(event, entry.line)
    if event == "schedule":
        return Trigger(event=event, crons=_crons(entry))
    fallback = frozenset({"types"}) if event in rules.TYPES else frozenset()
    keys = rules.EVENT_KEYS.get(event, fallback)
    node = mapping(entry.value, f"the event {event!r}", keys)
    _check_pairs(node, event, entry.line)
    return Trigger(
        event=event,
        types=_types(node, event),
        branches=words(node.find("branches"), "branches"),
        branches_ignore=words(node.find("branches-ignore"), "branches-ignore"),
        tags=words(node.find("tags"), "tags"),
        tags_ignore=words(node.find("tags-ignore"), "tags-ignore"),
        paths=words(node.find("paths"), "paths"),
        paths_ignore=words(node.find("paths-ignore"), "paths-ignore"),
        workflows=words(node.find("workflows"), "workflows"),
        inputs=_inputs(node.find("inputs"), event),
    )


def _check_pairs(node: Mapping, event: str, line: int) -> None:
    for key in ("branches", "tags", "paths"):
        if node.find(key) is not None and node.find(f"{key}-ignore") is not None:
            sentence = f"{key!r} and '{key}-ignore' exclude each other for the event {event!r}"
            raise InvalidWorkflowError(line, sentence)


def _types(node: Mapping, event: str) -> tuple[str, ...] | None:
    value = node.find("types")
    found = words(value, "types")
    known = rules.TYPES.get(event)
    if found and known and value is not None:
        for word in found:
            if word not in known:
                sentence = f"the event {event!r} has no activity type {word!r}"
                raise InvalidWorkflowError(value.line, sentence)
    return found


def _crons(entry: Entry) -> tuple[str, ...]:
    if not isinstance(entry.value, Sequence):
        raise InvalidWorkflowError(entry.line, "the schedule must be a list of cron entries")
    found = []
    for item in entry.value.items:
        node = mapping(item, "the schedule", frozenset({"cron", "timezone"}))
        cron = text(node.find("cron"), "cron")
        if not rules.cron_is_valid(cron):
            raise InvalidWorkflowError(item.line, f"the cron {cron!r} is not valid")
        found.append(cron)
    if not found:
        raise InvalidWorkflowError(entry.line, "the schedule has no cron")
    return tuple(found)


def _inputs(node: Node | None, event: str) -> tuple[Input, ...]:
    return tuple(_input(entry, event) for entry in mapping(node, "inputs").entries)


def _input(entry: Entry, event: str) -> Input:
    node = mapping(entry.value, f"the input {entry.key!r}", _INPUT)
    kind = text(node.find("type"), "type") or "string"
    if kind not in _INPUT_TYPES:
        raise InvalidWorkflowError(entry.line, f"the input {entry.key!r} has no type {kind!r}")
    default = node.find("default")
    options = words(node.find("options"), "options") or ()
    if event == "workflow_dispatch" and kind == "choice" and not options:
        raise InvalidWorkflowError(entry.line, f"the input {entry.key!r} offers no options")
    return Input(
        name=entry.key,
        type=kind,
        required=text(node.find("required"), "required").lower() == "true",
        default=None if default is None else text(default, "default"),
        options=options,
    )

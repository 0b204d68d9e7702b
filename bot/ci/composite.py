"""A composite action as what it is to its caller: a workflow of one job with inputs.

https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
"""

from __future__ import annotations

import re

from bot.ci.workflow_jobs import read_steps
from bot.ci.workflow_objects import Input, Job, Trigger, WorkflowFile
from bot.ci.workflow_shapes import mapping, text
from bot.ci.yaml_tree import Entry, InvalidWorkflowError, Node, read

_ELSEWHERE = re.compile(r"([\w.-]{1,100}/[\w.-]{1,100})((?:/[\w.-]{1,100}){0,8})@(\S{1,200})")
FILES = ("action.yml", "action.yaml")
"""What the file of an action may be called, in GitHub's order."""


def is_local(uses: str) -> bool:
    """Whether a step uses an action of its own repository, at the same commit."""
    return uses.startswith("./")


def elsewhere(uses: str) -> tuple[str, str, str] | None:
    """Repository, folder (empty for its root) and ref of an action of another repository."""
    found = _ELSEWHERE.fullmatch(uses)
    return (found[1], found[2].strip("/"), found[3]) if found else None


def parse_action(source: str) -> WorkflowFile | None:
    """Read `action.yml`; None for another kind of action, and for what GitHub would refuse."""
    try:
        root = mapping(read(source), "the action")
        runs = mapping(root.find("runs"), "runs")
        if text(runs.find("using"), "using").lower() != "composite":
            return None
        job = Job(id="action", line=runs.line, steps=read_steps(runs.find("steps"), "the action"))
        inputs = _inputs(root.find("inputs"))
    except InvalidWorkflowError:
        return None
    called = Trigger(event="workflow_call", inputs=inputs)
    return WorkflowFile(name=text(root.find("name"), "name"), triggers=(called,), jobs=(job,))


def _inputs(node: Node | None) -> tuple[Input, ...]:
    return tuple(_input(entry) for entry in mapping(node, "inputs").entries)


def _input(entry: Entry) -> Input:
    default = mapping(entry.value, f"the input {entry.key!r}").find("default")
    return Input(name=entry.key, default=None if default is None else text(default, "default"))

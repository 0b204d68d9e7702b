"""Workflows and composite actions that a workflow calls: how each is named, and what it is given.

https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bot.ci.composite import parse_action
from bot.ci.expressions import Open
from bot.ci.step_scope import Scope
from bot.ci.trigger_context import typed
from bot.ci.workflow_files import parse
from bot.ci.workflow_objects import Pairs, WorkflowFile, lookup
from bot.evidence import WorkflowSource

Called = Mapping[str, WorkflowFile]
"""What was read, by what `uses:` says: `./.github/workflows/x.yml`, `acme/tools/push@v1`."""
NONE_READ: Called = {}
_ELSEWHERE = re.compile(
    r"([\w.-]{1,100}/[\w.-]{1,100})/(\.github/workflows/[^@\s]{1,200})@(\S{1,200})"
)


def elsewhere(uses: str) -> tuple[str, str, str] | None:
    """Repository, path and ref of a called workflow of another repository."""
    found = _ELSEWHERE.fullmatch(uses)
    return (found[1], found[2], found[3]) if found else None


def called_by_name(sources: Iterable[WorkflowSource]) -> Called:
    """The files that were read, by the names under which a job calls them."""
    found: dict[str, WorkflowFile] = {}
    for source in sources:
        path, written = source.workflow.path, source.text or ""
        action = is_action(path)
        file = parse_action(written) if action else parse(written)
        if isinstance(file, WorkflowFile):
            found[path if action or elsewhere(path) else f"./{path}"] = file
    return found


def is_action(path: str) -> bool:
    """Whether this names an action, as a step's `uses:` does, and no workflow."""
    return not path.endswith((".yml", ".yaml")) and elsewhere(path) is None


def is_only_called(file: WorkflowFile) -> bool:
    """Whether nothing but another workflow starts it."""
    return {trigger.event for trigger in file.triggers} == {"workflow_call"}


def inputs_of(given: Pairs, file: WorkflowFile, scope: Scope) -> Open:
    """What is given to a workflow or action; what is left out has its default."""
    trigger = file.trigger("workflow_call")
    found = Open()
    for entry in trigger.inputs if trigger else ():
        text = lookup(given, entry.name)
        found[entry.name] = typed(entry, entry.default) if text is None else scope.value(text)
    return found

"""What GitHub allows where in a workflow file.

Keys, events, activity types and the contexts of each field, from the schema that GitHub's own
parser uses: https://github.com/actions/languageservices/blob/main/workflow-parser/src/workflow-v1.0.json
"""

from __future__ import annotations

import re

TOP = frozenset({
    "name", "run-name", "on", "env", "defaults", "permissions", "concurrency", "jobs",
    "description",
})  # fmt: skip
JOB = frozenset({
    "name", "needs", "if", "strategy", "runs-on", "timeout-minutes", "cancel-timeout-minutes",
    "continue-on-error", "container", "services", "env", "environment", "permissions",
    "concurrency", "outputs", "defaults", "steps", "snapshot",
})  # fmt: skip
CALLING_JOB = frozenset({
    "name", "uses", "with", "secrets", "needs", "if", "permissions", "concurrency", "strategy",
})  # fmt: skip
STEP = frozenset({
    "id", "if", "name", "uses", "run", "working-directory", "shell", "with", "env",
    "continue-on-error", "timeout-minutes", "background", "wait", "wait-all", "cancel", "parallel",
})  # fmt: skip
STEP_KINDS = ("uses", "run", "wait", "wait-all", "cancel", "parallel")
PERMISSIONS = frozenset({
    "actions", "artifact-metadata", "attestations", "checks", "code-quality", "contents",
    "copilot-requests", "deployments", "discussions", "drives", "id-token", "issues", "models",
    "packages", "pages", "pull-requests", "repository-projects", "security-events", "statuses",
    "vulnerability-alerts", "workflows",
})  # fmt: skip
LEVELS = frozenset({"read", "write", "none"})

_PULL_REQUEST_TYPES = (
    "assigned unassigned labeled unlabeled opened edited closed reopened synchronize "
    "converted_to_draft locked unlocked enqueued dequeued milestoned demilestoned "
    "ready_for_review review_requested review_request_removed auto_merge_enabled "
    "auto_merge_disabled stacked"
)
# Events that take `types`, with the types they know; an empty text takes any.
TYPES: dict[str, frozenset[str]] = {
    event: frozenset(types.split())
    for event, types in {
        "branch_protection_rule": "created edited deleted",
        "check_run": "completed created rerequested requested_action",
        "check_suite": "completed",
        "discussion": "created edited deleted transferred pinned unpinned labeled unlabeled "
        "locked unlocked category_changed answered unanswered",
        "discussion_comment": "created edited deleted",
        "image_version": "created ready deleted",
        "issue_comment": "created edited deleted",
        "issues": "opened edited deleted transferred pinned unpinned closed reopened assigned "
        "unassigned labeled unlabeled locked unlocked milestoned demilestoned field_added "
        "field_removed typed untyped",
        "label": "created edited deleted",
        "merge_group": "checks_requested",
        "milestone": "created closed opened edited deleted",
        "project": "created closed reopened edited deleted",
        "project_card": "created moved converted edited deleted",
        "project_column": "created updated moved deleted",
        "pull_request": _PULL_REQUEST_TYPES,
        "pull_request_comment": "created edited deleted",
        "pull_request_review": "submitted edited dismissed",
        "pull_request_review_comment": "created edited deleted",
        "pull_request_target": _PULL_REQUEST_TYPES,
        "registry_package": "published updated",
        "release": "published unpublished created edited deleted prereleased released",
        "repository_dispatch": "",
        "watch": "started",
        "workflow_run": "completed requested in_progress",
    }.items()
}
_BRANCHES = frozenset({"branches", "branches-ignore"})
_PATHS = frozenset({"paths", "paths-ignore"})
# The further keys of an event.
EVENT_KEYS: dict[str, frozenset[str]] = {
    "push": _BRANCHES | _PATHS | {"tags", "tags-ignore"},
    "pull_request": _BRANCHES | _PATHS | {"types"},
    "pull_request_target": _BRANCHES | _PATHS | {"types"},
    "merge_group": _BRANCHES | {"types"},
    "workflow_run": _BRANCHES | {"types", "workflows"},
    "workflow_dispatch": frozenset({"inputs"}),
    "workflow_call": frozenset({"inputs", "secrets", "outputs"}),
    "image_version": frozenset({"types", "names", "versions"}),
}
PLAIN_EVENTS = frozenset({
    "create", "delete", "deployment", "deployment_status", "fork", "gollum", "page_build",
    "public", "status", "schedule",
})  # fmt: skip
EVENTS = PLAIN_EVENTS | TYPES.keys() | EVENT_KEYS.keys()

_RUN = frozenset({"github", "inputs", "vars"})
_JOB = _RUN | {"needs"}
_MATRIX = _JOB | {"strategy", "matrix"}
_STEP = _MATRIX | {"steps", "job", "runner", "env"}
# Which contexts each kind of field may use. Status functions are for conditions alone.
CONTEXTS: dict[str, frozenset[str]] = {
    "run-name": _RUN,
    "workflow concurrency": _RUN,
    "workflow env": _RUN | {"secrets"},
    "job if": _JOB,
    "strategy": _JOB,
    "job": _MATRIX,
    "job env": _MATRIX | {"secrets"},
    "called with": _MATRIX,
    "called secrets": _MATRIX | {"secrets"},
    "credentials": _RUN | {"secrets", "env"},
    "step if": _STEP,
    "step": _STEP | {"secrets"},
    "uses": frozenset(),
}
FUNCTIONS = frozenset({
    "contains", "startswith", "endswith", "format", "join", "tojson", "fromjson", "case",
})  # fmt: skip
WITH_HASH_FILES = frozenset({"step", "step if"})
CONDITIONS = frozenset({"job if", "step if"})

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")
ACTION = re.compile(r"(?:\./.*|docker://.+|[^/@\s]+/[^@\s]+@\S+)", re.DOTALL)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_CRON_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_CRON_FIELD = re.compile(r"(?:\*|(?P<from>\w{1,3})(?:-(?P<to>\w{1,3}))?)(?:/(?P<step>\d{1,3}))?")


def cron_is_valid(text: str) -> bool:
    """Whether five fields of POSIX cron stand there; `@daily` and the like are not allowed."""
    fields = text.split()
    return len(fields) == len(_CRON_BOUNDS) and all(
        all(_cron_part(part, index) for part in field.split(","))
        for index, field in enumerate(fields)
    )


def _cron_part(part: str, index: int) -> bool:
    match = _CRON_FIELD.fullmatch(part)
    if match is None or match.group("step") == "0":
        return False
    lowest, highest = _CRON_BOUNDS[index]
    ends = [_cron_number(end, index) for end in (match.group("from"), match.group("to")) if end]
    return all(lowest <= end <= highest for end in ends) and ends == sorted(ends)


def _cron_number(text: str, index: int) -> int:
    names = {3: _MONTHS, 4: _DAYS}.get(index, [])
    if text.lower() in names:
        return names.index(text.lower()) + (1 if index == 3 else 0)
    return int(text) if text.isdigit() else -1

"""Reads an event and a workflow from plain data, as a scenario or a bug report states them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.ci.trigger_answers import Answer, TriggerEvent, WorkflowState
from bot.ci.triggers import why_not
from bot.ci.workflow_files import parse

_BOTH = frozenset({"types", "workflows"})
_WORKFLOW_TOKEN = "GITHUB_TOKEN"  # noqa: S105 (a name, not a secret)
_BOT = "github-actions[bot]"


def classify_trigger(record: Mapping[str, Any]) -> tuple[bool, tuple[str, ...]]:
    """Whether a run is created, and the cause codes, best first.

    The record has `workflow` (text), `event` (name, ref, …) and `state` (null, `disabled_…` or
    `file_only_on:BRANCH`).
    """
    answer = answer_for(record)
    further = ("WorkflowNotTriggered",) if getattr(answer, "filter", "") in _BOTH else ()
    return answer.runs, (answer.code, *further)


def answer_for(record: Mapping[str, Any]) -> Answer:
    """The answer for such a record."""
    state = str(record.get("state") or "")
    only_on = state.removeprefix("file_only_on:") if state.startswith("file_only_on:") else None
    known = WorkflowState(state="active" if only_on else state or "active", only_on_branch=only_on)
    return why_not(parse(str(record["workflow"])), read_event(record["event"]), known)


def read_event(event: Mapping[str, Any]) -> TriggerEvent:
    """An event from plain data; what is not there is not known."""
    made_with = event.get("token")
    by_token = made_with == _WORKFLOW_TOKEN or (made_with is None and event.get("actor") == _BOT)
    files = event.get("changed_files")
    inputs = event.get("inputs") or {}
    return TriggerEvent(
        name=str(event["name"]),
        ref=str(event.get("ref") or ""),
        repository=str(event.get("repository") or ""),
        default_branch=str(event.get("default_branch") or ""),
        message=str(event.get("message") or ""),
        actor=str(event.get("actor") or ""),
        by_workflow_token=by_token,
        changed_files=None if files is None else tuple(str(path) for path in files),
        changed_files_total=event.get("changed_files_total"),
        diff_timed_out=bool(event.get("diff_timed_out")),
        tags_pushed=int(event.get("tags_pushed") or 1),
        branches_pushed=int(event.get("branches_pushed") or 1),
        fork=bool(event.get("fork")),
        first_time_contributor=bool(event.get("first_time_contributor")),
        merge_conflict=bool(event.get("merge_conflict")),
        chain_level=int(event.get("chain_level") or 1),
        from_draft=bool(event.get("from_draft")),
        inputs=tuple((str(name), _text(value)) for name, value in inputs.items()),
        action=event.get("action"),
        base_ref=event.get("base_ref"),
        head_ref=event.get("head_ref"),
        commits=event.get("commits"),
        merged=event.get("merged"),
        upstream=event.get("upstream"),
        conclusion=event.get("conclusion"),
        head_branch=event.get("head_branch"),
        draft=event.get("draft"),
        prerelease=event.get("prerelease"),
    )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

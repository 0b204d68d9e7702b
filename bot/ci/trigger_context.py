"""The contexts that an event gives to expressions, as far as we know the event.

https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#github-context
"""

from __future__ import annotations

from bot.ci.expressions import Contexts, Open, Value
from bot.ci.trigger_answers import TriggerEvent
from bot.ci.workflow_objects import Input, WorkflowFile, lookup


def contexts_of(event: TriggerEvent, workflow: WorkflowFile) -> Contexts:
    """Contexts for the conditions of a run that this event starts, all jobs before being green."""
    github = Open(
        event_name=event.name,
        ref=event.ref,
        ref_name=_ref_name(event.ref),
        ref_type="tag" if event.tag is not None else "branch",
        base_ref=event.base_ref or "",
        head_ref=event.head_ref or "",
        event=_payload(event),
        server_url="https://github.com",
        workflow=workflow.name,
    )
    _add(github, sha=event.sha, actor=event.actor, triggering_actor=event.actor)
    if event.name in {"pull_request", "pull_request_target"} and event.head_ref is None:
        del github["head_ref"]
    if event.repository:
        _add(github, repository=event.repository)
        _add(github, repository_owner=event.repository.partition("/")[0])
    return {
        "github": github,
        "inputs": _inputs(event, workflow),
        "vars": Open(),
        "secrets": Open(),
        "env": Open(),
        "success()": True,
        "failure()": False,
        "cancelled()": False,
        "always()": True,
    }


def _ref_name(ref: str) -> str:
    for prefix in ("refs/heads/", "refs/tags/", "refs/pull/"):
        ref = ref.removeprefix(prefix)
    return ref


def _add(target: Open, **values: Value) -> None:
    target.update({name: value for name, value in values.items() if value not in (None, "")})


def _payload(event: TriggerEvent) -> Open:
    payload = Open(repository=Open(fork=event.fork))
    _add(payload, action=event.action)
    repository = payload["repository"]
    if isinstance(repository, Open):
        _add(repository, default_branch=event.default_branch, full_name=event.repository)
    match event.name:
        case "push":
            payload["head_commit"] = Open()
            _add(payload, ref=event.ref)
            if event.message:
                payload["head_commit"] = Open(message=event.message)
        case "pull_request" | "pull_request_target":
            payload["pull_request"] = _pull_request(event)
        case "release":
            release = Open(tag_name=_ref_name(event.ref), draft=bool(event.draft))
            release["prerelease"] = bool(event.prerelease)
            payload["release"] = release
        case "workflow_run":
            run = Open()
            _add(run, conclusion=event.conclusion, head_branch=event.head_branch)
            _add(run, name=event.upstream)
            payload["workflow_run"] = run
        case "create" | "delete":
            payload["ref_type"] = "tag" if event.tag is not None else "branch"
            payload["ref"] = _ref_name(event.ref)
        case "workflow_dispatch":
            payload["inputs"] = Open(dict(event.inputs))
        case _:
            pass
    return payload


def _pull_request(event: TriggerEvent) -> Open:
    repository = Open(fork=event.fork)
    head = Open(repo=repository)
    _add(head, ref=event.head_ref, sha=event.sha)
    if not event.fork:
        _add(repository, full_name=event.repository)
    base, found = Open(), Open(head=head)
    _add(base, ref=event.base_ref)
    found["base"] = base
    if event.merged is not None:
        found["merged"] = event.merged
    if event.draft is not None:
        found["draft"] = event.draft
    return found


def _inputs(event: TriggerEvent, workflow: WorkflowFile) -> Open:
    """Booleans and numbers have their own type in `inputs`, not in `github.event.inputs`."""
    found = Open()
    trigger = workflow.trigger(event.name)
    if event.name != "workflow_dispatch" or trigger is None:
        # An input of another event is null, which is as good as empty.
        return found if event.name == "workflow_call" else Open(_nulls(workflow))
    for entry in trigger.inputs:
        text = lookup(event.inputs, entry.name)
        found[entry.name] = typed(entry, text if text is not None else entry.default)
    return found


def _nulls(workflow: WorkflowFile) -> dict[str, Value]:
    dispatch = workflow.trigger("workflow_dispatch")
    called = workflow.trigger("workflow_call")
    if called is not None:
        return {}
    return {entry.name: None for entry in dispatch.inputs} if dispatch else {}


def typed(entry: Input, text: str | None) -> Value:
    """The value of an input in its own type, as `inputs` holds it."""
    if entry.type == "boolean":
        return (text or "").lower() == "true"
    if entry.type == "number":
        try:
            return float(text or 0)
        except ValueError:
            return text
    return text or ""

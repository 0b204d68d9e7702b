"""The endpoints that start something, with the refusals that GitHub gives."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import yaml

from simulator.github.access import RefusedError, not_found
from simulator.github.records import Workflow
from simulator.github.routes import Call, Reply
from simulator.github.run_routes import run_of
from simulator.github.shapes import WEB

_RERUN_LIMIT = timedelta(days=30)


def rerun_failed(call: Call) -> Reply:
    """POST …/actions/runs/{run_id}/rerun-failed-jobs."""
    _body(call, {"enable_debug_logging"})
    run = run_of(call)
    if run.status != "completed":
        raise RefusedError(403, "This workflow is already running")
    if call.state.clock.now() - run.created_at > _RERUN_LIMIT:
        message = "Unable to retry this workflow run because it was created over a month ago"
        raise RefusedError(403, message)
    if all(job.conclusion in {"success", "skipped"} for job in run.jobs):
        raise RefusedError(403, "This workflow run cannot be retried")
    _writable(call)
    call.repo.rerun_failed(run)
    return Reply({}, 201)


def dispatch(call: Call) -> Reply:
    """POST …/actions/workflows/{workflow_id}/dispatches."""
    known = {"ref", "inputs"} | (set() if call.state.enterprise_server else {"return_run_details"})
    body = _body(call, known)
    if not isinstance(body.get("ref"), str):
        raise RefusedError(422, 'Invalid request.\n\n"ref" wasn\'t supplied.')
    workflow = _workflow(call)
    _writable(call)
    ref = str(body["ref"])
    if call.repo.resolve(ref) is None or ref in call.repo.commits:
        raise RefusedError(422, f"No ref found for: {ref}")
    if workflow.state != "active":
        raise RefusedError(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow")
    _check_inputs(_inputs_of(call, workflow, ref), body.get("inputs") or {})
    name = ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
    run = call.repo.dispatch(workflow, name, "octocat")
    if not body.get("return_run_details"):
        return Reply(b"", 204)
    answer = {
        "workflow_run_id": run.id,
        "run_url": f"{call.api}/repos/{call.repo.full_name}/actions/runs/{run.id}",
        "html_url": f"{WEB}/{call.repo.full_name}/actions/runs/{run.id}",
    }
    return Reply(answer)


def _workflow(call: Call) -> Workflow:
    wanted = call.parts["workflow_id"]
    for workflow in call.repo.workflows():
        if wanted in {str(workflow.id), workflow.path.rpartition("/")[2]}:
            return workflow
    raise not_found()


def _writable(call: Call) -> None:
    if call.repo.archived:
        raise RefusedError(403, "Repository was archived so is read-only.")


def _inputs_of(call: Call, workflow: Workflow, ref: str) -> dict[str, Any]:
    """The inputs of the `workflow_dispatch` trigger in the file at this ref."""
    text = call.repo.text(workflow.path, ref)
    try:
        parsed = yaml.safe_load(text or "")
    except yaml.YAMLError:
        parsed = None
    # YAML 1.1 reads the key `on` as true.
    triggers = parsed.get("on", parsed.get(True)) if isinstance(parsed, dict) else None
    names = [triggers] if isinstance(triggers, str) else list(triggers or ())
    if "workflow_dispatch" not in names:
        raise RefusedError(422, "Workflow does not have 'workflow_dispatch' trigger")
    trigger = triggers["workflow_dispatch"] if isinstance(triggers, dict) else None
    return dict((trigger or {}).get("inputs") or {})


def _check_inputs(known: dict[str, Any], given: dict[str, Any]) -> None:
    unexpected = sorted(set(given) - set(known))
    if unexpected:
        listed = msgspec.json.encode(unexpected).decode()
        raise RefusedError(422, f"Unexpected inputs provided: {listed}")
    for name, declared in known.items():
        needed = isinstance(declared, dict) and declared.get("required")
        if needed and "default" not in declared and name not in given:
            raise RefusedError(422, f"Required input '{name}' not provided")


def _body(call: Call, known: set[str]) -> dict[str, Any]:
    if not call.body:
        return {}
    try:
        body = msgspec.json.decode(call.body)
    except msgspec.DecodeError as error:
        raise RefusedError(400, "Problems parsing JSON") from error
    if not isinstance(body, dict):
        raise RefusedError(400, "Body should be a JSON object")
    for name in sorted(set(body) - known):
        raise RefusedError(422, f'Invalid request.\n\n"{name}" is not a permitted key.')
    return body

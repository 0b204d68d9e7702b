"""The endpoints about runs: lists, jobs, logs, annotations, and what a run waits for."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta

from simulator.github import account_shapes, run_shapes
from simulator.github.access import not_found
from simulator.github.routes import Call, Reply, number, page
from simulator.github.runs import JobState, RunState
from simulator.github.state import StoredLog

_LINK_LIFE = timedelta(minutes=1)


def runs(call: Call) -> Reply:
    """GET …/actions/runs and …/actions/workflows/{workflow_id}/runs, newest first."""
    wanted = call.parts.get("workflow_id")
    query = call.query
    tests: dict[str, Callable[[RunState], bool]] = {
        "head_sha": lambda run: run.head_sha == query["head_sha"],
        "branch": lambda run: run.head_branch == query["branch"],
        "event": lambda run: run.event == query["event"],
        "status": lambda run: query["status"] in {run.status, run.conclusion},
    }
    found = [
        run
        for run in sorted(call.repo.runs.values(), key=lambda run: run.created_at, reverse=True)
        if (not wanted or wanted in {str(run.workflow_id), run.path.rpartition("/")[2]})
        and all(test(run) for name, test in tests.items() if name in query)
    ]
    listed = [run_shapes.run(call.api, call.repo, item) for item in page(call, found)]
    return Reply({"total_count": len(found), "workflow_runs": listed})


def run_of(call: Call) -> RunState:
    """The run that a path names."""
    found = call.repo.runs.get(number(call.parts["run_id"], 0))
    if found is None:
        raise not_found()
    return found


def run(call: Call) -> Reply:
    """GET …/actions/runs/{run_id}."""
    return Reply(run_shapes.run(call.api, call.repo, run_of(call)))


def jobs(call: Call) -> Reply:
    """GET …/actions/runs/{run_id}/jobs."""
    owner = run_of(call)
    listed = [run_shapes.job(call.api, call.repo, owner, item) for item in page(call, owner.jobs)]
    return Reply({"total_count": len(owner.jobs), "jobs": listed})


def job_of(call: Call, name: str) -> JobState:
    """The job that a path names."""
    wanted = number(call.parts[name], 0)
    for owner in call.repo.runs.values():
        for item in owner.jobs:
            if item.id == wanted:
                return item
    raise not_found()


def job_log(call: Call) -> Reply:
    """GET …/actions/jobs/{job_id}/logs: a link to the storage, good for a minute."""
    item = job_of(call, "job_id")
    if item.log is None:
        raise not_found()
    key = secrets.token_urlsafe(12)
    until = call.state.clock.now() + _LINK_LIFE
    call.state.stored[key] = StoredLog(call.repo.full_name, item.id, until)
    return Reply(b"", 302, {"Location": f"{call.state.storage_url}/logs/{key}/job.txt?sig={key}"})


def notes(call: Call) -> Reply:
    """GET …/check-runs/{check_run_id}/annotations."""
    written = job_of(call, "check_run_id").plan.notes
    return Reply([run_shapes.annotation(note, call.repo) for note in page(call, written)])


def pending(call: Call) -> Reply:
    """GET …/actions/runs/{run_id}/pending_deployments."""
    return Reply(
        [account_shapes.pending(call.api, call.repo, item) for item in run_of(call).pending]
    )


def groups(call: Call) -> Reply:
    """GET …/actions/runs/{run_id}/concurrency_groups."""
    _only_github_com(call)
    owner = run_of(call)
    listed = [
        run_shapes.group_of_run(call.api, call.repo, name, owner, _line(call, name).index(owner))
        for name in owner.groups
        if owner.status != "completed"
    ]
    return Reply({"total_count": len(listed), "concurrency_groups": listed})


def group(call: Call) -> Reply:
    """GET …/actions/concurrency_groups/{name}."""
    _only_github_com(call)
    name = call.parts["name"]
    members = _line(call, name)
    if not members:
        raise not_found()
    ahead_of = number(call.query.get("ahead_of_run"), 0)
    ids = [run.id for run in members]
    if ahead_of in ids:
        members = members[: ids.index(ahead_of)]
    return Reply(run_shapes.group(call.api, call.repo, name, members))


def _line(call: Call, name: str) -> list[RunState]:
    """Who holds a concurrency group and who waits for it, the first first."""
    return [
        run
        for run in sorted(call.repo.runs.values(), key=lambda run: run.created_at)
        if name in run.groups and run.status != "completed"
    ]


def _only_github_com(call: Call) -> None:
    if call.state.enterprise_server:
        raise not_found()

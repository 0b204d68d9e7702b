"""The endpoints that read: which permission each needs, and what it answers."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar

import msgspec

from simulator.github import account_shapes, run_shapes, shapes
from simulator.github.access import RefusedError, not_found
from simulator.github.repository import SimulatedRepository
from simulator.github.runs import JobState, RunState
from simulator.github.shapes import JSON
from simulator.github.state import GitHubState, Grant, StoredLog

_Item = TypeVar("_Item")
_LINK_LIFE = timedelta(minutes=1)


class Call(msgspec.Struct):
    """A request that was let in."""

    state: GitHubState
    repo: SimulatedRepository
    parts: Mapping[str, str]
    query: Mapping[str, str]
    accept: str = ""
    body: bytes = b""
    grant: Grant | None = None

    @property
    def api(self) -> str:
        """The API's base URL."""
        return self.state.api_url


class Reply(msgspec.Struct):
    """An answer: JSON, or bytes where `kind` says so."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = {}
    kind: str = "application/json"


def page(call: Call, items: Sequence[_Item], most: int = 100) -> Sequence[_Item]:
    """The part of a list that was asked for."""
    size = max(1, min(most, _int(call.query.get("per_page"), 30)))
    start = (max(1, _int(call.query.get("page"), 1)) - 1) * size
    return items[start : start + size]


def repository(call: Call) -> Reply:
    """GET /repos/{owner}/{repo}."""
    return Reply(shapes.repository(call.api, call.repo))


def permissions(call: Call) -> Reply:
    """GET …/actions/permissions."""
    enabled: JSON = {"enabled": call.repo.actions_enabled}
    if call.repo.actions_enabled:
        enabled["allowed_actions"] = "all"
    return Reply(enabled)


def workflows(call: Call) -> Reply:
    """GET …/actions/workflows."""
    every = call.repo.workflows()
    listed = [shapes.workflow(call.api, call.repo, item) for item in page(call, every)]
    return Reply({"total_count": len(every), "workflows": listed})


def contents(call: Call) -> Reply:
    """GET …/contents/{path}: a file, raw or as JSON."""
    path, ref = call.parts["path"], call.query.get("ref", call.repo.default_branch)
    commit = call.repo.resolve(ref)
    if commit is None:
        raise RefusedError(404, f"No commit found for the ref {ref}")
    text = commit.files.get(path)
    if text is None:
        raise not_found()
    if "raw" in call.accept:
        return Reply(text.encode(), kind="application/vnd.github.raw+json; charset=utf-8")
    url = f"{call.api}/repos/{call.repo.full_name}/contents/{path}?ref={ref}"
    web = f"{shapes.WEB}/{call.repo.full_name}/blob/{ref}/{path}"
    file = {
        "type": "file",
        "encoding": "base64",
        "size": len(text.encode()),
        "name": path.rpartition("/")[2],
        "path": path,
        "content": base64.b64encode(text.encode()).decode(),
        "sha": commit.sha,
        "url": url,
        "git_url": url,
        "html_url": web,
        "download_url": web,
        "_links": {"git": url, "self": url, "html": web},
    }
    return Reply(file)


def commit(call: Call) -> Reply:
    """GET …/commits/{ref}."""
    if not call.repo.commits:
        raise RefusedError(409, "Git Repository is empty.")
    found = call.repo.resolve(call.parts["ref"])
    if found is None:
        raise RefusedError(422, f"No commit found for SHA: {call.parts['ref']}")
    return Reply(shapes.commit(call.api, call.repo, found))


def compare(call: Call) -> Reply:
    """GET …/compare/{base}...{head}, for commits on one line."""
    base, _, head = call.parts["basehead"].partition("...")
    before, after = call.repo.resolve(base), call.repo.resolve(head)
    if before is None or after is None:
        raise not_found()
    between: list[str] = []
    sha = after.sha
    while sha and sha != before.sha:
        between.append(sha)
        sha = call.repo.commits[sha].parent
    status = "diverged" if not sha else "ahead" if between else "identical"
    commits = [
        shapes.commit(call.api, call.repo, call.repo.commits[item]) for item in reversed(between)
    ]
    url = f"{call.api}/repos/{call.repo.full_name}/compare/{base}...{head}"
    first = shapes.commit(call.api, call.repo, before)
    comparison: JSON = {
        **dict.fromkeys(("url", "html_url", "permalink_url", "diff_url", "patch_url"), url),
        "base_commit": first,
        "merge_base_commit": first,
        "status": status,
        "ahead_by": len(between),
        "behind_by": 0,
        "total_commits": len(between),
        "commits": list(page(call, commits)),
        "files": shapes.difference(call.api, call.repo, before, after),
    }
    return Reply(comparison)


def activity(call: Call) -> Reply:
    """GET …/activity, newest first."""
    ref = call.query.get("ref", "")
    full = ref if ref.startswith("refs/") else f"refs/heads/{ref}"
    listed = [
        shapes.push(call.api, item)
        for item in reversed(call.repo.activity)
        if not ref or item.ref == full
    ]
    return Reply(list(page(call, listed)))


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
    found = call.repo.runs.get(_int(call.parts["run_id"], 0))
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
    wanted = _int(call.parts[name], 0)
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
    ahead_of = _int(call.query.get("ahead_of_run"), 0)
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


def _int(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"[0-9]{1,18}", text) else otherwise

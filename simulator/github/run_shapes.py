"""Runs, jobs and what belongs to them, as the simulated GitHub answers them."""

from __future__ import annotations

from simulator.github.plan import Note
from simulator.github.repository import SimulatedRepository
from simulator.github.runs import JobState, RunState, StepState
from simulator.github.shapes import JSON, WEB, node, repository_in_short, stamp, user


def run(api: str, repo: SimulatedRepository, item: RunState) -> JSON:
    """A run at its newest attempt."""
    url = f"{api}/repos/{repo.full_name}/actions/runs/{item.id}"
    short = repository_in_short(api, repo)
    return {
        "id": item.id,
        "name": item.name,
        "node_id": node(item.id),
        "head_branch": item.head_branch,
        "head_sha": item.head_sha,
        "path": item.path,
        "display_title": item.title,
        "run_number": item.number,
        "run_attempt": item.attempt,
        "event": item.event,
        "status": item.status,
        "conclusion": item.conclusion,
        "workflow_id": item.workflow_id,
        "check_suite_id": item.id,
        "check_suite_node_id": node(item.id),
        "url": url,
        "html_url": f"{WEB}/{repo.full_name}/actions/runs/{item.id}",
        "pull_requests": [],
        "created_at": stamp(item.created_at),
        "updated_at": stamp(item.updated_at),
        "run_started_at": stamp(item.started_at),
        "actor": user(api, item.actor),
        "triggering_actor": user(api, item.actor),
        **_links(api, repo, item, url),
        "head_commit": _commit(repo, item),
        "repository": short,
        "head_repository": short,
    }


def _commit(repo: SimulatedRepository, item: RunState) -> JSON:
    """What a run was made of."""
    commit = repo.commits[item.head_sha]
    person = {"name": commit.author, "email": f"{commit.author}@example.com"}
    return {
        "id": commit.sha,
        "tree_id": commit.sha,
        "message": commit.message,
        "timestamp": stamp(commit.at),
        "author": person,
        "committer": person,
    }


def _links(api: str, repo: SimulatedRepository, item: RunState, url: str) -> JSON:
    """Where everything of a run is."""
    there = f"{api}/repos/{repo.full_name}"
    names = ("jobs", "logs", "artifacts", "cancel", "rerun")
    return {
        **{f"{name}_url": f"{url}/{name}" for name in names},
        "check_suite_url": f"{there}/check-suites/{item.id}",
        "workflow_url": f"{there}/actions/workflows/{item.workflow_id}",
        "previous_attempt_url": f"{url}/attempts/{item.attempt - 1}" if item.attempt > 1 else None,
    }


def job(api: str, repo: SimulatedRepository, owner: RunState, item: JobState) -> JSON:
    """A job with its steps."""
    url = f"{api}/repos/{repo.full_name}/actions/jobs/{item.id}"
    taken = bool(item.runner)
    return {
        "id": item.id,
        "run_id": owner.id,
        "run_url": f"{api}/repos/{repo.full_name}/actions/runs/{owner.id}",
        "run_attempt": item.attempt,
        "node_id": node(item.id),
        "head_sha": owner.head_sha,
        "head_branch": owner.head_branch,
        "workflow_name": owner.name,
        "url": url,
        "html_url": f"{WEB}/{repo.full_name}/actions/runs/{owner.id}/job/{item.id}",
        "status": item.status,
        "conclusion": item.conclusion,
        "created_at": stamp(item.created_at),
        # GitHub fills this in for queued jobs as well.
        "started_at": stamp(item.started_at or item.created_at),
        "completed_at": stamp(item.completed_at),
        "name": item.plan.name,
        "steps": _steps(item),
        "check_run_url": f"{api}/repos/{repo.full_name}/check-runs/{item.id}",
        "labels": list(item.plan.labels),
        "runner_id": 7 if taken else None,
        "runner_name": item.runner if taken else None,
        "runner_group_id": 1 if taken else None,
        "runner_group_name": "Default" if taken else None,
    }


def _steps(item: JobState) -> list[JSON]:
    if item.started_at is None or not item.plan.steps or not item.steps:
        return []
    first = StepState("Set up job", 1, "completed", "success", item.started_at, item.started_at)
    return [
        {
            "name": step.name,
            "status": step.status,
            "conclusion": step.conclusion,
            "number": step.number,
            "started_at": stamp(step.started_at),
            "completed_at": stamp(step.completed_at),
        }
        for step in (first, *item.steps)
    ]


def annotation(item: Note, repo: SimulatedRepository) -> JSON:
    """What a check run says."""
    return {
        "path": ".github",
        "blob_href": f"{WEB}/{repo.full_name}/blob/{repo.default_branch}/.github",
        "start_line": 1,
        "start_column": None,
        "end_line": 1,
        "end_column": None,
        "annotation_level": item.level,
        "title": item.title,
        "message": item.message,
        "raw_details": None,
    }


def member(api: str, repo: SimulatedRepository, item: RunState) -> JSON:
    """A run in a concurrency group."""
    return {
        "run_id": item.id,
        "run_name": item.name,
        "run_url": f"{api}/repos/{repo.full_name}/actions/runs/{item.id}",
        "run_html_url": f"{WEB}/{repo.full_name}/actions/runs/{item.id}",
        "status": "pending" if item.status == "pending" else "in_progress",
    }


def group(api: str, repo: SimulatedRepository, name: str, members: list[RunState]) -> JSON:
    """A concurrency group with its members, the first in line first."""
    listed = [member(api, repo, item) for item in members]
    return {
        "group_name": name,
        "group_url": f"{api}/repos/{repo.full_name}/actions/concurrency_groups/{name}",
        "total_count": len(listed),
        "group_members": listed,
    }


def group_of_run(
    api: str, repo: SimulatedRepository, name: str, item: RunState, position: int
) -> JSON:
    """A concurrency group as a run's own list shows it: with the run's place in the line."""
    url = f"{api}/repos/{repo.full_name}/actions/concurrency_groups/{name}"
    place = {
        **member(api, repo, item),
        "position": position,
        "position_url": f"{url}?ahead_of_run={item.id}",
    }
    return {"group_name": name, "group_url": url, "group_members": [place]}

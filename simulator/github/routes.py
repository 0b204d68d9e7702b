"""The endpoints that read: which permission each needs, and what it answers."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from simulator.github import commit_shapes, shapes
from simulator.github.access import RefusedError, not_found
from simulator.github.repository import SimulatedRepository
from simulator.github.shapes import JSON
from simulator.github.state import GitHubState, Grant

_Item = TypeVar("_Item")


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
    size = max(1, min(most, number(call.query.get("per_page"), 30)))
    start = (max(1, number(call.query.get("page"), 1)) - 1) * size
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
    return Reply(commit_shapes.commit(call.api, call.repo, found))


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
        commit_shapes.commit(call.api, call.repo, call.repo.commits[item])
        for item in reversed(between)
    ]
    url = f"{call.api}/repos/{call.repo.full_name}/compare/{base}...{head}"
    first = commit_shapes.commit(call.api, call.repo, before)
    comparison: JSON = {
        **dict.fromkeys(("url", "html_url", "permalink_url", "diff_url", "patch_url"), url),
        "base_commit": first,
        "merge_base_commit": first,
        "status": status,
        "ahead_by": len(between),
        "behind_by": 0,
        "total_commits": len(between),
        "commits": list(page(call, commits)),
        "files": commit_shapes.difference(call.api, call.repo, before, after),
    }
    return Reply(comparison)


def activity(call: Call) -> Reply:
    """GET …/activity, newest first."""
    ref = call.query.get("ref", "")
    full = ref if ref.startswith("refs/") else f"refs/heads/{ref}"
    listed = [
        commit_shapes.push(call.api, item)
        for item in reversed(call.repo.activity)
        if not ref or item.ref == full
    ]
    return Reply(list(page(call, listed)))


def number(text: str | None, otherwise: int) -> int:
    """A number of a path or a query."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,18}", text) else otherwise

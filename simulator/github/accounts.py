"""The endpoints that belong to an owner or to the App, not to a repository."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from simulator.github import account_shapes, shapes
from simulator.github.access import RefusedError, check, installed, not_found
from simulator.github.repository import SimulatedRepository
from simulator.github.routes import Reply
from simulator.github.state import GitHubState, Grant

_GROUP = 1


def installation(state: GitHubState, owner: str, full_name: str = "") -> Reply:
    """GET /repos/{owner}/{repo}/installation, /orgs/{org}/installation, /users/…."""
    found = installed(state, owner, full_name)
    return Reply(account_shapes.installation(state.api_url, state.app_id, found, state.clock.now()))


def app(state: GitHubState) -> Reply:
    """GET /app."""
    return Reply(account_shapes.app(state.api_url, state.app_id, state.clock.now()))


def installations(state: GitHubState) -> Reply:
    """GET /app/installations."""
    now = state.clock.now()
    return Reply(
        [
            account_shapes.installation(state.api_url, state.app_id, item, now)
            for item in state.installations
        ]
    )


def whose(state: GitHubState, grant: Grant | None) -> Reply:
    """GET /user."""
    if grant is None:
        raise RefusedError(401, "Requires authentication")
    if grant.installation:
        raise RefusedError(403, "Resource not accessible by integration")
    return Reply(shapes.user(state.api_url, "ada"))


def rate_limit(state: GitHubState, grant: Grant | None) -> Reply:
    """GET /rate_limit."""
    limit = state.token_limit if grant else state.anonymous_limit
    spent = state.spending(grant.account if grant else "nobody", "core", limit)
    core = {
        "limit": spent.limit,
        "used": spent.used,
        "remaining": max(0, spent.limit - spent.used),
        "reset": int(spent.reset.timestamp()) + 1,
    }
    return Reply({"resources": {"core": core}})


def access_token(state: GitHubState, identity: str, body: bytes) -> Reply:
    """POST /app/installations/{id}/access_tokens."""
    found = next((item for item in state.installations if str(item.id) == identity), None)
    if found is None:
        raise not_found()
    asked: dict[str, Any] = msgspec.json.decode(body or b"{}")
    wanted = asked.get("permissions") or dict(found.permissions)
    for name, level in wanted.items():
        held = "read" if name == "metadata" else found.permissions.get(name)
        if held not in {level, "write"}:
            message = "The permissions requested are not granted to this installation."
            raise RefusedError(422, message)
    names = list(asked.get("repositories") or ())
    numbers = asked.get("repository_ids") or ()
    names += [repo.name for repo in state.repositories.values() if repo.id in numbers]
    for name in names:
        if f"{found.owner}/{name}".lower() not in state.repositories:
            message = "There is at least one repository that does not exist or is not accessible to the parent installation."  # noqa: E501
            raise RefusedError(422, message)
    return Reply(account_shapes.issued(state.issue(found, wanted, names)), 201)


def runner_groups(state: GitHubState, grant: Grant | None, organisation: str) -> Reply:
    """GET /orgs/{org}/actions/runner-groups: one group, open to every repository."""
    check(grant, grant is not None, "organization_self_hosted_runners=read")
    group = {
        "id": _GROUP,
        "name": "Default",
        "visibility": "all",
        "default": True,
        "runners_url": f"{state.api_url}/orgs/{organisation}/actions/runner-groups/1/runners",
        "inherited": False,
        "allows_public_repositories": False,
    }
    return Reply({"total_count": 1, "runner_groups": [group]})


def group_runners(state: GitHubState, grant: Grant | None, organisation: str, group: str) -> Reply:
    """GET /orgs/{org}/actions/runner-groups/{id}/runners."""
    check(grant, grant is not None, "organization_self_hosted_runners=read")
    if group != str(_GROUP):
        raise not_found()
    every = state.organization_runners.get(organisation.lower(), [])
    return Reply(
        {"total_count": len(every), "runners": [account_shapes.runner(item) for item in every]}
    )


def search_code(state: GitHubState, grant: Grant | None, query: str) -> Reply:
    """GET /search/code: quoted or plain words, `user:`, `org:`, `repo:` and `path:`."""
    if grant is None:
        raise RefusedError(401, "Requires authentication")
    terms = re.findall(r'"[^"]*"|\S+', query)
    qualifiers = dict(
        term.split(":", 1) for term in terms if re.match(r"(?:user|org|repo|path|language):", term)
    )
    words = [term.strip('"') for term in terms if not re.match(r"[a-z]+:\S", term)]
    owner = (qualifiers.get("user") or qualifiers.get("org") or "").lower()
    hits = [
        _hit(state, repo, path)
        for repo in state.repositories.values()
        if (not owner or repo.owner.lower() == owner) and _readable(repo, grant)
        for path, text in _files(repo)
        if path.startswith(qualifiers.get("path", "")) and all(word in text for word in words)
    ]
    return Reply({"total_count": len(hits), "incomplete_results": False, "items": hits})


def _readable(repo: SimulatedRepository, grant: Grant) -> bool:
    covered = grant.repositories is None or repo.full_name.lower() in grant.repositories
    return covered or not repo.private


def _files(repo: SimulatedRepository) -> list[tuple[str, str]]:
    head = repo.resolve(repo.default_branch)
    return sorted(head.files.items()) if head else []


def _hit(state: GitHubState, repo: SimulatedRepository, path: str) -> shapes.JSON:
    url = f"{state.api_url}/repos/{repo.full_name}/contents/{path}"
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": repo.branches[repo.default_branch],
        "url": url,
        "git_url": url,
        "html_url": f"{shapes.WEB}/{repo.full_name}/blob/{repo.default_branch}/{path}",
        "repository": shapes.repository_in_short(state.api_url, repo),
        "score": 1.0,
    }

"""What the simulated GitHub answers, with every field that GitHub's OpenAPI description requires.

Repositories, users and commits are here, runs in `run_shapes.py`.
"""

from __future__ import annotations

import base64
import zlib
from datetime import datetime
from typing import Any, TypeAlias

from simulator.github.records import Workflow
from simulator.github.repository import SimulatedRepository

JSON: TypeAlias = dict[str, Any]
WEB = "https://github.com"
_LISTS = (
    "contributors",
    "deployments",
    "downloads",
    "events",
    "forks",
    "hooks",
    "languages",
    "merges",
    "stargazers",
    "subscribers",
    "subscription",
    "tags",
    "teams",
)
_TEMPLATES = {
    "archive": "{archive_format}{/ref}",
    "assignees": "{/user}",
    "blobs": "{/sha}",
    "branches": "{/branch}",
    "collaborators": "{/collaborator}",
    "comments": "{/number}",
    "commits": "{/sha}",
    "compare": "{base}...{head}",
    "contents": "{+path}",
    "git_commits": "{/sha}",
    "git_refs": "{/sha}",
    "git_tags": "{/sha}",
    "issue_comment": "{/number}",
    "issue_events": "{/number}",
    "issues": "{/number}",
    "keys": "{/key_id}",
    "labels": "{/name}",
    "milestones": "{/number}",
    "notifications": "{?since,all,participating}",
    "pulls": "{/number}",
    "releases": "{/id}",
    "statuses": "{sha}",
    "trees": "{/sha}",
}


def stamp(at: datetime | None) -> str | None:
    """A time as the API writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def node(identity: object) -> str:
    """A node id."""
    return base64.b64encode(str(identity).encode()).decode()


def number_of(text: str) -> int:
    """A number that always belongs to the same text."""
    return zlib.crc32(text.encode())


def user(api: str, login: str, kind: str = "") -> JSON:
    """A user, a bot or an organisation."""
    kind = kind or ("Bot" if login.endswith("[bot]") else "User")
    url = f"{api}/users/{login}"
    links = ("followers", "organizations", "received_events", "repos", "subscriptions")
    return {
        "login": login,
        "id": number_of(login),
        "node_id": node(login),
        "avatar_url": f"https://avatars.githubusercontent.com/u/{number_of(login)}?v=4",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{WEB}/{login}",
        **{f"{name}_url": f"{url}/{name}" for name in links},
        "following_url": f"{url}/following{{/other_user}}",
        "gists_url": f"{url}/gists{{/gist_id}}",
        "starred_url": f"{url}/starred{{/owner}}{{/repo}}",
        "events_url": f"{url}/events{{/privacy}}",
        "type": kind,
        "site_admin": False,
    }


def repository_in_short(api: str, repo: SimulatedRepository) -> JSON:
    """A repository as other answers embed it."""
    url = f"{api}/repos/{repo.full_name}"
    return {
        "id": repo.id,
        "node_id": node(repo.id),
        "name": repo.name,
        "full_name": repo.full_name,
        "owner": user(api, repo.owner, repo.owner_type),
        "private": repo.private,
        "html_url": f"{WEB}/{repo.full_name}",
        "description": None,
        "fork": repo.fork,
        "url": url,
        **{f"{name}_url": f"{url}/{name}" for name in _LISTS},
        **{f"{name}_url": f"{url}/{name}{tail}" for name, tail in _TEMPLATES.items()},
    }


def repository(api: str, repo: SimulatedRepository) -> JSON:
    """A repository in full."""
    newest = repo.activity[-1].at if repo.activity else repo.clock.now()
    counts = (
        "forks forks_count open_issues open_issues_count size stargazers_count watchers "
        "watchers_count network_count subscribers_count"
    )
    flags = ("has_issues", "has_projects", "has_wiki", "has_pages", "has_discussions")
    return {
        **repository_in_short(api, repo),
        **dict.fromkeys(counts.split(), 0),
        **dict.fromkeys(flags, False),
        "clone_url": f"{WEB}/{repo.full_name}.git",
        "git_url": f"git://github.com/{repo.full_name}.git",
        "ssh_url": f"git@github.com:{repo.full_name}.git",
        "svn_url": f"{WEB}/{repo.full_name}",
        "mirror_url": None,
        "homepage": None,
        "language": None,
        "license": None,
        "default_branch": repo.default_branch,
        "archived": repo.archived,
        "disabled": repo.disabled,
        "visibility": "private" if repo.private else "public",
        "permissions": {
            "admin": False,
            "maintain": False,
            "push": True,
            "triage": True,
            "pull": True,
        },
        "pushed_at": stamp(newest),
        "created_at": stamp(newest),
        "updated_at": stamp(newest),
    }


def workflow(api: str, repo: SimulatedRepository, item: Workflow) -> JSON:
    """A workflow."""
    name = repo.workflow_name(item.path)
    return {
        "id": item.id,
        "node_id": node(item.id),
        "name": name,
        "path": item.path,
        "state": item.state,
        "created_at": stamp(item.created_at),
        "updated_at": stamp(item.created_at),
        "url": f"{api}/repos/{repo.full_name}/actions/workflows/{item.id}",
        "html_url": f"{WEB}/{repo.full_name}/blob/{repo.default_branch}/{item.path}",
        "badge_url": f"{WEB}/{repo.full_name}/workflows/{name}/badge.svg",
    }

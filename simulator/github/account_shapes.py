"""Environments, runners and the App's installations, as the simulated GitHub answers them."""

from __future__ import annotations

from datetime import datetime

from simulator.github.plan import Pending, Runner
from simulator.github.records import Environment
from simulator.github.repository import SimulatedRepository
from simulator.github.shapes import JSON, WEB, node, number_of, stamp, user
from simulator.github.state import Grant, Installation


def environment(api: str, repo: SimulatedRepository, item: Environment) -> JSON:
    """An environment."""
    now = stamp(repo.clock.now())
    return {
        "id": item.id,
        "node_id": node(item.id),
        "name": item.name,
        "url": f"{api}/repos/{repo.full_name}/environments/{item.name}",
        "html_url": f"{WEB}/{repo.full_name}/deployments/activity_log",
        "created_at": now,
        "updated_at": now,
        "protection_rules": [],
        "deployment_branch_policy": None,
    }


def pending(api: str, repo: SimulatedRepository, item: Pending) -> JSON:
    """A deployment that waits for somebody or for a timer."""
    return {
        "environment": {
            "id": number_of(item.environment),
            "node_id": node(item.environment),
            "name": item.environment,
            "url": f"{api}/repos/{repo.full_name}/environments/{item.environment}",
            "html_url": f"{WEB}/{repo.full_name}/deployments/activity_log",
        },
        "wait_timer": item.wait_minutes,
        "wait_timer_started_at": stamp(item.since),
        "current_user_can_approve": False,
        "reviewers": [_reviewer(api, name) for name in item.reviewers],
    }


def _reviewer(api: str, name: str) -> JSON:
    organisation, is_team, slug = name.partition("/")
    if not is_team:
        return {"type": "User", "reviewer": user(api, name)}
    url = f"{api}/orgs/{organisation}/teams/{slug}"
    team = {
        "id": number_of(name),
        "node_id": node(name),
        "url": url,
        "html_url": f"{WEB}/orgs/{organisation}/teams/{slug}",
        "name": slug,
        "slug": slug,
        "description": None,
        "permission": "push",
        "members_url": f"{url}/members{{/member}}",
        "repositories_url": f"{url}/repos",
        "type": "organization",
        "parent": None,
    }
    return {"type": "Team", "reviewer": team}


def runner(item: Runner) -> JSON:
    """A self-hosted runner."""
    labels = [
        {"id": number, "name": name, "type": "read-only" if number <= 3 else "custom"}
        for number, name in enumerate(item.labels, start=1)
    ]
    return {
        "id": number_of(item.name),
        "name": item.name,
        "os": item.os,
        "status": item.status,
        "busy": item.busy,
        "labels": labels,
    }


def installation(api: str, app_id: str, item: Installation, at: datetime) -> JSON:
    """An installation of the App."""
    suspended = user(api, item.owner) if item.suspended else None
    return {
        "id": item.id,
        "account": user(api, item.owner, "Organization"),
        "access_tokens_url": f"{api}/app/installations/{item.id}/access_tokens",
        "repositories_url": f"{api}/installation/repositories",
        "html_url": f"{WEB}/organizations/{item.owner}/settings/installations/{item.id}",
        "app_id": number_of(app_id),
        "app_slug": "whyfailing",
        "target_id": number_of(item.owner),
        "target_type": "Organization",
        "permissions": dict(item.permissions),
        "events": [],
        "single_file_name": None,
        "repository_selection": "all" if item.repositories is None else "selected",
        "created_at": stamp(at),
        "updated_at": stamp(at),
        "suspended_by": suspended,
        "suspended_at": stamp(at) if item.suspended else None,
    }


def app(api: str, app_id: str, at: datetime) -> JSON:
    """The App itself."""
    return {
        "id": number_of(app_id),
        "slug": "whyfailing",
        "node_id": "A_whyfailing",
        "owner": user(api, "acme", "Organization"),
        "name": "WhyFailing",
        "description": None,
        "external_url": "https://example.com",
        "html_url": f"{WEB}/apps/whyfailing",
        "created_at": stamp(at),
        "updated_at": stamp(at),
        "permissions": {},
        "events": [],
    }


def issued(grant: Grant) -> JSON:
    """A token of an installation."""
    return {
        "token": grant.token,
        "expires_at": stamp(grant.expires_at),
        "permissions": dict(grant.permissions),
        "repository_selection": "selected",
    }

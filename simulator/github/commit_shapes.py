"""Commits, their files and pushes, as the simulated GitHub answers them."""

from __future__ import annotations

import hashlib

from simulator.github.records import Commit, Push
from simulator.github.repository import SimulatedRepository
from simulator.github.shapes import JSON, WEB, node, stamp, user


def commit(api: str, repo: SimulatedRepository, item: Commit) -> JSON:
    """A commit with the files that differ from its parent."""
    url = f"{api}/repos/{repo.full_name}/commits/{item.sha}"
    person = {"name": item.author, "email": f"{item.author}@example.com", "date": stamp(item.at)}
    parent = repo.commits.get(item.parent)
    parents = [
        {
            "sha": item.parent,
            "url": f"{api}/repos/{repo.full_name}/commits/{item.parent}",
            "html_url": f"{WEB}/{repo.full_name}/commit/{item.parent}",
        }
    ]
    return {
        "url": url,
        "sha": item.sha,
        "node_id": node(item.sha),
        "html_url": f"{WEB}/{repo.full_name}/commit/{item.sha}",
        "comments_url": f"{url}/comments",
        "commit": {
            "url": f"{api}/repos/{repo.full_name}/git/commits/{item.sha}",
            "author": person,
            "committer": person,
            "message": item.message,
            "comment_count": 0,
            "tree": {"sha": item.sha, "url": f"{api}/repos/{repo.full_name}/git/trees/{item.sha}"},
            "verification": {
                "verified": False,
                "reason": "unsigned",
                "payload": None,
                "signature": None,
                "verified_at": None,
            },
        },
        "author": user(api, item.author),
        "committer": user(api, item.author),
        "parents": parents if item.parent else [],
        "stats": {"total": 0, "additions": 0, "deletions": 0},
        "files": difference(api, repo, parent, item),
    }


def difference(
    api: str, repo: SimulatedRepository, before: Commit | None, after: Commit
) -> list[JSON]:
    """The files that differ, 300 at most."""
    old = before.files if before else {}
    names = sorted(name for name in {*old, *after.files} if old.get(name) != after.files.get(name))
    return [_changed(api, repo, name, name in old, after) for name in names[:300]]


def _changed(
    api: str, repo: SimulatedRepository, name: str, was_there: bool, after: Commit
) -> JSON:
    text = after.files.get(name)
    status = "removed" if text is None else "modified" if was_there else "added"
    return {
        "sha": hashlib.sha1((text or "").encode(), usedforsecurity=False).hexdigest(),
        "filename": name,
        "status": status,
        "additions": 1,
        "deletions": 0,
        "changes": 1,
        "blob_url": f"{WEB}/{repo.full_name}/blob/{after.sha}/{name}",
        "raw_url": f"{WEB}/{repo.full_name}/raw/{after.sha}/{name}",
        "contents_url": f"{api}/repos/{repo.full_name}/contents/{name}?ref={after.sha}",
    }


def push(api: str, item: Push) -> JSON:
    """A line of the activity."""
    return {
        "id": item.id,
        "node_id": node(item.id),
        "before": item.before,
        "after": item.after,
        "ref": item.ref,
        "timestamp": stamp(item.at),
        "activity_type": item.kind,
        "actor": user(api, item.actor),
    }

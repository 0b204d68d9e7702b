"""GitHub's JSON, read into our types; pure. Unknown fields are ignored, free text is made safe.

Shapes: https://github.com/github/rest-api-description (the REST API's own OpenAPI description).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from bot.ci import objects as ci
from bot.ci.github import raw
from bot.evidence import GapReason
from bot.redact import cut, one_line, scrub
from bot.sources import SourceError

_Kind = TypeVar("_Kind")
_DIFF_LIMIT = 300
"""Files that GitHub lists of one comparison, and that it looks at for path filters."""
_COMMITS_LIMIT = 1000
"""Commits in a push above which path filters are not evaluated."""
_MESSAGE_LIMIT = 20_000


def read_json(body: bytes, kind: type[_Kind], about: str) -> _Kind:
    """Decode an answer. Raises SourceError GARBLED where it is not what GitHub documents."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SourceError(
            GapReason.GARBLED,
            f"GitHub's answer for {about} cannot be read: {one_line(str(error), 160)}",
            "Check that the GitHub URL in the settings is the API's, and no proxy answers instead.",
        ) from error


def read_repository(answer: raw.RawRepository, actions_enabled: bool | None) -> ci.Repository:
    """Read a repository; `actions_enabled` comes from another question."""
    return ci.Repository(
        full_name=one_line(answer.full_name),
        html_url=link(answer.html_url),
        default_branch=one_line(answer.default_branch),
        private=answer.private,
        archived=answer.archived,
        disabled=answer.disabled,
        fork=answer.fork,
        actions_enabled=actions_enabled,
    )


def read_workflow(answer: raw.RawWorkflow) -> ci.Workflow:
    """Read a workflow."""
    return ci.Workflow(
        id=answer.id,
        name=one_line(answer.name),
        path=workflow_path(answer.path),
        state=one_line(answer.state),
        html_url=link(answer.html_url),
    )


def read_commit(answer: raw.RawCommit) -> ci.Commit:
    """Read a commit; its message keeps its lines, because trailers depend on them."""
    author = answer.author.login if answer.author else ""
    if not author and answer.commit.author:
        author = answer.commit.author.name or ""
    return ci.Commit(
        sha=one_line(answer.sha),
        message=cut(scrub(answer.commit.message[: _MESSAGE_LIMIT * 2]), _MESSAGE_LIMIT),
        author=one_line(author),
        committed_at=utc(answer.commit.committer.date if answer.commit.committer else None),
        html_url=link(answer.html_url),
    )


def read_push(answer: raw.RawActivity) -> ci.Push:
    """Read a push."""
    return ci.Push(
        ref=one_line(answer.ref),
        before=one_line(answer.before),
        after=one_line(answer.after),
        actor=login(answer.actor),
        pushed_at=utc(answer.timestamp),
        kind=one_line(answer.activity_type),
    )


def read_comparison(answer: raw.RawComparison) -> ci.ChangedFiles:
    """Read the files between two commits.

    The API compares with the merge base; for commits that diverged (a force push) that is not the
    difference between the two, so the list does not count as complete.
    """
    complete = (
        len(answer.files) < _DIFF_LIMIT
        and answer.total_commits <= _COMMITS_LIMIT
        and answer.status in {"ahead", "identical"}
    )
    return ci.ChangedFiles(paths=_paths(answer.files), complete=complete)


def read_first_push(answer: raw.RawCommit) -> ci.ChangedFiles:
    """Read the files of a branch's first commit; the push may hold more commits than this one."""
    return ci.ChangedFiles(paths=_paths(answer.files), complete=False)


def read_names(answer: raw.RawSecrets | raw.RawVariables) -> frozenset[str]:
    """Read names as GitHub compares them: upper case."""
    listed = answer.secrets if isinstance(answer, raw.RawSecrets) else answer.variables
    return frozenset(one_line(item.name).upper() for item in listed)


def read_runner(answer: raw.RawRunner) -> ci.Runner:
    """Read a runner."""
    return ci.Runner(
        name=one_line(answer.name),
        status=one_line(answer.status),
        busy=answer.busy,
        labels=tuple(one_line(label.name) for label in answer.labels[:100]),
        os=one_line(answer.os),
    )


def read_hits(answer: raw.RawHits) -> tuple[tuple[str, str], ...]:
    """Read search results: workflow files only, each once, best first."""
    found = (
        (one_line(hit.repository.full_name), one_line(hit.path))
        for hit in answer.items
        if hit.path.startswith(".github/workflows/") and hit.path.endswith((".yml", ".yaml"))
    )
    return tuple(dict.fromkeys(found))


def workflow_path(path: str) -> str:
    """`.github/workflows/x.yml`, also of `owner/name/.github/workflows/x.yml@ref`."""
    plain = path.partition("@")[0]
    for folder in (".github/workflows/", "dynamic/"):
        before, found, name = plain.partition(folder)
        if found and (not before or before.endswith("/")):
            return one_line(found + name)
    return one_line(plain)


def _paths(files: Iterable[raw.RawFile]) -> tuple[str, ...]:
    """Names of the files; a renamed one counts under both names."""
    names = (name for file in files for name in (file.previous_filename, file.filename) if name)
    return tuple(dict.fromkeys(one_line(name, 4096) for name in names))


def login(answer: raw.RawLogin | None) -> str:
    """The login of a user; empty where there is none."""
    return one_line(answer.login) if answer else ""


def link(url: str) -> str:
    """A link that may be shown; empty for anything that is no web address."""
    return one_line(url, 2000) if url.startswith(("https://", "http://")) else ""


def utc(time: datetime | None) -> datetime | None:
    """The same time, aware and in UTC."""
    if time is None:
        return None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)

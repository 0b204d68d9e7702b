"""GitHub's JSON, read into our types; pure. Unknown fields are ignored, free text is made safe.

Shapes: https://github.com/github/rest-api-description (the REST API's own OpenAPI description).
"""

from __future__ import annotations

import re
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
_LINE_LIMIT = 2000
_TIMESTAMP = re.compile(r"^\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z ?", re.MULTILINE)
_RUN_ID = re.compile(r"/actions/runs/(\d{1,19})")


def read_json(body: bytes, kind: type[_Kind], about: str) -> _Kind:
    """Decode an answer. Raises SourceError GARBLED where it is not what GitHub documents."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SourceError(
            GapReason.GARBLED,
            f"GitHub's answer for {about} cannot be read: {one_line(str(error), 160)}",
            "Check that the GitHub URL in the settings is the API's, and no proxy answers instead.",
        ) from error


def read_repository(answer: raw.RawRepository, actions_enabled: bool | None) -> ci.Repository:
    """Read a repository; `actions_enabled` comes from another question."""
    return ci.Repository(
        full_name=one_line(answer.full_name),
        html_url=_link(answer.html_url),
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
        path=_workflow_path(answer.path),
        state=one_line(answer.state),
        html_url=_link(answer.html_url),
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
        committed_at=_utc(answer.commit.committer.date if answer.commit.committer else None),
        html_url=_link(answer.html_url),
    )


def read_push(answer: raw.RawActivity) -> ci.Push:
    """Read a push."""
    return ci.Push(
        ref=one_line(answer.ref),
        before=one_line(answer.before),
        after=one_line(answer.after),
        actor=_login(answer.actor),
        pushed_at=_utc(answer.timestamp),
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


def read_run(answer: raw.RawRun) -> ci.Run:
    """Read a run."""
    return ci.Run(
        id=answer.id,
        workflow_id=answer.workflow_id,
        number=answer.run_number,
        attempt=answer.run_attempt,
        event=one_line(answer.event),
        status=one_line(answer.status or ""),
        conclusion=_optional(answer.conclusion),
        head_sha=one_line(answer.head_sha),
        head_branch=one_line(answer.head_branch or ""),
        html_url=_link(answer.html_url),
        title=one_line(answer.display_title or answer.name or ""),
        path=_workflow_path(answer.path),
        actor=_login(answer.triggering_actor) or _login(answer.actor),
        created_at=_utc(answer.created_at),
        started_at=_utc(answer.run_started_at),
        updated_at=_utc(answer.updated_at),
    )


def read_job(answer: raw.RawJob) -> ci.Job:
    """Read a job with its steps."""
    check_run = answer.check_run_url.rpartition("/check-runs/")[2]
    return ci.Job(
        id=answer.id,
        name=one_line(answer.name),
        status=one_line(answer.status),
        conclusion=_optional(answer.conclusion),
        labels=tuple(one_line(label) for label in answer.labels[:100]),
        runner_name=one_line(answer.runner_name or ""),
        steps=tuple(_read_step(step) for step in answer.steps[:1000]),
        created_at=_utc(answer.created_at),
        started_at=_utc(answer.started_at),
        completed_at=_utc(answer.completed_at),
        html_url=_link(answer.html_url or ""),
        check_run_id=int(check_run) if re.fullmatch(r"[0-9]{1,19}", check_run) else None,
    )


def _read_step(answer: raw.RawStep) -> ci.Step:
    return ci.Step(
        number=answer.number,
        name=one_line(answer.name),
        status=one_line(answer.status),
        conclusion=_optional(answer.conclusion),
        started_at=_utc(answer.started_at),
        completed_at=_utc(answer.completed_at),
    )


def read_annotation(answer: raw.RawAnnotation) -> ci.Annotation:
    """Read an annotation."""
    return ci.Annotation(
        level=one_line(answer.annotation_level or "notice"),
        message=one_line(answer.message or "", _LINE_LIMIT),
        title=one_line(answer.title or ""),
    )


def read_pending(answer: raw.RawPending) -> ci.PendingDeployment:
    """Read an environment that a run waits for; reviewers are logins and team slugs."""
    names = (
        reviewer.reviewer.login or reviewer.reviewer.slug
        for reviewer in answer.reviewers
        if reviewer.reviewer
    )
    return ci.PendingDeployment(
        environment=one_line(answer.environment.name),
        html_url=_link(answer.environment.html_url),
        reviewers=tuple(one_line(name) for name in names if name),
        wait_minutes=answer.wait_timer,
        waiting_since=_utc(answer.wait_timer_started_at),
    )


def read_group(answer: raw.RawGroup, run_id: int) -> tuple[ci.ConcurrencyMember, ...]:
    """Read the members of a concurrency group, the run itself left out."""
    return tuple(
        ci.ConcurrencyMember(
            group=one_line(answer.group_name),
            run_id=member.run_id,
            run_name=one_line(member.run_name),
            html_url=_link(member.run_html_url or ""),
            status=one_line(member.status),
        )
        for member in answer.group_members
        if member.run_id != run_id
    )


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


def read_log(job_id: int, text: str, cut_lines: int, keep: int = 5000) -> ci.JobLog:
    """Read a job's log: time stamps and colours off, secrets masked, the last lines only."""
    plain = scrub(_TIMESTAMP.sub("", text)).rstrip("\n")
    lines = plain.split("\n") if plain else []
    kept = lines[-keep:]
    return ci.JobLog(
        job_id=job_id,
        lines=tuple(cut(line, _LINE_LIMIT) for line in kept),
        cut=cut_lines + len(lines) - len(kept),
    )


def _workflow_path(path: str) -> str:
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


def _login(answer: raw.RawLogin | None) -> str:
    return one_line(answer.login) if answer else ""


def _optional(text: str | None) -> str | None:
    return one_line(text) if text else None


def _link(url: str) -> str:
    return one_line(url, 2000) if url.startswith(("https://", "http://")) else ""


def _utc(time: datetime | None) -> datetime | None:
    if time is None:
        return None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)

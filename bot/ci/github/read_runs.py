"""Runs, jobs and their logs as GitHub writes them, read into our types; pure."""

from __future__ import annotations

import re

from bot.ci import objects as ci
from bot.ci.github import raw
from bot.ci.github.read import link, login, utc, workflow_path
from bot.redact import cut, one_line, scrub

_LINE_LIMIT = 2000
_TIMESTAMP = re.compile(r"^\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z ?", re.MULTILINE)


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
        html_url=link(answer.html_url),
        title=one_line(answer.display_title or answer.name or ""),
        path=workflow_path(answer.path),
        actor=login(answer.triggering_actor) or login(answer.actor),
        created_at=utc(answer.created_at),
        started_at=utc(answer.run_started_at),
        updated_at=utc(answer.updated_at),
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
        created_at=utc(answer.created_at),
        started_at=utc(answer.started_at),
        completed_at=utc(answer.completed_at),
        html_url=link(answer.html_url or ""),
        check_run_id=int(check_run) if re.fullmatch(r"[0-9]{1,19}", check_run) else None,
    )


def _read_step(answer: raw.RawStep) -> ci.Step:
    return ci.Step(
        number=answer.number,
        name=one_line(answer.name),
        status=one_line(answer.status),
        conclusion=_optional(answer.conclusion),
        started_at=utc(answer.started_at),
        completed_at=utc(answer.completed_at),
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
        html_url=link(answer.environment.html_url),
        reviewers=tuple(one_line(name) for name in names if name),
        wait_minutes=answer.wait_timer,
        waiting_since=utc(answer.wait_timer_started_at),
    )


def read_group(answer: raw.RawGroup, run_id: int) -> tuple[ci.ConcurrencyMember, ...]:
    """Read the members of a concurrency group, the run itself left out."""
    return tuple(
        ci.ConcurrencyMember(
            group=one_line(answer.group_name),
            run_id=member.run_id,
            run_name=one_line(member.run_name),
            html_url=link(member.run_html_url or ""),
            status=one_line(member.status),
        )
        for member in answer.group_members
        if member.run_id != run_id
    )


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


def _optional(text: str | None) -> str | None:
    return one_line(text) if text else None

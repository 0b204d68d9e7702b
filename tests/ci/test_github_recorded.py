"""Runs and jobs that GitHub really sent are read by our reader."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ci import objects as ci
from bot.ci.github import raw, read, read_runs

RECORDED: dict[str, dict[str, dict[str, Any]]] = json.loads(
    (Path(__file__).parent.parent / "vendor" / "github-webhooks.json").read_text()
)


@pytest.mark.parametrize("name", RECORDED["workflow_run"])
def test_a_recorded_run_is_read(name: str) -> None:
    recorded = RECORDED["workflow_run"][name]
    run = read_runs.read_run(msgspec.convert(recorded, raw.RawRun))
    assert (run.id, run.workflow_id, run.number, run.event, run.head_sha, run.head_branch) == (
        recorded["id"],
        recorded["workflow_id"],
        recorded["run_number"],
        recorded["event"],
        recorded["head_sha"],
        recorded["head_branch"],
    )
    assert (run.status, run.conclusion) == (recorded["status"], recorded["conclusion"])
    assert run.html_url == recorded["html_url"]
    assert run.created_at is not None
    assert run.created_at.tzinfo is UTC


@pytest.mark.parametrize("name", RECORDED["workflow_job"])
def test_a_recorded_job_is_read(name: str) -> None:
    recorded = RECORDED["workflow_job"][name]
    job = read_runs.read_job(msgspec.convert(recorded, raw.RawJob))
    assert (job.id, job.name, job.status, job.conclusion, list(job.labels)) == (
        recorded["id"],
        recorded["name"],
        recorded["status"],
        recorded["conclusion"],
        recorded["labels"],
    )
    assert [(step.number, step.name, step.conclusion) for step in job.steps] == [
        (step["number"], step["name"], step["conclusion"]) for step in recorded["steps"]
    ]
    assert str(job.check_run_id) == recorded["check_run_url"].rpartition("/")[2]


@pytest.mark.parametrize(
    ("written", "path"),
    [
        (".github/workflows/ci.yml", ".github/workflows/ci.yml"),
        ("octo/repo/.github/workflows/ci.yml@main", ".github/workflows/ci.yml"),
        (".github/workflows/ci.yml@refs/heads/a@b", ".github/workflows/ci.yml"),
        ("dynamic/pages/pages-build-deployment", "dynamic/pages/pages-build-deployment"),
        ("x.github/workflows/ci.yml", "x.github/workflows/ci.yml"),
    ],
)
def test_a_workflows_path_is_the_same_however_it_is_written(written: str, path: str) -> None:
    answer = raw.RawWorkflow(id=1, name="x", path=written, state="active")
    assert read.read_workflow(answer).path == path


def test_a_log_is_cut_from_the_front_and_says_by_how_much() -> None:
    text = "".join(f"2026-11-01T10:00:00.1234567Z {number}\n" for number in range(12))
    assert read_runs.read_log(5, "\ufeff" + text, cut_lines=3, keep=2) == ci.JobLog(
        job_id=5, lines=("10", "11"), cut=13
    )


def test_a_log_of_nothing_has_no_lines() -> None:
    assert read_runs.read_log(5, "\ufeff", cut_lines=0) == ci.JobLog(job_id=5, lines=())


@pytest.mark.parametrize(
    ("before_or_offset", "expected"),
    [
        ("2026-11-01T10:00:00Z", datetime(2026, 11, 1, 10, tzinfo=UTC)),
        ("2026-11-01T12:00:00+02:00", datetime(2026, 11, 1, 10, tzinfo=UTC)),
        ("2026-11-01T10:00:00", datetime(2026, 11, 1, 10, tzinfo=UTC)),
    ],
)
def test_times_are_utc_however_they_are_written(before_or_offset: str, expected: datetime) -> None:
    answer = raw.RawActivity("a", "b", "refs/heads/main", "push", timestamp=None)
    answer.timestamp = msgspec.convert(before_or_offset, datetime)
    pushed = read.read_push(answer).pushed_at
    assert pushed == expected
    assert pushed is not None
    assert pushed.tzinfo is UTC


def test_a_force_pushes_files_are_not_complete() -> None:
    answer = raw.RawComparison(status="diverged", files=[raw.RawFile("a", "b")])
    assert read.read_comparison(answer) == ci.ChangedFiles(paths=("b", "a"), complete=False)


@given(st.text(max_size=3000))
def test_any_text_is_read_as_a_log(text: str) -> None:
    log = read_runs.read_log(1, text, cut_lines=0, keep=10)
    assert len(log.lines) <= 10
    assert not any("\x1b" in line or "\n" in line for line in log.lines)


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_is_read_as_a_run(title: str, path: str) -> None:
    answer = raw.RawRun(1, 2, 3, "push", "completed", "f" * 40, display_title=title, path=path)
    run = read_runs.read_run(answer)
    assert "\n" not in run.title
    assert len(run.title) <= 300

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.ci.eta import Estimate, NoEstimate, Sample, estimate, sample
from bot.ci.objects import Job, Run, Step

NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)


def _at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def _job(name: str, started: float, pushed: float | None) -> Job:
    steps: tuple[Step, ...] = (
        Step(number=1, name="Build", status="completed", conclusion="success", completed_at=_at(1)),
    )
    if pushed is not None:
        steps += (
            Step(
                number=2,
                name="Run docker/build-push-action@v6",
                status="completed",
                conclusion="success",
                completed_at=_at(pushed),
            ),
        )
    return Job(
        id=1,
        name=name,
        status="completed",
        conclusion="success",
        created_at=NINE,
        started_at=_at(started),
        completed_at=_at(30),
        runner_name="runner-1",
        steps=steps,
    )


def _run(status: str = "in_progress", started: float = 0) -> Run:
    return Run(
        id=1,
        workflow_id=2,
        number=3,
        attempt=1,
        event="push",
        status=status,
        conclusion=None,
        head_sha="a" * 40,
        head_branch="main",
        html_url="https://github.com/acme/web/actions/runs/1",
        created_at=_at(started),
        started_at=_at(started),
    )


def test_a_sample_ends_with_the_last_push_of_the_matrix() -> None:
    jobs = (
        _job("test", 1, None),
        _job("image (amd64)", 2, 9),
        _job("image (arm64)", 3, 14),
        _job("imagery", 1, 29),
    )
    found = sample(jobs, "image", "docker/build-push-action@v6")
    assert found == Sample(waited=60, worked=13 * 60)


def test_there_is_no_sample_when_nothing_was_pushed() -> None:
    assert sample((_job("test", 1, None),), "image", "push") is None
    assert sample((), "image", "push") is None


HISTORY = tuple(Sample(waited=60, worked=60.0 * minutes) for minutes in range(1, 11))


def test_the_estimate_counts_from_the_first_job_when_it_runs() -> None:
    jobs = (_job("image", 2, None),)
    assert estimate(HISTORY, _run(), jobs, _at(4)) == Estimate(p50=180, p90=420, samples=10)


def test_the_wait_for_a_runner_is_added_when_the_run_is_queued() -> None:
    assert estimate(HISTORY, _run("queued"), (), _at(1)) == Estimate(p50=300, p90=540, samples=10)


def test_the_run_is_overdue_when_nine_in_ten_were_faster() -> None:
    jobs = (_job("image", 0, None),)
    found = estimate(HISTORY, _run(), jobs, _at(20))
    assert found == Estimate(p50=0, p90=0, samples=10, overdue=True)


@pytest.mark.parametrize(
    ("status", "history", "reason"),
    [
        ("completed", HISTORY, "the run is over"),
        ("waiting", HISTORY, "the run waits for an approval"),
        ("pending", HISTORY, "the run waits for another run"),
        ("queued", HISTORY[:2], "there are fewer than 3 earlier green runs to go by"),
    ],
)
def test_there_is_no_estimate_when_it_would_be_a_guess(
    status: str, history: tuple[Sample, ...], reason: str
) -> None:
    assert estimate(history, _run(status), (), _at(1)) == NoEstimate(reason)

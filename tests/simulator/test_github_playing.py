"""Runs of the simulated GitHub play their scripts, step by step, in simulated time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from simulator.github import Clock, GitHubState, Job, Runner, Script, Step, serve

WORKFLOW = ".github/workflows/release.yml"


async def until(true: Callable[[], bool]) -> None:
    for _ in range(2000):
        if true():
            return
        await asyncio.sleep(0.002)
    raise AssertionError


@asynccontextmanager
async def playing(*jobs: Job) -> AsyncIterator[tuple[GitHubState, Any, httpx.AsyncClient]]:
    state = GitHubState(Clock(speed=200.0))
    repo = state.repository("acme/api")
    repo.commit("x", files={WORKFLOW: "on: push"})
    headers = {"Authorization": f"Bearer {state.token()}"}
    async with (
        serve(state) as url,
        httpx.AsyncClient(base_url=url, headers=headers) as client,
    ):
        yield state, repo.start(Script(jobs), workflow=WORKFLOW), client


async def test_a_run_goes_through_its_states_in_order() -> None:
    states: list[tuple[str, ...]] = []
    asking: list[Callable[[], Awaitable[None]]] = []

    async def look() -> None:
        await asking[0]()

    job = Job(
        "build",
        steps=(
            Step("Build", effect=look),
            Step("Test", effect=look),
            Step("Push", conclusion="failure", effect=look),
            Step("Clean up", effect=look),
        ),
        labels=("self-hosted",),
        self_hosted=True,
    )
    async with playing(job) as (state, run, client):

        async def ask() -> None:
            path = f"/repos/acme/api/actions/runs/{run.id}/jobs"
            (answer,) = (await client.get(path)).json()["jobs"]
            steps = (step["conclusion"] or step["status"] for step in answer["steps"])
            states.append((answer["conclusion"] or answer["status"], *steps))

        asking.append(ask)
        await ask()
        state.repository("acme/api").registered = [Runner("small")]
        await until(lambda: run.status == "completed")
        await ask()
    assert states == [
        ("queued",),
        ("in_progress", "success", "in_progress", "queued", "queued", "queued"),
        ("in_progress", "success", "success", "in_progress", "queued", "queued"),
        ("failure", "success", "success", "success", "failure", "skipped"),
    ]
    assert run.conclusion == "failure"


async def test_later_jobs_are_skipped_when_one_fails() -> None:
    failing = Job("test", steps=(Step("Test", conclusion="failure"),))
    async with playing(failing, Job("push", steps=(Step("Push"),))) as (_, run, _client):
        await until(lambda: run.status == "completed")
    assert [job.conclusion for job in run.jobs] == ["failure", "skipped"]
    assert run.conclusion == "failure"


async def test_a_job_waits_until_a_runner_has_its_labels() -> None:
    job = Job("build", steps=(Step("x"),), labels=("self-hosted", "gpu"), self_hosted=True)
    async with playing(job) as (state, run, _):
        repo = state.repository("acme/api")
        repo.registered = [Runner("small"), Runner("off", ("self-hosted", "gpu"), "offline")]
        await asyncio.sleep(0.03)
        assert run.status == "queued"
        repo.registered.append(Runner("big", ("self-hosted", "GPU", "Linux")))
        await until(lambda: run.status == "completed")
    assert run.jobs[0].runner == "big"
    assert run.conclusion == "success"


async def test_times_are_simulated_when_the_clock_is_fast() -> None:
    async with playing(Job("build", steps=(Step("x", seconds=10),), queued=2)) as (_, run, _client):
        await until(lambda: run.status == "completed")
    job = run.jobs[0]
    assert (job.started_at - job.created_at).total_seconds() >= 2
    assert (job.completed_at - job.started_at).total_seconds() >= 10


async def test_an_awaited_effect_is_done_before_the_step_ends() -> None:
    done: list[str | None] = []

    async def push() -> None:
        await asyncio.sleep(0.01)
        done.append("pushed")

    async with playing(Job("build", steps=(Step("Push", effect=push),))) as (_, run, _client):
        await until(lambda: run.status == "completed")
        assert done == ["pushed"]


async def test_a_link_to_a_log_expires() -> None:
    async with playing(Job("build", steps=(Step("x", log=("hello",)),))) as (state, run, client):
        await until(lambda: run.status == "completed")
        path = f"/repos/acme/api/actions/jobs/{run.jobs[0].id}/logs"
        link = (await client.get(path)).headers["location"]
        assert "hello" in (await client.get(link)).text
        state.clock.skip(61)
        assert (await client.get(link)).status_code == 403

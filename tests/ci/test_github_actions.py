"""Actions: done once, or refused with a sentence that says why."""

import asyncio

import httpx
import pytest

from bot.ci.github import GitHub, http
from bot.evidence import GapReason
from bot.sources import SourceError
from simulator.faults import Fault
from simulator.github import Job, Script, Step
from tests.ci.github_story import TEXT, WORKFLOW, fast, github, story


async def settled(client: GitHub, run_id: int) -> str | None:
    for _ in range(200):
        run = await client.run("acme/api", run_id)
        if run is not None and run.done:
            return run.conclusion
        await asyncio.sleep(0.01)
    raise AssertionError


async def test_a_failed_job_runs_again_and_its_effect_happens() -> None:
    state = fast()
    repo = story(state)
    run_id = min(repo.runs)
    pushed: list[str] = []
    repo.on_rerun(Script((Job("build", steps=(Step("Push", effect=lambda: pushed.append("x")),)),)))
    async with github(state) as client:
        await client.rerun_failed_jobs("acme/api", run_id)
        run = await client.run("acme/api", run_id)
        assert run is not None
        assert (run.attempt, run.conclusion) == (2, None)
        assert await settled(client, run_id) == "success"
    assert pushed == ["x"]


async def test_a_workflow_starts_and_tells_its_run() -> None:
    state = fast()
    repo = story(state)
    repo.on_dispatch(Script((Job("build", steps=(Step("Push", seconds=3, log=("pushed",)),)),)))
    async with github(state) as client:
        (workflow,) = await client.workflows("acme/api")
        run_id = await client.dispatch("acme/api", workflow.id, "refs/heads/main")
        assert run_id is not None
        assert await settled(client, run_id) == "success"
        (job,) = await client.jobs("acme/api", run_id)
        log = await client.job_log("acme/api", job.id)
    assert log is not None
    assert log.lines == ("##[group]Run Push", "##[endgroup]", "pushed")


async def test_an_enterprise_server_starts_it_without_telling() -> None:
    state = fast()
    state.enterprise_server = True
    repo = story(state)
    async with github(state) as client:
        (workflow,) = await client.workflows("acme/api")
        assert await client.dispatch("acme/api", workflow.id, "v1.8.2") is None
    assert [run.event for run in repo.runs.values()].count("workflow_dispatch") == 1


@pytest.mark.parametrize(
    ("ref", "text", "state_of_workflow", "archived", "detail"),
    [
        (
            "main",
            "on: push",
            "active",
            False,
            "the workflow has no `workflow_dispatch` trigger at this ref",
        ),
        ("other", TEXT, "active", False, "this branch or tag does not exist"),
        ("main", TEXT, "disabled_manually", False, "the workflow is disabled"),
        ("main", TEXT, "active", True, "the repository is archived, so nothing runs in it"),
        (
            "main",
            "on: {workflow_dispatch: {inputs: {version: {required: true}}}}",
            "active",
            False,
            "the workflow asks for inputs that the bot does not know",
        ),
    ],
)
async def test_a_start_is_declined_with_its_reason(
    ref: str, text: str, state_of_workflow: str, archived: bool, detail: str
) -> None:
    state = fast()
    repo = story(state)
    repo.commit("Change", files={WORKFLOW: text})
    repo.workflow(WORKFLOW).state = state_of_workflow
    repo.archived = archived
    async with github(state) as client:
        with pytest.raises(SourceError) as raised:
            await client.dispatch("acme/api", repo.workflow(WORKFLOW).id, ref)
    assert (raised.value.reason, raised.value.detail) == (GapReason.DECLINED, detail)
    assert raised.value.fix


async def test_a_run_that_runs_already_is_not_run_again() -> None:
    state = fast()
    repo = story(state)
    async with github(state) as client:
        with pytest.raises(SourceError) as raised:
            await client.rerun_failed_jobs("acme/api", max(repo.runs))
    assert raised.value.detail == "the run is already running"


async def test_a_run_that_is_too_old_is_not_run_again() -> None:
    state = fast()
    repo = story(state)
    state.clock.skip(31 * 86400)
    async with github(state) as client:
        with pytest.raises(SourceError) as raised:
            await client.rerun_failed_jobs("acme/api", min(repo.runs))
    assert raised.value.detail == (
        "the run is older than 30 days, and GitHub runs nothing again after that"
    )


@pytest.mark.parametrize(
    ("message", "detail"),
    [
        (
            "This workflow run cannot be retried",
            "GitHub does not run this run again: it was cancelled, or nothing in it failed",
        ),
        (
            "Event 'workflow_dispatch' is not allowed to trigger Actions workflows.",
            "a policy of the organisation forbids to start this workflow by hand",
        ),
        (
            "Actions has been disabled for this repository.",
            "GitHub Actions is switched off for the repository",
        ),
        (
            "Something new",
            "GitHub did not repeat the failed jobs of run 5 of acme/api: Something new",
        ),
    ],
)
async def test_each_refusal_has_its_own_sentence(message: str, detail: str) -> None:
    state = fast()
    story(state)
    body = f'{{"message": "{message}"}}'
    state.faults.add(Fault(match="POST", status=422, body=body))
    async with github(state) as client:
        with pytest.raises(SourceError) as raised:
            await client.rerun_failed_jobs("acme/api", 5)
    assert (raised.value.reason, raised.value.detail) == (GapReason.DECLINED, detail)


async def test_a_missing_permission_is_named_when_an_action_is_refused() -> None:
    state = fast()
    repo = story(state)
    async with github(state, token=state.token({"actions": "read"})) as client:
        with pytest.raises(SourceError) as raised:
            await client.rerun_failed_jobs("acme/api", min(repo.runs))
    assert raised.value.reason is GapReason.FORBIDDEN
    assert "Actions: write" in raised.value.fix


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(status=502, after=True), id="an error after it was done"),
        pytest.param(Fault(drop=True, after=True), id="dropped after it was done"),
    ],
)
async def test_an_action_is_never_repeated_when_nobody_knows(fault: Fault) -> None:
    state = fast()
    repo = story(state)
    fault.match = "POST"
    state.faults.add(fault)
    async with github(state) as client:
        with pytest.raises(SourceError) as raised:
            await client.dispatch("acme/api", repo.workflow(WORKFLOW).id, "main")
    assert raised.value.reason is GapReason.TIMED_OUT
    assert "it may have been done all the same" in raised.value.detail
    assert [run.event for run in repo.runs.values()].count("workflow_dispatch") == 1


async def test_an_action_that_takes_too_long_may_have_been_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http, "_TIMEOUT", httpx.Timeout(0.05))
    state = fast()
    repo = story(state)
    state.faults.add(Fault(match="POST", delay=0.2))
    async with github(state) as client:
        with pytest.raises(SourceError) as raised:
            await client.rerun_failed_jobs("acme/api", min(repo.runs))
    assert raised.value.detail == (
        "GitHub did not answer in time when the bot asked it to repeat the failed jobs of run "
        f"{min(repo.runs)} of acme/api; it may have been done all the same"
    )


async def test_an_action_follows_a_renamed_repository() -> None:
    state = fast()
    repo = story(state)
    state.rename("acme/api", "acme/backend")
    async with github(state) as client:
        run_id = await client.dispatch("acme/api", repo.workflow(WORKFLOW).id, "refs/tags/v1.8.2")
    assert run_id is not None
    assert repo.runs[run_id].head_branch == "v1.8.2"

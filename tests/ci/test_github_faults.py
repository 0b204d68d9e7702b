"""A GitHub that is slow, refuses, lies or is gone: each failure is a sentence, none a crash."""

import json
from collections.abc import Callable

import httpx
import pytest

from bot.ci.github import GitHub, http
from bot.ci.github.auth import Fixed
from bot.ci.github.question import Credential, Identity
from bot.evidence import GapReason
from bot.sources import SourceError
from simulator.faults import Fault
from tests.ci.github_story import WORKFLOW, fast, github, story

LIMIT = {"X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "0"}


async def failing(client: GitHub) -> SourceError:
    with pytest.raises(SourceError) as raised:
        await client.runs("acme/api", 0)
    return raised.value


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_question_is_repeated_when_github_stumbles(status: int) -> None:
    state = fast()
    story(state)
    state.faults.add(Fault(match="/actions/runs", status=status, times=2))
    async with github(state) as client:
        assert len(await client.runs("acme/api", 0)) == 2


async def test_a_question_is_repeated_when_the_connection_drops() -> None:
    state = fast()
    story(state)
    state.faults.add(Fault(match="/actions/runs", drop=True, times=2))
    async with github(state) as client:
        assert len(await client.runs("acme/api", 0)) == 2


@pytest.mark.parametrize(
    ("fault", "reason", "detail"),
    [
        pytest.param(
            Fault(status=503),
            GapReason.UNREACHABLE,
            "GitHub answered 503 for the runs of acme/api",
            id="down",
        ),
        pytest.param(
            Fault(drop=True),
            GapReason.UNREACHABLE,
            "GitHub broke off its answer for the runs of acme/api",
            id="dropped",
        ),
        pytest.param(
            Fault(status=200, body="<html>login</html>"),
            GapReason.GARBLED,
            "GitHub's answer for the runs of acme/api cannot be read: "
            "JSON is malformed: invalid character (byte 0)",
            id="a proxy's page",
        ),
        pytest.param(
            Fault(status=200, body='{"workflow_runs": [{"id": "x"}]}'),
            GapReason.GARBLED,
            "GitHub's answer for the runs of acme/api cannot be read: "
            "Expected `int`, got `str` - at `$.workflow_runs[0].id`",
            id="another shape",
        ),
        pytest.param(
            Fault(status=200, body='{"workflow_runs": "\xff'),
            GapReason.GARBLED,
            "GitHub's answer for the runs of acme/api cannot be read: Input data was truncated",
            id="cut off",
        ),
        pytest.param(
            Fault(status=401, body='{"message": "Bad credentials"}'),
            GapReason.UNAUTHORIZED,
            "GitHub refused the bot's credential: Bad credentials",
            id="expired token",
        ),
        pytest.param(
            Fault(status=403, body='{"message": "Resource not accessible by integration"}'),
            GapReason.FORBIDDEN,
            "GitHub does not show the runs of acme/api: Resource not accessible by integration",
            id="no permission",
        ),
        pytest.param(
            Fault(status=404, body='{"message": "Not Found"}'),
            GapReason.FORBIDDEN,
            "GitHub answered 404 for the runs of acme/api: it does not exist, "
            "or the bot's token may not see it",
            id="hidden",
        ),
        pytest.param(
            Fault(status=418),
            GapReason.GARBLED,
            "GitHub answered 418 for the runs of acme/api",
            id="strange",
        ),
        pytest.param(
            Fault(status=302, headers={"Location": "http://elsewhere.example/x"}),
            GapReason.REFUSED,
            "GitHub sent the question for the runs of acme/api to another host; "
            "the bot does not take its credential there",
            id="redirect to another host",
        ),
        pytest.param(
            Fault(status=301, headers={"Location": "/repos/acme/api/actions/runs"}),
            GapReason.GARBLED,
            "GitHub redirects the runs of acme/api in a circle",
            id="redirects in a circle",
        ),
    ],
)
async def test_a_failure_is_a_sentence(fault: Fault, reason: GapReason, detail: str) -> None:
    state = fast()
    story(state)
    fault.match = "/actions/runs"
    state.faults.add(fault)
    async with github(state) as client:
        error = await failing(client)
    assert (error.reason, error.detail) == (reason, detail)


async def test_a_gone_github_is_unreachable() -> None:
    state = fast()
    story(state)
    async with github(state) as client:
        client.http.base = "http://127.0.0.1:1"
        error = await failing(client)
    assert error.reason is GapReason.UNREACHABLE
    assert error.detail == "GitHub could not be reached for the runs of acme/api"


async def test_a_slow_github_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_TIMEOUT", httpx.Timeout(0.05))
    state = fast()
    story(state)
    state.faults.add(Fault(delay=0.3, times=1))
    async with github(state) as client:
        error = await failing(client)
    assert error.reason is GapReason.TIMED_OUT
    assert error.detail == "GitHub did not answer in time for the runs of acme/api"


async def test_an_answer_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_LARGEST_ANSWER", 1000)
    state = fast()
    story(state)
    async with github(state) as client:
        error = await failing(client)
    assert error.reason is GapReason.REFUSED


@pytest.mark.parametrize(
    ("fault", "detail"),
    [
        pytest.param(
            Fault(status=403, headers=LIMIT, body='{"message": "API rate limit exceeded for x."}'),
            "GitHub's rate limit is reached",
            id="primary, 403",
        ),
        pytest.param(Fault(status=429), "GitHub's rate limit is reached", id="primary, 429"),
        pytest.param(
            Fault(
                status=403,
                headers={"Retry-After": "30"},
                body='{"message": "You have exceeded a secondary rate limit."}',
            ),
            "GitHub's secondary rate limit is reached",
            id="secondary",
        ),
    ],
)
async def test_a_limit_stops_the_client_until_it_is_over(fault: Fault, detail: str) -> None:
    state = fast()
    story(state)
    fault.times = 1
    state.faults.add(fault)
    async with github(state) as client:
        error = await failing(client)
        asked = len(state.seen)
        again = await failing(client)
        assert len(state.seen) == asked
        state.clock.skip(3700)
        assert len(await client.runs("acme/api", 0)) == 2
    assert error.reason is again.reason is GapReason.RATE_LIMITED
    assert error.detail.startswith(detail)
    assert "it can ask again at " in error.detail
    assert again.detail.startswith("GitHub asked this client to slow down")


async def test_reading_stops_before_the_limit_and_leaves_room_for_a_button() -> None:
    state = fast()
    state.token_limit = 100
    repo = story(state)
    run_id = min(repo.runs)
    async with github(state) as client:
        for number in range(95):
            await client.runs("acme/api", 0, head_sha=str(number))
        error = await failing(client)
        await client.rerun_failed_jobs("acme/api", run_id)
    assert error.reason is GapReason.RATE_LIMITED
    assert error.detail.startswith(
        "5 of 100 requests are left in this window, kept for actions; it can ask again at "
    )


async def test_polling_is_free_while_nothing_changes() -> None:
    state = fast()
    repo = story(state)
    run = repo.runs[min(repo.runs)]
    async with github(state) as client:
        first = await client.run("acme/api", run.id)
        second = await client.run("acme/api", run.id)
        run.status = "in_progress"
        third = await client.run("acme/api", run.id)
    assert [seen.status for seen in state.seen] == [200, 304, 200]
    assert first == second
    assert third is not None
    assert third.status == "in_progress"
    assert [spent.used for spent in state.spent.values()] == [2]


async def test_an_answer_is_never_shared_between_tokens() -> None:
    state = fast()
    repo = story(state)
    run_id = min(repo.runs)
    stranger = state.token(repositories=[])
    async with github(state) as client:
        assert await client.run("acme/api", run_id) is not None
        client.credentials = Fixed(Credential(Identity.TOKEN, "stranger", stranger))
        with pytest.raises(SourceError) as raised:
            await client.run("acme/api", run_id)
    assert raised.value.reason is GapReason.FORBIDDEN
    assert all("if-none-match" not in seen.headers for seen in state.seen)


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda client: client.run("acme/api", 1), id="run"),
        pytest.param(lambda client: client.file("acme/api", WORKFLOW, "main"), id="file"),
        pytest.param(lambda client: client.commit("acme/api", "main"), id="commit"),
        pytest.param(lambda client: client.job_log("acme/api", 1), id="log"),
    ],
)
async def test_absence_is_not_claimed_when_the_repository_is_hidden(
    ask: Callable[[GitHub], object],
) -> None:
    state = fast()
    story(state)
    async with github(state, token=state.token(repositories=["acme/web"])) as client:
        with pytest.raises(SourceError) as raised:
            await ask(client)  # type: ignore[misc]
        assert await client.repository("acme/api") is None
    assert raised.value.reason is GapReason.FORBIDDEN
    assert "it does not exist, or the bot's token may not see it" in raised.value.detail


async def test_the_missing_permission_is_named() -> None:
    state = fast()
    story(state)
    async with github(state, token=state.token({"contents": "read"})) as client:
        error = await failing(client)
        with pytest.raises(SourceError) as raised:
            await client.runners("acme/api")
    assert error.as_gap("github", "acme/api").fix == (
        "Give the bot's token Actions: read on acme/api "
        "(GitHub: Settings → Developer settings → Fine-grained tokens)."
    )
    assert raised.value.fix.startswith("Give the bot's token Administration: read on acme/api")


async def test_a_public_repository_tells_what_a_token_would_add() -> None:
    state = fast()
    repo = story(state, private=False)
    job = repo.runs[min(repo.runs)].jobs[0].id
    async with github(state, token="") as client:
        assert len(await client.runs("acme/api", 0)) == 2
        found = await client.repository("acme/api")
        with pytest.raises(SourceError) as secrets:
            await client.secret_names("acme/api")
        with pytest.raises(SourceError) as log:
            await client.job_log("acme/api", job)
        with pytest.raises(SourceError) as search:
            await client.search_workflows("acme", "x")
    assert found is not None
    assert found.actions_enabled is None
    assert secrets.value.reason is GapReason.UNAUTHORIZED
    assert secrets.value.detail == "GitHub does not show the secrets of acme/api without a token"
    assert secrets.value.fix == (
        "Give the bot a GitHub App or a token that has Secrets: read on acme/api."
    )
    assert log.value.fix == (
        "Give the bot a GitHub App or a token that has Actions: read on acme/api."
    )
    assert search.value.detail == "GitHub searches in code only for those who have a token"


@pytest.mark.parametrize(
    "name", ["acme", "acme/api/x", "../etc/passwd", "acme/..", "a b/c", "", "acme/api?x=1"]
)
async def test_a_name_that_is_no_repository_is_never_asked_for(name: str) -> None:
    state = fast()
    async with github(state) as client:
        with pytest.raises(SourceError) as raised:
            await client.repository(name)
    assert raised.value.reason is GapReason.REFUSED
    assert state.seen == []


async def test_a_path_that_climbs_is_never_asked_for() -> None:
    state = fast()
    story(state)
    async with github(state) as client:
        with pytest.raises(SourceError) as raised:
            await client.file("acme/api", "../../../app", "main")
    assert raised.value.reason is GapReason.REFUSED
    assert state.seen == []


@pytest.mark.parametrize(
    ("message", "headers", "fix"),
    [
        pytest.param(
            "Resource protected by organization SAML enforcement.",
            {},
            "Authorise the bot's token for the organisation's single sign-on.",
            id="single sign-on",
        ),
        pytest.param(
            "Although you appear to have the correct authorization credentials, the `acme` "
            "organization has an IP allow list enabled",
            {},
            "Add this machine's address to the organisation's IP allow list.",
            id="IP allow list",
        ),
        pytest.param(
            "Must have admin rights to Repository.",
            {"X-OAuth-Scopes": "read:org", "X-Accepted-OAuth-Scopes": "admin:org"},
            "Give the bot's classic token the scope admin:org, from somebody who has the rights "
            "on acme/api; or a fine-grained token that has Actions: read.",
            id="classic token",
        ),
        pytest.param(
            "Resource not accessible by personal access token",
            {"X-Accepted-GitHub-Permissions": "actions=read; contents=write"},
            "Give the bot's token Actions: read, or Contents: write on acme/api "
            "(GitHub: Settings → Developer settings → Fine-grained tokens).",
            id="fine-grained token",
        ),
    ],
)
async def test_the_remedy_fits_what_blocks_the_token(
    message: str, headers: dict[str, str], fix: str
) -> None:
    state = fast()
    story(state)
    body = json.dumps({"message": message})
    state.faults.add(Fault(match="/actions/runs", status=403, headers=headers, body=body))
    async with github(state) as client:
        error = await failing(client)
    assert (error.reason, error.fix) == (GapReason.FORBIDDEN, fix)


async def test_a_list_without_end_is_refused() -> None:
    state = fast()
    story(state)
    body = '{"total_count": 100000, "workflows": []}'
    state.faults.add(Fault(match="/actions/workflows", status=200, body=body))
    async with github(state) as client:
        with pytest.raises(SourceError) as raised:
            await client.workflows("acme/api")
    assert (
        raised.value.detail == "the workflows of acme/api are more than the 500 that the bot reads"
    )

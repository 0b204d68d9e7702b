"""Logs come from another host: no token goes there, and no log is too long."""

import httpx
import pytest

from bot.ci.github import http
from bot.ci.github.logs import Tail, download
from bot.ci.objects import JobLog
from bot.evidence import GapReason
from bot.sources import SourceError
from simulator.faults import Fault
from simulator.github import GitHubState
from tests.ci.github_story import fast, github, story


def job_of(state: GitHubState) -> int:
    repo = story(state)
    return repo.runs[min(repo.runs)].jobs[0].id


async def read(state: GitHubState, job_id: int) -> JobLog | None:
    async with github(state) as client:
        return await client.job_log("acme/api", job_id)


async def test_the_storage_never_sees_the_token() -> None:
    state = fast()
    assert await read(state, job_of(state)) is not None
    (seen,) = state.storage_seen
    assert "authorization" not in seen.headers
    assert state.seen[-1].headers["authorization"].startswith("Bearer github_pat_")


async def test_there_is_no_log_when_github_has_none() -> None:
    state = fast()
    job_id = job_of(state)
    for run in state.repository("acme/api").runs.values():
        run.jobs[0].log = None
    assert await read(state, job_id) is None


async def test_there_is_no_log_when_it_has_expired() -> None:
    state = fast()
    job_id = job_of(state)
    state.faults.add(Fault(match="/logs", status=410, body='{"message": "Gone"}'))
    assert await read(state, job_id) is None


@pytest.mark.parametrize("status", [404, 410])
async def test_there_is_no_log_when_the_storage_has_none(status: int) -> None:
    state = fast()
    job_id = job_of(state)
    state.storage_faults.add(Fault(status=status))
    assert await read(state, job_id) is None


async def test_a_fresh_link_is_asked_for_when_one_has_expired() -> None:
    state = fast()
    job_id = job_of(state)
    state.storage_faults.add(Fault(status=403, times=1))
    assert await read(state, job_id) is not None
    assert sum("/logs" in seen.path for seen in state.seen) == 2


@pytest.mark.parametrize(
    ("fault", "reason", "detail"),
    [
        pytest.param(
            Fault(status=403),
            GapReason.FORBIDDEN,
            "GitHub's storage refuses its own link for the log of job {} of acme/api",
            id="refused twice",
        ),
        pytest.param(
            Fault(status=500),
            GapReason.UNREACHABLE,
            "GitHub's storage answered 500 for the log of job {} of acme/api",
            id="down",
        ),
        pytest.param(
            Fault(drop=True),
            GapReason.UNREACHABLE,
            "the storage that GitHub names for the log of job {} of acme/api could not be read",
            id="dropped",
        ),
    ],
)
async def test_a_storage_that_fails_is_a_sentence(
    fault: Fault, reason: GapReason, detail: str
) -> None:
    state = fast()
    job_id = job_of(state)
    state.storage_faults.add(fault)
    with pytest.raises(SourceError) as raised:
        await read(state, job_id)
    assert (raised.value.reason, raised.value.detail) == (reason, detail.format(job_id))


async def test_a_slow_storage_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_TIMEOUT", httpx.Timeout(0.05))
    state = fast()
    job_id = job_of(state)
    state.storage_faults.add(Fault(delay=0.3))
    with pytest.raises(SourceError) as raised:
        await read(state, job_id)
    assert raised.value.reason is GapReason.TIMED_OUT


async def downloaded(answer: httpx.Response, tail: int) -> Tail | None:
    transport = httpx.MockTransport(lambda _: answer)
    async with httpx.AsyncClient(transport=transport) as client:
        return await download(client, "https://storage.example/x", "a log", tail)


async def test_only_the_end_of_a_long_log_is_kept() -> None:
    text = "".join(f"line {number}\n" for number in range(1000))
    tail = await downloaded(httpx.Response(200, text=text), 30)
    assert tail == Tail("line 997\nline 998\nline 999\n", 997)


async def test_a_short_log_is_kept_whole() -> None:
    assert await downloaded(httpx.Response(200, text="a\nb"), 30) == Tail("a\nb", 0)


async def test_a_log_without_line_ends_is_still_bounded() -> None:
    tail = await downloaded(httpx.Response(200, text="x" * 1000), 30)
    assert tail is not None
    assert len(tail.text) <= 30


async def test_a_storage_that_sends_in_circles_is_given_up() -> None:
    answer = httpx.Response(302, headers={"Location": "https://storage.example/x"})
    with pytest.raises(SourceError) as raised:
        await downloaded(answer, 30)
    assert raised.value.detail == "the storage redirects a log in a circle"


async def test_the_log_of_a_renamed_repository_is_found() -> None:
    state = fast()
    job_id = job_of(state)
    state.rename("acme/api", "acme/logs")
    assert await read(state, job_id) is not None
    assert all("authorization" not in seen.headers for seen in state.storage_seen)

"""The small parts of the client: the budget, the memory of answers, the names of permissions."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import hishel
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ci.github.budget import Budget
from bot.ci.github.conditional import MemoryStorage, cache_key
from bot.ci.github.errors import permission_names
from bot.ci.github.question import Answer
from bot.evidence import GapReason
from bot.sources import SourceError

NOW = datetime(2026, 11, 1, 10, 0, tzinfo=UTC)


def headers(limit: object, remaining: object, reset: object) -> dict[str, str]:
    return {
        "x-ratelimit-limit": str(limit),
        "x-ratelimit-remaining": str(remaining),
        "x-ratelimit-reset": str(reset),
    }


class Now:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


def refused(budget: Budget, account: str, resource: str, *, write: bool = False) -> str:
    try:
        budget.spend(account, resource, write=write)
    except SourceError as error:
        return error.detail if error.reason is GapReason.RATE_LIMITED else str(error)
    return ""


def test_a_window_that_is_over_holds_nobody_back() -> None:
    now = Now()
    budget = Budget(now)
    reset = NOW + timedelta(minutes=10)
    budget.note("token", "core", headers(5000, 50, int(reset.timestamp())))
    assert refused(budget, "token", "core") == (
        "50 of 5000 requests are left in this window, kept for actions; "
        "it can ask again at 2026-11-01 10:10:00 UTC"
    )
    assert refused(budget, "token", "core", write=True) == ""
    assert refused(budget, "other", "core") == ""
    now.at = reset
    assert refused(budget, "token", "core") == ""


def test_an_action_stops_only_when_nothing_is_left() -> None:
    budget = Budget(Now())
    budget.note("token", "core", headers(5000, 0, int(NOW.timestamp()) + 60))
    assert refused(budget, "token", "core", write=True) == (
        "0 of 5000 requests are left in this window; it can ask again at 2026-11-01 10:01:00 UTC"
    )


def test_a_used_up_search_stops_no_other_question() -> None:
    budget = Budget(Now())
    until = budget.pause("token", "code_search", headers(10, 0, int(NOW.timestamp()) + 30))
    assert until == NOW + timedelta(seconds=30)
    assert refused(budget, "token", "code_search")
    assert refused(budget, "token", "core") == ""


def test_a_secondary_limit_stops_the_whole_account() -> None:
    budget = Budget(Now())
    assert budget.pause("token", "core", {}) == NOW + timedelta(seconds=60)
    assert refused(budget, "token", "code_search")
    assert refused(budget, "other", "core") == ""


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_nonsense_in_headers_never_crashes_or_blocks_for_long(
    limit: str, remaining: str, reset: str, retry: str
) -> None:
    budget = Budget(Now())
    told = {**headers(limit, remaining, reset), "retry-after": retry}
    budget.note("token", "core", told)
    until = budget.pause("token", "core", told)
    assert NOW <= until <= NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("actions=write", "Actions: write"),
        ("actions_variables=read", "Variables: read"),
        (
            "organization_self_hosted_runners=read",
            "Organization self-hosted runners: read",
        ),
        ("contents=read,checks=read", "Contents: read and Checks: read"),
        ("issues=write; pull_requests=write", "Issues: write, or Pull requests: write"),
        ("", "access"),
        (";,;", "access"),
        ("actions", "Actions: read"),
    ],
)
def test_permissions_are_named_as_githubs_pages_name_them(header: str, names: str) -> None:
    assert permission_names(header) == names


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"message": "Validation Failed", "errors": ["a"]}', "Validation Failed; a"),
        (
            b'{"message": "Validation Failed", "errors": [{"code": "missing"}, {"message": "b"}]}',
            "Validation Failed; missing; b",
        ),
        (b"<html>", ""),
        (b"[]", ""),
        (b"\xff", ""),
    ],
)
def test_a_refusals_sentence_is_found(body: bytes, message: str) -> None:
    assert Answer(status=422, headers={}, body=body).message == message


async def body_of(response: hishel.Response) -> bytes:
    assert isinstance(response.stream, AsyncIterator)
    return b"".join([chunk async for chunk in response.stream])


async def keep(storage: MemoryStorage, key: str, body: bytes) -> None:
    async def stream() -> AsyncIterator[bytes]:
        yield body

    request = hishel.Request("GET", "https://api.github.com/x")
    entry = await storage.create_entry(request, hishel.Response(200, stream=stream()), key)
    assert await body_of(entry.response) == body


async def kept(storage: MemoryStorage, key: str) -> list[bytes]:
    return [await body_of(entry.response) for entry in await storage.get_entries(key)]


async def test_an_answer_is_kept_once_per_key() -> None:
    storage = MemoryStorage()
    await keep(storage, "a", b"old")
    await keep(storage, "a", b"new")
    assert await kept(storage, "a") == [b"new"]
    assert await kept(storage, "b") == []


async def test_what_was_not_used_for_longest_is_forgotten_first() -> None:
    storage = MemoryStorage(entry_bytes=10, total_bytes=20)
    for key in "ab":
        await keep(storage, key, key.encode() * 10)
    assert await kept(storage, "a") == [b"a" * 10]
    await keep(storage, "c", b"c" * 10)
    assert [await kept(storage, key) for key in "abc"] == [[b"a" * 10], [], [b"c" * 10]]


async def test_a_large_answer_is_handed_on_and_not_kept() -> None:
    storage = MemoryStorage(entry_bytes=10, total_bytes=20)
    await keep(storage, "a", b"x" * 11)
    assert await kept(storage, "a") == []


async def test_an_answer_that_broke_off_is_not_kept() -> None:
    storage = MemoryStorage()

    async def stream() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionError

    request = hishel.Request("GET", "https://api.github.com/x")
    entry = await storage.create_entry(request, hishel.Response(200, stream=stream()), "a")
    with pytest.raises(ConnectionError):
        await body_of(entry.response)
    assert await kept(storage, "a") == []


def test_another_token_is_another_key() -> None:
    url = "https://api.github.com/x"
    assert len({cache_key("a", url, "j"), cache_key("b", url, "j"), cache_key("a", url, "r")}) == 3
    assert cache_key("a", url, "j") == cache_key("a", url, "j")

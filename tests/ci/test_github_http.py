"""How the API is spoken to: its version, its base path, its host."""

from datetime import UTC, datetime

import httpx
import pytest

from bot.ci.github.http import Http
from bot.ci.github.question import Credential, Identity, Question
from bot.evidence import GapReason
from bot.sources import SourceError
from tests.ci.github_story import fast, github, story

SERVER = "https://github.example.com/api/v3/"
QUESTION = Question(path="/repos/acme/api", about="acme/api", needs="metadata=read")
CREDENTIAL = Credential(Identity.TOKEN, "token", "secret")


async def asked(*answers: httpx.Response) -> list[str]:
    """The URLs that a question to an Enterprise Server leads to."""
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(f"{request.url} {request.headers.get('authorization', '')}".strip())
        return answers[min(len(seen), len(answers)) - 1]

    transport = httpx.MockTransport(answer)
    async with httpx.AsyncClient(transport=transport) as client:
        http = Http(SERVER, client, client, lambda: datetime(2026, 11, 1, tzinfo=UTC))
        await http.ask(QUESTION, CREDENTIAL)
    return seen


async def test_an_enterprise_servers_base_path_is_kept() -> None:
    assert await asked(httpx.Response(200)) == [
        "https://github.example.com/api/v3/repos/acme/api Bearer secret"
    ]


async def test_a_redirect_within_the_server_is_followed() -> None:
    moved = {"Location": "https://github.example.com/api/v3/repositories/5"}
    assert await asked(httpx.Response(301, headers=moved), httpx.Response(200)) == [
        "https://github.example.com/api/v3/repos/acme/api Bearer secret",
        "https://github.example.com/api/v3/repositories/5 Bearer secret",
    ]


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example.com/api/v3/repositories/5",
        "http://github.example.com/api/v3/repositories/5",
        "https://github.example.com:8443/api/v3/repositories/5",
        "//elsewhere.example.com/x",
        "https://github.example.com@elsewhere.example.com/x",
    ],
)
async def test_a_redirect_to_any_other_place_is_refused(target: str) -> None:
    with pytest.raises(SourceError) as raised:
        await asked(httpx.Response(302, headers={"Location": target}))
    assert raised.value.reason is GapReason.REFUSED


async def test_every_request_names_the_version_and_the_bot() -> None:
    state = fast()
    story(state)
    async with github(state) as client:
        await client.runs("acme/api", 0)
    headers = state.seen[-1].headers
    assert headers["x-github-api-version"] == "2022-11-28"
    assert headers["user-agent"] == "whyfailing"
    assert headers["accept"] == "application/vnd.github+json"


def test_a_credential_never_shows_its_token() -> None:
    assert repr(CREDENTIAL) == "Credential(token, 'token')"

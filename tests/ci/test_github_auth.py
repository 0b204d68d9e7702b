"""The App: a token per repository and purpose, no larger than needed, renewed in time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from bot.ci.github import GitHub, connect
from bot.evidence import GapReason
from bot.sources import SourceError
from config.settings import GitHubSettings, Secret
from simulator.faults import Fault
from simulator.github import EVERYTHING, GitHubState, serve
from tests.ci.github_story import fast, story


@cache
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def app_state() -> GitHubState:
    state = fast()
    public = private_key().public_key()
    state.app_public_key = public.public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    ).decode()
    return state


@asynccontextmanager
async def as_app(
    state: GitHubState, *, skew: float = 0.0, app_id: str = "1234"
) -> AsyncIterator[GitHub]:
    async with serve(state) as url:
        settings = GitHubSettings(
            api_url=url,
            app_id=app_id,
            app_private_key=Secret(pem(private_key()).replace("\n", "\\n")),
        )

        def now():  # type: ignore[no-untyped-def]
            return state.clock.now() + timedelta(seconds=skew)

        async with connect(settings, now=now) as client:
            yield client


def issued(state: GitHubState) -> list[dict[str, str]]:
    return [dict(grant.permissions) for grant in state.grants.values()]


async def test_one_small_token_per_purpose_is_kept_until_shortly_before_its_end() -> None:
    state = app_state()
    state.install("acme")
    run_id = min(story(state).runs)
    async with as_app(state) as client:
        await client.runs("acme/api", 0)
        await client.jobs("acme/api", run_id)
        await client.rerun_failed_jobs("acme/api", run_id)
        assert issued(state) == [
            {**EVERYTHING, "actions": "read"},
            {"metadata": "read", "actions": "write"},
        ]
        assert [grant.repositories for grant in state.grants.values()] == [
            frozenset({"acme/api"}),
            frozenset({"acme/api"}),
        ]
        state.clock.skip(54 * 60)
        await client.runs("acme/api", 0)
        assert len(issued(state)) == 2
        state.clock.skip(2 * 60)
        await client.runs("acme/api", 0)
        assert len(issued(state)) == 3


async def test_a_token_asks_for_no_more_than_was_granted() -> None:
    state = app_state()
    state.install("acme", {"contents": "write", "actions": "read"})
    story(state)
    async with as_app(state) as client:
        await client.runs("acme/api", 0)
        with pytest.raises(SourceError) as secrets:
            await client.secret_names("acme/api")
        with pytest.raises(SourceError) as action:
            await client.rerun_failed_jobs("acme/api", 5)
    assert issued(state) == [{"contents": "read", "actions": "read"}]
    assert secrets.value.fix == (
        "Grant the GitHub App Secrets: read (its settings → Permissions & events), accept the "
        "request in the installation, and check that the installation covers acme/api."
    )
    assert action.value.detail == "the GitHub App may not start workflows on acme/api"


async def test_a_new_token_is_fetched_when_github_ends_one_early() -> None:
    state = app_state()
    state.install("acme")
    story(state)
    async with as_app(state) as client:
        await client.runs("acme/api", 0)
        state.grants.clear()
        assert len(await client.runs("acme/api", 0)) == 2


async def test_public_data_is_read_when_the_app_is_not_installed() -> None:
    state = app_state()
    run_id = min(story(state, private=False).runs)
    async with as_app(state) as client:
        assert len(await client.runs("acme/api", 0)) == 2
        with pytest.raises(SourceError) as raised:
            await client.rerun_failed_jobs("acme/api", run_id)
    assert raised.value.reason is GapReason.UNAUTHORIZED
    assert raised.value.fix == "Install the GitHub App for acme/api, with Actions: write."


async def test_a_suspended_installation_is_said_to_be_suspended() -> None:
    state = app_state()
    state.install("acme").suspended = True
    story(state)
    async with as_app(state) as client:
        with pytest.raises(SourceError) as raised:
            await client.runs("acme/api", 0)
    assert raised.value.detail == "the GitHub App's installation for acme/api is suspended"


@pytest.mark.parametrize("skew", [-1500.0, -90.0, 90.0, 1500.0])
async def test_a_wrong_clock_does_not_matter(skew: float) -> None:
    state = app_state()
    state.install("acme")
    story(state)
    async with as_app(state, skew=skew) as client:
        assert len(await client.runs("acme/api", 0)) == 2


async def test_a_key_of_another_app_is_a_sentence() -> None:
    state = app_state()
    state.install("acme")
    story(state)
    async with as_app(state, app_id="99") as client:
        with pytest.raises(SourceError) as raised:
            await client.runs("acme/api", 0)
    assert raised.value.reason is GapReason.UNAUTHORIZED
    assert raised.value.detail == "GitHub refused the bot's credential: Integration not found"


async def test_a_token_is_asked_for_again_when_github_stumbles() -> None:
    state = app_state()
    state.install("acme")
    story(state)
    state.faults.add(Fault(match="access_tokens", status=502, times=1))
    async with as_app(state) as client:
        assert len(await client.runs("acme/api", 0)) == 2


async def test_a_search_uses_the_owners_installation() -> None:
    state = app_state()
    state.install("acme")
    story(state)
    async with as_app(state) as client:
        hits = await client.search_workflows("acme", "secrets: inherit")
    assert hits == (("acme/api", ".github/workflows/release.yml"),)


@pytest.mark.parametrize(
    ("app_id", "key", "detail"),
    [
        ("1", "", "a GitHub App's id is set without the App's private key"),
        ("", "x", "a GitHub App's private key is set without the App's id"),
        (
            "1",
            "not a key",
            "the GitHub App's private key cannot be read: it is no unencrypted PEM file",
        ),
        (
            "1",
            pem(ec.generate_private_key(ec.SECP256R1())),
            "the GitHub App's private key is no RSA key",
        ),
    ],
)
async def test_a_bad_key_is_refused_at_the_start(app_id: str, key: str, detail: str) -> None:
    settings = GitHubSettings(app_id=app_id, app_private_key=Secret(key))
    with pytest.raises(SourceError) as raised:
        async with connect(settings):
            pass
    assert (raised.value.reason, raised.value.detail) == (GapReason.NOT_CONFIGURED, detail)


async def test_a_missing_installation_is_remembered_for_a_while() -> None:
    state = app_state()
    story(state, private=False)
    async with as_app(state) as client:
        for _ in range(3):
            await client.runs("acme/api", 0)
        asked = [seen.path for seen in state.seen if seen.path.endswith("/installation")]
        assert asked == ["/repos/acme/api/installation"]
        state.install("acme")
        state.clock.skip(180)
        await client.runs("acme/api", 0)
    assert len(issued(state)) == 1


async def test_a_token_for_a_renamed_repository_is_asked_for_by_its_number() -> None:
    state = app_state()
    state.install("acme")
    story(state)
    state.rename("acme/api", "acme/backend")
    async with as_app(state) as client:
        assert len(await client.runs("acme/api", 0)) == 2
    assert [grant.repositories for grant in state.grants.values()] == [frozenset({"acme/backend"})]

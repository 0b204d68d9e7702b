"""What the bot learns of an image: as nobody, as itself, and with the pod's own credentials."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.evidence import GapReason
from bot.images import parse
from bot.registries.answers import (
    AccessDenied,
    CredentialRejected,
    ImageFound,
    MissingOrPrivate,
    Platform,
    RateLimited,
    RepositoryAbsent,
    TagAbsent,
)
from bot.registries.client import Registries, connect
from bot.sources import PullCredential, SourceError
from config.settings import RegistriesSettings, RegistrySettings, Secret
from simulator.faults import Fault
from simulator.registry import RegistryState, private
from simulator.serving import serve
from tests.registries.conftest import hub_settings

SOURCE = "org.opencontainers.image.source"
API = parse("shop/api:1.8.2")
POD = PullCredential("pull secret web/hub", "shop", "hunter22")
WRONG = PullCredential("pull secret web/old", "shop", "wrong")
STRANGER = PullCredential("pull secret web/stranger", "stranger", "hunter22")


async def test_an_image_is_found_with_platforms_and_labels_when_it_is_public(
    registry: Registries, state: RegistryState
) -> None:
    digest = state.push(
        "shop/api:1.8.2",
        labels={SOURCE: "https://github.com/shop/api"},
        platforms=("linux/arm64/v8", "linux/amd64"),
    )
    found = await registry.look_up(API)
    assert isinstance(found, ImageFound)
    assert (found.asked_as, found.digest) == ("anonymous", digest)
    assert found.platforms == (Platform("linux", "amd64"), Platform("linux", "arm64", "v8"))
    assert found.labels == {SOURCE: "https://github.com/shop/api"}
    assert (found.witness.method, found.witness.status) == ("HEAD", 200)
    assert found.witness.url == "https://registry-1.docker.io/v2/shop/api/manifests/1.8.2"


async def test_an_image_is_found_when_it_has_one_platform(
    registry: Registries, state: RegistryState
) -> None:
    state.push("shop/api:1.8.2", labels={"a": "b"}, platforms=("linux/arm64",))
    found = await registry.look_up(API)
    assert isinstance(found, ImageFound)
    assert (found.platforms, found.labels) == ((Platform("linux", "arm64"),), {"a": "b"})


async def test_no_pull_is_charged_when_few_are_left(
    registry: Registries, state: RegistryState
) -> None:
    state.push("shop/api:1.8.2")
    state.pull_limit = 10
    found = await registry.look_up(API)
    assert isinstance(found, ImageFound)
    assert (found.platforms, state.pulls.total()) == ((), 0)


async def test_the_tag_is_absent_when_the_repository_is_there(
    registry: Registries, state: RegistryState
) -> None:
    state.push("shop/api:1.8.1")
    absent = await registry.look_up(API)
    assert isinstance(absent, TagAbsent)
    assert (absent.witness.status, absent.witness.code) == (404, "MANIFEST_UNKNOWN")
    tags = await registry.tags(API)
    assert tags is not None
    assert (tags.tags, tags.complete) == (("1.8.1",), True)


@pytest.mark.parametrize("exists", [True, False])
async def test_missing_or_private_stays_open_when_nobody_may_tell(
    registry: Registries, state: RegistryState, exists: bool
) -> None:
    if exists:
        state.push("shop/api:1.8.2")
        state.make_private("shop/api")
    answer = await registry.look_up(API)
    assert isinstance(answer, MissingOrPrivate)
    assert answer.asked_as == "anonymous"
    assert await registry.tags(API) is None


async def test_the_repository_is_absent_when_it_would_be_an_official_image(
    registry: Registries,
) -> None:
    answer = await registry.look_up(parse("nginx-typo:1"))
    assert isinstance(answer, RepositoryAbsent)
    assert answer.witness.url == (
        "https://hub.docker.com/v2/namespaces/library/repositories/nginx-typo"
    )


async def test_the_repository_is_absent_when_its_owner_does_not_see_it(owner: Registries) -> None:
    answer = await owner.look_up(API)
    assert isinstance(answer, RepositoryAbsent)
    assert answer.asked_as == "the bot's credential for docker.io"


async def test_it_stays_open_when_the_bots_credential_is_another_namespaces(
    owner: Registries,
) -> None:
    assert isinstance(await owner.look_up(parse("else/api:1")), MissingOrPrivate)


async def test_a_private_image_is_found_when_the_bot_may_read_it(
    owner: Registries, state: RegistryState
) -> None:
    state.push("shop/api:1.8.2")
    state.make_private("shop/api")
    found = await owner.look_up(API)
    assert isinstance(found, ImageFound)
    assert found.asked_as == "the bot's credential for docker.io"


async def test_the_tag_of_a_private_repository_is_absent_when_the_bot_may_read_it(
    owner: Registries, state: RegistryState
) -> None:
    state.push("shop/api:1.8.1")
    state.make_private("shop/api")
    assert isinstance(await owner.look_up(API), TagAbsent)
    tags = await owner.tags(API)
    assert tags is not None
    assert tags.tags == ("1.8.1",)


async def test_the_pods_own_credential_counts_when_it_reads_the_image(
    registry: Registries, state: RegistryState
) -> None:
    state.push("shop/api:1.8.2")
    state.make_private("shop/api")
    found = await registry.look_up(API, [WRONG, POD])
    assert isinstance(found, ImageFound)
    assert found.asked_as == "pull secret web/hub"


async def test_the_pods_credential_is_rejected_when_the_password_is_wrong(
    registry: Registries, state: RegistryState
) -> None:
    state.push("shop/api:1.8.2")
    answer = await registry.look_up(API, [WRONG])
    assert isinstance(answer, CredentialRejected)
    assert answer.asked_as == "pull secret web/old"
    assert answer.witness.message == "incorrect username or password"
    assert answer.witness.url == f"https://{answer.witness.url.split('/')[2]}/token"


async def test_access_is_denied_when_the_bot_reads_what_the_pod_may_not(
    owner: Registries, state: RegistryState
) -> None:
    state.add_account("stranger", "hunter22")
    state.push("shop/api:1.8.2")
    state.make_private("shop/api")
    answer = await owner.look_up(API, [STRANGER])
    assert isinstance(answer, AccessDenied)
    assert answer.asked_as == "pull secret web/stranger"
    assert answer.exists_because == "the bot's credential for docker.io reads it"


async def test_an_answer_is_kept_when_it_is_asked_again_soon(
    hub_url: str, state: RegistryState
) -> None:
    time = [1000.0]
    async with connect(hub_settings(hub_url), clock=lambda: time[0]) as registry:
        assert isinstance(await registry.look_up(API), MissingOrPrivate)
        state.push("shop/api:1.8.2")
        time[0] += 4
        assert isinstance(await registry.look_up(API), MissingOrPrivate)
        time[0] += 2
        assert isinstance(await registry.look_up(API), ImageFound)
        state.delete_tag("shop/api:1.8.2")
        time[0] += 59
        assert isinstance(await registry.look_up(API), ImageFound)
        time[0] += 2
        assert isinstance(await registry.look_up(API), TagAbsent)


async def test_a_new_token_is_got_when_the_old_one_has_run_out_early(
    registry: Registries, state: RegistryState
) -> None:
    state.push("shop/api:1")
    state.push("shop/api:2")
    assert isinstance(await registry.look_up(parse("shop/api:1")), ImageFound)
    state.tokens.clear()
    assert isinstance(await registry.look_up(parse("shop/api:2")), ImageFound)


async def test_the_limit_is_told_when_it_is_reached(
    registry: Registries, state: RegistryState
) -> None:
    body = '{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}'
    state.faults.add(
        Fault(
            match="manifests",
            status=429,
            headers={"retry-after": "3600", "ratelimit-limit": "100;w=21600"},
            body=body,
        )
    )
    answer = await registry.look_up(API)
    assert isinstance(answer, RateLimited)
    assert (answer.limit, answer.retry_after_seconds) == (100, 3600)


async def test_it_is_asked_again_when_the_limit_passes_at_once(
    registry: Registries, state: RegistryState
) -> None:
    state.push("shop/api:1.8.2")
    state.faults.add(
        Fault(match="manifests", status=429, headers={"Retry-After": "880.092µs"}, times=1)
    )
    assert isinstance(await registry.look_up(API), ImageFound)


async def test_it_is_asked_again_when_the_registry_fails_once(
    registry: Registries, state: RegistryState
) -> None:
    state.push("shop/api:1.8.2")
    state.faults.add(Fault(match="manifests", status=503, times=1))
    state.faults.add(Fault(match="/token", drop=True, times=1))
    assert isinstance(await registry.look_up(API), ImageFound)


async def test_the_gap_names_the_server_error_when_it_stays(
    registry: Registries, state: RegistryState
) -> None:
    state.faults.add(Fault(match="manifests", status=500))
    with pytest.raises(SourceError) as caught:
        await registry.look_up(API)
    assert caught.value.reason is GapReason.UNREACHABLE
    assert caught.value.detail.startswith("server error: GET https://registry-1.docker.io/v2/shop")


async def test_the_gap_names_the_status_when_the_token_service_is_down(
    registry: Registries, state: RegistryState
) -> None:
    state.faults.add(Fault(match="/token", status=503, body="<html>down</html>"))
    with pytest.raises(SourceError) as caught:
        await registry.look_up(API)
    assert caught.value.reason is GapReason.UNREACHABLE
    assert caught.value.detail.endswith("/token answered 503: <html>down</html>")


async def test_the_limit_is_told_when_it_does_not_pass(
    registry: Registries, state: RegistryState
) -> None:
    state.faults.add(Fault(match="manifests", status=429, headers={"Retry-After": "0.01"}))
    assert isinstance(await registry.look_up(API), RateLimited)
    state.faults.add(Fault(match="tags/list", status=429))
    with pytest.raises(SourceError) as caught:
        await registry.tags(API)
    assert caught.value.reason is GapReason.RATE_LIMITED


async def test_the_tags_are_a_gap_when_the_registry_is_down(
    registry: Registries, state: RegistryState
) -> None:
    state.faults.add(Fault(match="tags/list", status=500))
    with pytest.raises(SourceError) as caught:
        await registry.tags(API)
    assert caught.value.detail == (
        "server error: the list of tags of registry-1.docker.io answered 500"
    )


async def test_an_answer_stands_when_the_rest_api_is_down(
    owner: Registries, state: RegistryState
) -> None:
    state.faults.add(Fault(match="/v2/auth/token", status=500))
    state.faults.add(Fault(match="/v2/namespaces", drop=True))
    assert isinstance(await owner.look_up(parse("else/api:1")), MissingOrPrivate)


async def test_an_identity_token_is_exchanged_when_the_user_name_says_that_it_is_one() -> None:
    seen: list[tuple[str, dict[str, str]]] = []

    async def handler(request: web.Request) -> web.Response:
        if request.path == "/oauth2/token":
            form = {name: str(value) for name, value in (await request.post()).items()}
            seen.append((request.headers.get("Authorization", ""), form))
            return web.json_response({"access_token": "reads"})
        if request.headers.get("Authorization") == "Bearer reads":
            return web.json_response({"schemaVersion": 2})
        realm = f"http://{request.host}/oauth2/token"
        header = f'Bearer realm="{realm}",service="{request.host}",scope="*"'
        return web.Response(status=401, headers={"WWW-Authenticate": header})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    identity = PullCredential(
        "pull secret web/acr", "00000000-0000-0000-0000-000000000000", "refresh"
    )
    async with serve(app) as url, connect(plain_settings(url)) as registry:
        found = await registry.look_up(IMAGE, [identity])
    assert isinstance(found, ImageFound)
    assert seen == [
        (
            "",
            {
                "scope": "repository:team/api:pull",
                "service": url.removeprefix("http://"),
                "grant_type": "refresh_token",
                "client_id": "whyfailing",
                "refresh_token": "refresh",
            },
        )
    ]


async def test_no_list_of_tags_is_asked_for_when_the_registry_has_none() -> None:
    async with connect(RegistriesSettings()) as registry:
        assert await registry.tags(parse("public.ecr.aws/nginx/nginx:1")) is None


@pytest.fixture
async def plain(state: RegistryState) -> AsyncIterator[str]:
    async with serve(private(state)) as url:
        yield url


def plain_settings(url: str, **rest: object) -> RegistriesSettings:
    host = "registry.shop.example:5000"
    entry = RegistrySettings(host=host, endpoint=url, allow_private=True, **rest)  # type: ignore[arg-type]
    return RegistriesSettings(configured=(entry,))


IMAGE = parse("registry.shop.example:5000/team/api:1")


async def test_a_registry_with_passwords_hides_everything_when_nobody_asks(plain: str) -> None:
    async with connect(plain_settings(plain)) as registry:
        assert isinstance(await registry.look_up(IMAGE), MissingOrPrivate)


async def test_the_list_of_tags_tells_the_repository_from_the_tag_when_the_registry_does_not(
    plain: str, state: RegistryState
) -> None:
    state.add_account("reader", "hunter22", "*")
    settings = plain_settings(plain, username="reader", password=Secret("hunter22"))
    async with connect(settings) as registry:
        assert isinstance(await registry.look_up(IMAGE), RepositoryAbsent)
        state.push("registry.shop.example:5000/team/web:2")
        absent = await registry.look_up(parse("registry.shop.example:5000/team/web:1"))
        assert isinstance(absent, TagAbsent)
        found = await registry.look_up(parse("registry.shop.example:5000/team/web:2"))
        assert isinstance(found, ImageFound)
        assert found.platforms == (Platform("linux", "amd64"),)


async def test_the_bots_own_wrong_password_is_no_answer_about_the_pod_when_nobody_may_read(
    plain: str,
) -> None:
    settings = plain_settings(plain, username="reader", password=Secret("wrong"))
    async with connect(settings) as registry:
        assert isinstance(await registry.look_up(IMAGE), MissingOrPrivate)


async def test_another_registry_is_refused_when_unknown_ones_are_not_allowed() -> None:
    async with connect(RegistriesSettings(allow_unknown=False)) as registry:
        with pytest.raises(SourceError) as caught:
            await registry.look_up(API)
    assert caught.value.reason is GapReason.REFUSED
    assert caught.value.fix == (
        "add docker.io to the registries in the settings, or allow unknown ones"
    )

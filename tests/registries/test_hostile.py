"""Registries that attack, lie, stall or are not there."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
from collections.abc import Awaitable, Callable, Sequence

import pytest
from aiohttp import web

from bot.evidence import GapReason
from bot.images import ImageRef, parse
from bot.registries.answers import ImageFound, MissingOrPrivate, TagAbsent
from bot.registries.asking import Limits
from bot.registries.client import Registries, connect
from bot.sources import PullCredential, SourceError
from config.settings import RegistriesSettings, RegistrySettings
from simulator.faults import Fault
from simulator.registry import RegistryState, docker_hub
from simulator.serving import serve
from tests.registries.conftest import hub_settings

HOST = "registry.example.com"
IMAGE = parse(f"{HOST}/shop/api:1")
INDEX = "application/vnd.oci.image.index.v1+json"
SECRET = PullCredential("pull secret web/pull", "shop", "hunter22")
LOW = Limits(connect=1.0, total=2.0, body=400_000, token=1000)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def settings_for(url: str) -> RegistriesSettings:
    return RegistriesSettings(
        configured=(RegistrySettings(host=HOST, endpoint=url, allow_private=True),)
    )


async def look_up(handler: Handler, image: ImageRef = IMAGE, limits: Limits = LOW) -> object:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    async with serve(app) as url, connect(settings_for(url), limits=limits) as registry:
        return await registry.look_up(image, [SECRET])


async def failure(handler: Handler, limits: Limits = LOW) -> SourceError:
    with pytest.raises(SourceError) as caught:
        await look_up(handler, limits=limits)
    assert "hunter22" not in f"{caught.value!r} {caught.value.detail} {caught.value.fix}"
    return caught.value


def challenge(realm: str) -> web.Response:
    return web.Response(status=401, headers={"WWW-Authenticate": f'Bearer realm="{realm}"'})


@pytest.mark.parametrize(
    "realm",
    [
        "http://169.254.169.254/latest",
        "https://evil.example.com/token",
        "http://127.0.0.1:1/token",
        "https://10.0.0.1/token",
        "gopher://x",
    ],
)
async def test_no_token_is_asked_for_when_the_realm_is_elsewhere(realm: str) -> None:
    async def handler(request: web.Request) -> web.Response:
        return challenge(realm)

    assert (await failure(handler)).reason is GapReason.REFUSED


async def test_nothing_is_connected_to_when_the_name_resolves_to_a_private_address() -> None:
    async def resolver(host: str, port: int) -> Sequence[str]:
        return ["93.184.216.34", "10.0.0.1"]

    async with connect(RegistriesSettings(), resolver=resolver) as registry:
        with pytest.raises(SourceError) as caught:
            await registry.look_up(IMAGE)
    assert caught.value.reason is GapReason.REFUSED
    assert caught.value.detail == (f"{HOST} resolves to 10.0.0.1, which is not a public address")
    assert caught.value.fix == (
        f"set allow_private for the registry {HOST} in the settings if that is right"
    )


async def test_the_checked_address_is_used_when_the_name_would_change(
    state: RegistryState,
) -> None:
    asked: list[str] = []
    seen: list[str] = []

    async def resolver(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.host)
        return web.Response(status=404)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    async with serve(app) as url:
        port = url.rpartition(":")[2]
        settings = settings_for(f"http://{HOST}:{port}")
        async with connect(settings, resolver=resolver) as registry:
            await registry.look_up(IMAGE)
    assert asked == [HOST]
    assert set(seen) == {f"{HOST}:{port}"}


async def test_the_gap_says_dns_when_the_name_does_not_resolve() -> None:
    async def resolver(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    async with connect(RegistriesSettings(), resolver=resolver) as registry:
        with pytest.raises(SourceError) as caught:
            await registry.look_up(IMAGE)
    assert caught.value.reason is GapReason.UNREACHABLE
    assert caught.value.detail == (f"DNS: the name {HOST} does not resolve from where the bot runs")


async def test_redirects_end_when_there_are_too_many() -> None:
    async def handler(request: web.Request) -> web.Response:
        raise web.HTTPFound(f"/{len(request.path)}x{request.path}"[:100])

    error = await failure(handler)
    assert error.reason is GapReason.GARBLED
    assert error.detail.endswith("redirects more than 5 times")


@pytest.mark.parametrize(
    "place",
    [
        "http://169.254.169.254/",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://a.b:22/",
        "ftp://x",
    ],
)
async def test_a_redirect_is_refused_when_it_leads_inside(place: str) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": place})

    assert (await failure(handler)).reason is GapReason.REFUSED


@pytest.mark.parametrize(
    "place", ["https://exa mple.com/", "https://xn--\xff.com/", "https://a..b/"]
)
async def test_a_redirect_is_refused_when_it_leads_to_no_host(place: str) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": place})

    assert (await failure(handler)).reason is GapReason.REFUSED


async def test_the_credential_stays_home_when_a_blob_is_elsewhere(state: RegistryState) -> None:
    seen: list[str | None] = []

    async def elsewhere(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization"))
        return web.Response(text='{"os":"linux","architecture":"s390x"}')

    storage = web.Application()
    storage.router.add_get("/blob", elsewhere)
    state.push("shop/api:1")
    async with serve(storage) as far, serve(docker_hub(state)) as near:
        state.faults.add(Fault(match="/blobs/", status=307, headers={"Location": f"{far}/blob"}))
        home = hub_settings(near).configured[0]
        away = RegistrySettings(host="storage.example.com", endpoint=far, allow_private=True)
        async with connect(RegistriesSettings(configured=(home, away))) as registry:
            found = await registry.look_up(parse("shop/api:1"), [SECRET_OF_SHOP])
    assert isinstance(found, ImageFound)
    assert [str(platform) for platform in found.platforms] == ["linux/s390x"]
    assert seen == [None]


SECRET_OF_SHOP = PullCredential("pull secret web/hub", "shop", "hunter22")


@pytest.mark.parametrize("size", [2_000, 10_000_000])
async def test_a_token_is_not_read_on_when_it_is_too_large(size: int) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        if request.path != "/token":
            return challenge(f"http://{request.host}/token")
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(size // 1000):
            await response.write(b"x" * 1000)
        return response

    error = await failure(handler)
    assert error.reason is GapReason.GARBLED
    assert error.detail.endswith("answers with more than 1000 bytes")


async def test_the_tags_stay_incomplete_when_the_next_page_is_elsewhere() -> None:
    async def handler(request: web.Request) -> web.Response:
        links = '<http://evil.example.com/v2/shop/api/tags/list?n=1>; rel="next"'
        return web.json_response({"tags": ["1", "bad tag", 7, "2"]}, headers={"Link": links})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    async with serve(app) as url, connect(settings_for(url)) as registry:
        tags = await registry.tags(IMAGE)
    assert tags is not None
    assert (tags.tags, tags.complete) == (("1", "2"), False)


async def test_ten_pages_are_read_when_there_is_always_another() -> None:
    pages: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        pages.append(request.query_string)
        link = f'</v2/shop/api/tags/list?last={len(pages)}>; rel="next"'
        return web.json_response({"tags": [str(len(pages))]}, headers={"Link": link})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    async with serve(app) as url, connect(settings_for(url)) as registry:
        tags = await registry.tags(IMAGE)
    assert tags is not None
    assert (len(pages), len(tags.tags), tags.complete) == (10, 10, False)


def manifest_of(document: object) -> Handler:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(body=json.dumps(document).encode(), headers={"Content-Type": INDEX})

    return handler


async def test_the_answer_is_bounded_when_an_index_is_huge() -> None:
    entries = [
        {"digest": "sha256:" + "0" * 64, "platform": {"os": "o", "architecture": f"a{n}"}}
        for n in range(1500)
    ]
    document = {"manifests": entries, "annotations": {f"label{n}": "x" * 900 for n in range(80)}}
    found = await look_up(manifest_of(document))
    assert isinstance(found, ImageFound)
    assert len(found.platforms) == 64
    assert len(found.labels) <= 64
    assert max(map(len, found.labels.values())) <= 500


async def test_the_image_is_refused_when_its_index_is_larger_than_any() -> None:
    document = {"manifests": [{"platform": {"os": "o" * 10}}] * 100_000}
    assert (await failure(manifest_of(document))).reason is GapReason.GARBLED


async def test_labels_are_data_when_they_are_no_links() -> None:
    source = "org.opencontainers.image.source"
    document = {"annotations": {source: "javascript:alert(1)\x1b[31m\u202e", "n": 7}}
    found = await look_up(manifest_of(document))
    assert isinstance(found, ImageFound)
    assert found.labels == {source: "javascript:alert(1)"}


@pytest.mark.parametrize(
    "body", ["", "garbage", "[]", "[" * 5000, '{"manifests": 7}', '{"manifests": [7, {}]}', "null"]
)
async def test_an_image_is_found_without_platforms_when_its_manifest_is_garbage(body: str) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(text=body, headers={"Content-Type": INDEX})

    found = await look_up(handler)
    assert isinstance(found, ImageFound)
    assert found.platforms == ()


async def test_the_answer_is_garbled_when_another_manifest_comes_than_was_asked_for() -> None:
    image = parse(f"{HOST}/shop/api@sha256:{'0' * 64}")
    with pytest.raises(SourceError) as caught:
        await look_up(manifest_of({}), image)
    assert caught.value.reason is GapReason.GARBLED


async def test_a_compressed_answer_is_refused_when_nobody_asked_for_one() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(
            body=gzip.compress(b"x" * 1_000_000), headers={"Content-Encoding": "gzip"}
        )

    assert (await failure(handler)).reason is GapReason.GARBLED


async def test_the_gap_says_timeout_when_the_registry_stalls() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.1)
        return web.Response()

    error = await failure(handler, Limits(connect=0.02, total=0.02))
    assert error.reason is GapReason.TIMED_OUT
    assert error.detail.startswith("timeout: http://127.0.0.1")


async def test_the_gap_says_reset_when_the_registry_drops_the_connection(
    hub_url: str, state: RegistryState, registry: Registries
) -> None:
    state.faults.add(Fault(drop=True))
    with pytest.raises(SourceError) as caught:
        await registry.look_up(parse("shop/api:1"))
    assert caught.value.reason is GapReason.UNREACHABLE
    assert caught.value.detail == (
        f"connection reset: {hub_url} closed the connection before it answered"
    )


async def test_the_gap_says_refused_when_nothing_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        async with connect(settings_for(url)) as registry:
            with pytest.raises(SourceError) as caught:
                await registry.look_up(IMAGE)
    assert caught.value.detail == f"connection refused: nothing listens at {url}"


async def test_the_gap_says_plain_http_when_https_is_answered_with_it() -> None:
    async with serve(web.Application()) as url:
        https = url.replace("http:", "https:")
        async with connect(settings_for(https)) as registry:
            with pytest.raises(SourceError) as caught:
                await registry.look_up(IMAGE)
    assert caught.value.reason is GapReason.UNREACHABLE
    assert caught.value.detail.startswith("TLS: ")


@pytest.mark.parametrize("token", ["7", '"a b"', '"x\\r\\nEvil: 1"', "null", '""', '"é"'])
async def test_the_gap_says_so_when_a_token_is_none(token: str) -> None:
    async def handler(request: web.Request) -> web.Response:
        if request.path != "/token":
            return challenge(f"http://{request.host}/token")
        return web.Response(text=f'{{"token": {token}}}')

    assert (await failure(handler)).reason is GapReason.UNREACHABLE


async def test_a_bare_not_found_is_settled_by_the_list_of_tags() -> None:
    async def handler(request: web.Request) -> web.Response:
        if request.path.endswith("/tags/list"):
            return web.json_response({"tags": ["2"]})
        return web.Response(status=404)

    assert isinstance(await look_up(handler), TagAbsent)


async def test_a_bare_not_found_stays_open_when_the_list_of_tags_is_hidden() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=404)

    assert isinstance(await look_up(handler), MissingOrPrivate)


async def test_the_credential_goes_nowhere_when_the_registry_asks_for_it_in_the_clear() -> None:
    seen: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization", ""))
        return challenge("https://evil.example.com/token")

    await failure(handler)
    assert set(seen) == {""}

"""The simulated registries keep the protocol: challenges, tokens, pushes, limits, the REST API."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest

from simulator.faults import Fault
from simulator.registry import RegistryState, docker_hub, private
from simulator.registry.contents import CONFIG, LAYER, MANIFEST, descriptor
from simulator.serving import serve

ACCEPT = {"Accept": f"{MANIFEST}, application/vnd.oci.image.index.v1+json"}


@pytest.fixture
def state() -> RegistryState:
    state = RegistryState()
    state.add_account("shop", "hunter22")
    return state


@pytest.fixture
async def hub(state: RegistryState) -> AsyncIterator[httpx.AsyncClient]:
    async with serve(docker_hub(state)) as url, httpx.AsyncClient(base_url=url) as client:
        yield client


async def token(
    hub: httpx.AsyncClient, repository: str, actions: str = "pull", user: str = ""
) -> dict[str, str]:
    reply = await hub.get(
        "/token",
        params={"service": "registry.docker.io", "scope": f"repository:{repository}:{actions}"},
        auth=(user, "hunter22") if user else None,
    )
    return {"Authorization": f"Bearer {reply.json()['token']}", **ACCEPT}


def codes(reply: httpx.Response) -> list[str]:
    return [error["code"] for error in reply.json()["errors"]]


async def test_a_challenge_names_realm_and_scope_when_no_token_is_sent(
    hub: httpx.AsyncClient,
) -> None:
    reply = await hub.head("/v2/library/nginx/manifests/1.25")
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"] == (
        f'Bearer realm="{str(hub.base_url).rstrip("/")}/token",service="registry.docker.io",'
        'scope="repository:library/nginx:pull"'
    )


async def test_an_image_is_found_when_it_was_pushed(
    hub: httpx.AsyncClient, state: RegistryState
) -> None:
    digest = state.push("nginx:1.25", platforms=("linux/amd64", "linux/arm64/v8"))
    headers = await token(hub, "library/nginx")
    reply = await hub.get("/v2/library/nginx/manifests/1.25", headers=headers)
    assert reply.status_code == 200
    assert reply.headers["docker-content-digest"] == digest
    assert len(reply.json()["manifests"]) == 3
    assert state.has("nginx:1.25")
    assert state.has(f"nginx@{digest}")


@pytest.mark.parametrize("hidden", ["shop/private", "shop/missing"])
async def test_missing_and_private_look_the_same_when_nobody_asks(
    hub: httpx.AsyncClient, state: RegistryState, hidden: str
) -> None:
    state.push("shop/private:1")
    state.make_private("shop/private")
    reply = await hub.get(f"/v2/{hidden}/manifests/1", headers=await token(hub, hidden))
    assert reply.status_code == 401
    assert 'error="insufficient_scope"' in reply.headers["www-authenticate"]
    assert codes(reply) == ["DENIED", "UNAUTHORIZED"]


async def test_the_owner_sees_a_private_image_when_logged_in(
    hub: httpx.AsyncClient, state: RegistryState
) -> None:
    state.push("shop/api:1")
    state.make_private("shop/api")
    headers = await token(hub, "shop/api", user="shop")
    assert (await hub.get("/v2/shop/api/manifests/1", headers=headers)).status_code == 200


async def test_the_token_service_refuses_when_the_password_is_wrong(
    hub: httpx.AsyncClient,
) -> None:
    reply = await hub.get(
        "/token", params={"service": "registry.docker.io"}, auth=("shop", "wrong")
    )
    assert (reply.status_code, reply.json()) == (
        401,
        {"details": "incorrect username or password"},
    )


async def test_a_tag_is_unknown_when_it_was_deleted(
    hub: httpx.AsyncClient, state: RegistryState
) -> None:
    state.push("shop/api:1")
    assert state.delete_tag("shop/api:1")
    reply = await hub.get("/v2/shop/api/manifests/1", headers=await token(hub, "shop/api"))
    assert (reply.status_code, codes(reply)) == (404, ["MANIFEST_UNKNOWN"])
    assert not state.has("shop/api:1")


async def test_an_index_is_not_served_when_the_client_does_not_accept_it(
    hub: httpx.AsyncClient, state: RegistryState
) -> None:
    state.push("shop/api:1", platforms=("linux/amd64", "linux/arm64"))
    headers = await token(hub, "shop/api") | {"Accept": MANIFEST}
    reply = await hub.get("/v2/shop/api/manifests/1", headers=headers)
    assert reply.status_code == 404
    assert "accept header does not support OCI indexes" in reply.text


async def test_a_get_is_charged_and_a_head_is_not_when_pulls_are_limited(
    hub: httpx.AsyncClient, state: RegistryState
) -> None:
    state.push("shop/api:1")
    state.pull_limit = 1
    headers = await token(hub, "shop/api")
    url = "/v2/shop/api/manifests/1"
    assert (await hub.head(url, headers=headers)).headers["ratelimit-remaining"] == "1;w=21600"
    assert (await hub.get(url, headers=headers)).headers["ratelimit-remaining"] == "0;w=21600"
    assert (await hub.head(url, headers=headers)).status_code == 200
    reply = await hub.get(url, headers=headers)
    assert (reply.status_code, codes(reply)) == (429, ["TOOMANYREQUESTS"])
    assert reply.headers["docker-ratelimit-source"] == "127.0.0.1"


async def test_a_token_is_refused_when_it_has_run_out(
    hub: httpx.AsyncClient, state: RegistryState
) -> None:
    state.push("shop/api:1")
    state.token_seconds = -1
    reply = await hub.get("/v2/shop/api/manifests/1", headers=await token(hub, "shop/api"))
    assert 'error="invalid_token"' in reply.headers["www-authenticate"]


async def _push(hub: httpx.AsyncClient, headers: dict[str, str]) -> httpx.Response:
    layer, config = b"layer", b'{"os":"linux","architecture":"amd64"}'
    for body in (layer, config):
        start = await hub.post("/v2/shop/new/blobs/uploads/", headers=headers)
        assert start.status_code == 202, start.text
        location = start.headers["location"]
        part = await hub.patch(
            location, content=body[:3], headers={**headers, "Content-Range": "0-2"}
        )
        assert part.headers["range"] == "0-2"
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        done = await hub.put(location, params={"digest": digest}, content=body[3:], headers=headers)
        assert done.status_code == 201, done.text
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": descriptor(CONFIG, config),
        "layers": [descriptor(LAYER, layer)],
    }
    return await hub.put(
        "/v2/shop/new/manifests/2",
        content=msgspec.json.encode(manifest),
        headers={**headers, "Content-Type": MANIFEST},
    )


async def test_a_push_makes_the_image_when_the_account_owns_the_namespace(
    hub: httpx.AsyncClient, state: RegistryState
) -> None:
    headers = await token(hub, "shop/new", "pull,push", user="shop")
    reply = await _push(hub, headers)
    assert reply.status_code == 201
    assert state.has("shop/new:2")


async def test_a_push_is_refused_when_the_token_may_only_pull(
    hub: httpx.AsyncClient, state: RegistryState
) -> None:
    headers = await token(hub, "shop/new", "pull,push")
    reply = await hub.post("/v2/shop/new/blobs/uploads/", headers=headers)
    assert (reply.status_code, codes(reply)[0]) == (401, "DENIED")


async def test_a_blob_is_taken_when_it_comes_at_once_or_from_another_repository(
    hub: httpx.AsyncClient, state: RegistryState
) -> None:
    headers = await token(hub, "shop/new", "pull,push", user="shop")
    digest = f"sha256:{hashlib.sha256(b'layer').hexdigest()}"
    url = "/v2/shop/new/blobs/uploads/"
    whole = await hub.post(url, params={"digest": digest}, content=b"layer", headers=headers)
    assert (whole.status_code, whole.headers["location"]) == (201, f"/v2/shop/new/blobs/{digest}")
    other = await token(hub, "shop/other", "pull,push", user="shop")
    mounted = await hub.post(
        "/v2/shop/other/blobs/uploads/",
        params={"mount": digest, "from": "shop/new"},
        headers=other,
    )
    assert mounted.status_code == 201
    assert state.repositories["shop/other"].blobs == {digest: b"layer"}
    wrong = await hub.post(url, params={"digest": digest}, content=b"other", headers=headers)
    assert (wrong.status_code, codes(wrong)) == (400, ["DIGEST_INVALID"])
    unknown = await hub.patch(f"{url}nothing", content=b"x", headers=headers)
    assert (unknown.status_code, codes(unknown)) == (404, ["BLOB_UPLOAD_UNKNOWN"])


@pytest.mark.parametrize(
    ("path", "body", "media_type", "code"),
    [
        ("/v2/shop/new/manifests/1", b"{}", "text/plain", "MANIFEST_INVALID"),
        ("/v2/shop/new/manifests/1", b"no json", MANIFEST, "MANIFEST_INVALID"),
        ("/v2/shop/new/manifests/-1", b"{}", MANIFEST, "TAG_INVALID"),
        (
            "/v2/shop/new/manifests/1",
            b'{"schemaVersion":2,"config":{"digest":"sha256:0"}}',
            MANIFEST,
            "MANIFEST_BLOB_UNKNOWN",
        ),
        (f"/v2/shop/new/manifests/sha256:{'0' * 64}", b"{}", MANIFEST, "DIGEST_INVALID"),
    ],
)
async def test_a_manifest_is_refused_when_it_is_not_whole(
    hub: httpx.AsyncClient, path: str, body: bytes, media_type: str, code: str
) -> None:
    headers = await token(hub, "shop/new", "pull,push", user="shop")
    reply = await hub.put(path, content=body, headers={**headers, "Content-Type": media_type})
    assert (reply.status_code, codes(reply)) == (400, [code])


async def test_names_are_checked_when_they_are_none(hub: httpx.AsyncClient) -> None:
    reply = await hub.get("/v2/Shop/api/manifests/1")
    assert (reply.status_code, codes(reply)) == (400, ["NAME_INVALID"])


async def test_tags_come_in_pages_when_fewer_are_asked_for(
    hub: httpx.AsyncClient, state: RegistryState
) -> None:
    for tag in ("1", "2", "3"):
        state.push(f"shop/api:{tag}")
    headers = await token(hub, "shop/api")
    first = await hub.get("/v2/shop/api/tags/list?n=2", headers=headers)
    assert first.json() == {"name": "shop/api", "tags": ["1", "2"]}
    second = await hub.get(first.links["next"]["url"], headers=headers)
    assert second.json()["tags"] == ["3"]
    assert "next" not in second.links


async def test_the_rest_api_shows_public_repositories_when_nobody_is_logged_in(
    hub: httpx.AsyncClient, state: RegistryState
) -> None:
    state.push("shop/api:1")
    state.push("shop/hidden:1")
    state.make_private("shop/hidden")
    reply = await hub.get("/v2/namespaces/shop/repositories/api")
    assert (reply.status_code, reply.json()["is_private"]) == (200, False)
    assert reply.headers["x-ratelimit-limit"] == "600"
    assert (await hub.get("/v2/repositories/shop/hidden")).status_code == 404
    assert (await hub.get("/v2/namespaces/shop/repositories")).json()["count"] == 1
    assert (await hub.get("/v2/namespaces/nobody/repositories")).json()["count"] == 0


async def test_the_rest_api_shows_everything_when_the_owner_is_logged_in(
    hub: httpx.AsyncClient, state: RegistryState
) -> None:
    state.push("shop/hidden:1", platforms=("linux/arm64/v8",))
    state.make_private("shop/hidden")
    opened = await hub.post("/v2/auth/token", json={"identifier": "shop", "secret": "hunter22"})
    headers = {"Authorization": f"Bearer {opened.json()['access_token']}"}
    base = "/v2/namespaces/shop/repositories/hidden"
    assert (await hub.get(base, headers=headers)).json()["is_private"] is True
    tag = (await hub.get(f"{base}/tags/1", headers=headers)).json()
    assert [image["architecture"] for image in tag["images"]] == ["arm64"]
    assert (await hub.get(f"{base}/tags/2", headers=headers)).status_code == 404
    assert (await hub.get(f"{base}/tags", headers=headers)).json()["count"] == 1


async def test_the_rest_api_refuses_when_the_password_is_wrong(hub: httpx.AsyncClient) -> None:
    reply = await hub.post("/v2/users/login", json={"username": "shop", "password": "no"})
    assert reply.status_code == 401


async def test_a_fault_is_seen_when_it_was_asked_for(
    hub: httpx.AsyncClient, state: RegistryState
) -> None:
    state.faults.add(Fault(match="GET /v2/$", status=503, times=1))
    assert (await hub.get("/v2/")).status_code == 503
    assert (await hub.get("/v2/")).status_code == 401


async def test_a_private_registry_wants_a_password_when_it_is_asked(state: RegistryState) -> None:
    state.push("registry.shop.example/team/api:1")
    state.add_account("reader", "hunter22", "team")
    state.add_account("other", "hunter22")
    state.make_private("registry.shop.example/team/api")
    url = "/v2/team/api/manifests/1"
    async with serve(private(state)) as base, httpx.AsyncClient(base_url=base) as client:
        challenge = await client.get(url)
        assert challenge.headers["www-authenticate"] == 'Basic realm="Registry Realm"'
        assert (await client.get(url, auth=("reader", "no"))).status_code == 401
        assert (await client.get(url, auth=("other", "hunter22"))).status_code == 403
        found = await client.get(url, auth=("reader", "hunter22"), headers=ACCEPT)
        assert found.status_code == 200
        missing = await client.get("/v2/team/no/tags/list", auth=("reader", "hunter22"))
        assert codes(missing) == ["NAME_UNKNOWN"]

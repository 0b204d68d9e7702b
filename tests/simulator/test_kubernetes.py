from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from simulator.kubernetes import KubernetesState, Node, kubernetes
from simulator.kubernetes.state import TOKEN, ConflictError, Rule
from simulator.serving import serve

NOW = datetime(2026, 1, 1, tzinfo=UTC)
AUTHORISED = {"Authorization": f"Bearer {TOKEN}"}


def deployment(image: str = "acme/api:1", replicas: int = 1, **spec: Any) -> dict[str, Any]:
    template = {
        "metadata": {"labels": {"app": "api"}},
        "spec": {"containers": [{"name": "api", "image": image}], **spec},
    }
    return {
        "kind": "Deployment",
        "metadata": {"name": "api", "namespace": "shop"},
        "spec": {"replicas": replicas, "template": template},
    }


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def state(clock: Clock) -> KubernetesState:
    return KubernetesState(clock.now)


def only_pod(state: KubernetesState) -> dict[str, Any]:
    [found] = state.list("Pod", "shop")
    return found


def waiting(state: KubernetesState) -> tuple[str, str]:
    [status] = only_pod(state)["status"]["containerStatuses"]
    told = status["state"]["waiting"]
    return told["reason"], told["message"]


def events(state: KubernetesState) -> list[str]:
    return sorted(f"{e['reason']}×{e['count']}" for e in state.list("Event", "shop"))


# --- the node ---------------------------------------------------------------------------------


def test_pull_is_tried_and_backs_off_when_the_image_is_missing(
    state: KubernetesState, clock: Clock
) -> None:
    node = Node(state, lambda _: False, clock=clock)
    state.apply(deployment())
    assert node.step() == 1.0
    error = (
        "rpc error: code = NotFound desc = failed to pull and unpack image "
        '"docker.io/acme/api:1": failed to resolve reference "docker.io/acme/api:1": '
        "docker.io/acme/api:1: not found"
    )
    assert waiting(state) == ("ErrImagePull", error)
    clock.seconds = 1.0
    assert node.step() == 10.0
    assert waiting(state) == (
        "ImagePullBackOff",
        f'Back-off pulling image "acme/api:1": ErrImagePull: {error}',
    )
    assert events(state) == [
        "BackOff×1",
        "Failed×1",
        "Failed×1",
        "Failed×1",
        "Pulling×1",
        "ScalingReplicaSet×1",
        "Scheduled×1",
        "SuccessfulCreate×1",
    ]
    clock.seconds = 10.0
    node.step()
    assert waiting(state)[0] == "ErrImagePull"
    clock.seconds = 11.0
    assert node.step() == 30.0, "the second back-off is twice as long"


def test_pod_runs_when_its_image_appears(state: KubernetesState, clock: Clock) -> None:
    images: set[str] = set()
    node = Node(state, images.__contains__, clock=clock)
    state.apply(deployment())
    node.step()
    images.add("acme/api:1")
    for clock.seconds in (1.0, 10.0):
        due = node.step()
    assert due is None
    assert only_pod(state)["status"]["phase"] == "Running"
    assert state.list("Deployment")[0]["status"]["readyReplicas"] == 1
    assert [e for e in events(state) if e[:2] in ("Pu", "Cr", "St")] == [
        "Created×1",
        "Pulled×1",
        "Pulling×2",
        "Started×1",
    ]


def test_runtime_error_is_quoted_when_the_caller_gives_one(
    state: KubernetesState, clock: Clock
) -> None:
    node = Node(state, lambda _: "dial tcp: lookup shop.io: no such host", clock=clock)
    state.apply(deployment("shop.io/api:1"))
    node.step()
    assert waiting(state)[1] == (
        'failed to pull and unpack image "shop.io/api:1": failed to resolve reference '
        '"shop.io/api:1": dial tcp: lookup shop.io: no such host'
    )


def test_new_pod_is_made_when_an_owned_one_is_deleted(state: KubernetesState, clock: Clock) -> None:
    node = Node(state, lambda _: True, clock=clock)
    state.apply(deployment())
    node.step()
    before = only_pod(state)["metadata"]["name"]
    assert state.delete("Pod", "shop", before)
    node.step()
    assert only_pod(state)["metadata"]["name"] != before
    assert only_pod(state)["status"]["phase"] == "Running"


def test_pods_are_replaced_when_the_image_changes(state: KubernetesState, clock: Clock) -> None:
    node = Node(state, lambda _: True, clock=clock)
    state.apply(deployment())
    node.step()
    state.apply(deployment("acme/api:2"))
    node.step()
    assert only_pod(state)["spec"]["containers"][0]["image"] == "acme/api:2"


def test_one_container_runs_while_another_cannot_be_pulled(
    state: KubernetesState, clock: Clock
) -> None:
    node = Node(state, lambda image: image == "good", clock=clock)
    containers = [{"name": "a", "image": "good"}, {"name": "b", "image": "bad"}]
    state.apply(deployment(containers=containers))
    node.step()
    statuses = only_pod(state)["status"]["containerStatuses"]
    assert [list(status["state"]) for status in statuses] == [["running"], ["waiting"]]
    assert events(state).count("Pulled×1") == 1


def test_runner_pod_stays_pending_when_no_node_fits(state: KubernetesState, clock: Clock) -> None:
    node = Node(state, lambda _: True, clock=clock)
    state.apply(deployment(nodeSelector={"pool": "builders"}))
    node.step()
    node.step()
    [condition] = only_pod(state)["status"]["conditions"]
    assert (condition["reason"], only_pod(state)["status"]["phase"]) == ("Unschedulable", "Pending")
    assert condition["message"].startswith(
        "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector."
    )
    assert events(state)[0] == "FailedScheduling×1"


async def test_node_runs_by_itself_and_stops_with_the_server(state: KubernetesState) -> None:
    images: set[str] = set()
    node = Node(state, images.__contains__, scale=0.001)
    running = asyncio.create_task(node.run())
    state.apply(deployment())
    await asyncio.sleep(0.01)
    images.add("acme/api:1")
    async with asyncio.timeout(1):
        while only_pod(state)["status"]["phase"] != "Running":
            await state.changed.wait()
    state.close()
    async with asyncio.timeout(1):
        await running


# --- the API ------------------------------------------------------------------------------------


@pytest.fixture
async def api(state: KubernetesState) -> AsyncIterator[aiohttp.ClientSession]:
    async with (
        serve(kubernetes(state)) as url,
        aiohttp.ClientSession(url, headers=AUTHORISED) as session,
    ):
        yield session


async def answer(api: aiohttp.ClientSession, path: str, **options: Any) -> tuple[int, Any]:
    async with api.request(options.pop("method", "GET"), path, **options) as response:
        return response.status, await response.json()


async def test_discovery_leaves_out_what_is_not_installed(
    state: KubernetesState, api: aiohttp.ClientSession
) -> None:
    state.groups.discard("actions.github.com")
    _, groups = await answer(api, "/apis")
    assert "apps" in [group["name"] for group in groups["groups"]]
    assert "actions.github.com" not in [group["name"] for group in groups["groups"]]
    _, resources = await answer(api, "/apis/apps/v1")
    assert "deployments" in [resource["name"] for resource in resources["resources"]]
    status, told = await answer(api, "/apis/actions.github.com/v1alpha1/ephemeralrunners")
    assert (status, told["message"]) == (404, "the server could not find the requested resource")


async def test_strangers_are_let_in_by_token_only(
    state: KubernetesState, api: aiohttp.ClientSession
) -> None:
    status, told = await answer(api, "/api/v1/pods", headers={"Authorization": "Bearer x"})
    assert (status, told["reason"]) == (401, "Unauthorized")
    state.forbidden.add(Rule("list", "pods"))
    status, told = await answer(api, "/api/v1/namespaces/shop/pods")
    assert (status, told["message"]) == (
        403,
        'pods is forbidden: User "system:serviceaccount:default:demo" cannot list resource '
        '"pods" in API group "" in the namespace "shop"',
    )


async def test_list_has_pages_and_no_kind_in_its_items(
    state: KubernetesState, api: aiohttp.ClientSession
) -> None:
    for name in ("a", "b", "c"):
        state.apply({"kind": "ConfigMap", "metadata": {"name": name, "namespace": "shop"}})
    _, first = await answer(api, "/api/v1/configmaps?limit=2")
    assert (first["kind"], first["metadata"]["remainingItemCount"]) == ("ConfigMapList", 1)
    assert [sorted(item) for item in first["items"]] == [["metadata"], ["metadata"]]
    more = first["metadata"]["continue"]
    _, second = await answer(api, "/api/v1/configmaps", params={"limit": "2", "continue": more})
    assert [item["metadata"]["name"] for item in second["items"]] == ["c"]
    state.delete("ConfigMap", "shop", "a")
    state.forget_changes()
    status, told = await answer(api, "/api/v1/configmaps", params={"continue": more})
    assert (status, told["reason"]) == (410, "Expired")


async def test_deletion_heeds_its_precondition(
    state: KubernetesState, api: aiohttp.ClientSession
) -> None:
    state.apply({"kind": "Pod", "metadata": {"name": "p", "namespace": "shop"}, "spec": {}})
    path = "/api/v1/namespaces/shop/pods/p"
    wrong = {"preconditions": {"uid": "another"}}
    status, _ = await answer(api, path, method="DELETE", json=wrong)
    assert status == 409
    with pytest.raises(ConflictError):
        state.delete("Pod", "shop", "p", "another")
    assert (await answer(api, path, method="DELETE"))[0] == 200
    assert (await answer(api, path, method="DELETE"))[0] == 404


async def test_watch_sends_changes_bookmarks_and_expiry(
    state: KubernetesState, api: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.kubernetes.app.BOOKMARK_SECONDS", 0.01)
    version = state.version
    state.apply({"kind": "ConfigMap", "metadata": {"name": "a", "namespace": "shop"}})
    async with api.get(f"/api/v1/configmaps?watch=1&resourceVersion={version}") as stream:
        lines = [await stream.content.readline() for _ in range(2)]
        assert [b'"ADDED"' in lines[0], b'"BOOKMARK"' in lines[1]] == [True, True]
        assert b'"kind": "ConfigMap"' in lines[0]
    state.forget_changes()
    async with api.get(f"/api/v1/configmaps?watch=1&resourceVersion={version}") as stream:
        assert b'"code": 410' in await stream.content.readline()


async def test_log_says_why_there_is_none(
    state: KubernetesState, api: aiohttp.ClientSession, clock: Clock
) -> None:
    state.apply(deployment())
    Node(state, lambda _: False, clock=clock).step()
    name = only_pod(state)["metadata"]["name"]
    status, told = await answer(api, f"/api/v1/namespaces/shop/pods/{name}/log")
    assert (status, told["message"]) == (
        400,
        f'container "api" in pod "{name}" is waiting to start: ErrImagePull',
    )

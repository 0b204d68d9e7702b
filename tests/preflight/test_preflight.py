"""A preflight: what would be missing, in the cluster and at the registries."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import yaml

from bot.cluster.files import read_files
from bot.connect import connect
from bot.preflight import Preflight, preflight
from bot.render.preflight import render
from bot.sources import Sources
from config.settings import RegistriesSettings
from simulator.kubernetes.state import Rule
from simulator.workloads import Workload
from simulator.world import World, open_world

CONTAINER = {
    "name": "api",
    "image": "acme/api:1",
    "env": [
        {
            "name": "URL",
            "valueFrom": {"configMapKeyRef": {"name": "api-config", "key": "base-url"}},
        }
    ],
}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path, speed=200.0) as opened:
        yield opened


@pytest.fixture
async def sources(world: World) -> AsyncIterator[Sources]:
    async with connect(world.settings()) as opened:
        yield opened


async def checked(
    tmp_path: Path, sources: Sources, *extra: dict[str, object], **spec: object
) -> Preflight:
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "api", "namespace": "shop"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "api"}},
            "template": {
                "metadata": {"labels": {"app": "api"}},
                "spec": {"containers": [CONTAINER], **spec},
            },
        },
    }
    path = tmp_path / "deploy.yaml"
    path.write_text(yaml.safe_dump_all([deployment, *extra]))
    return await preflight(read_files([str(path)]), sources.cluster, sources.registry)


def config(**data: str) -> dict[str, object]:
    meta = {"name": "api-config", "namespace": "shop"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data}


async def test_nothing_is_missing_when_the_manifests_bring_it_along(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    world.hub.push("acme/api:1")
    found = await checked(tmp_path, sources, config(**{"base-url": "x"}))
    assert found.problems == ()
    assert render(found) == "Nothing is missing: 1 workload, 1 image."


async def test_every_absent_thing_is_named_with_what_is_near(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    world.hub.push("acme/api:1.0")
    found = await checked(
        tmp_path,
        sources,
        config(base_url="x"),
        serviceAccountName="deployer",
        priorityClassName="urgent",
        volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}],
    )
    assert [(each.code, each.fix) for each in found.problems] == [
        ("ConfigMapKeyMissing", "the nearest key is base_url"),
        ("ImageTagMissing", "python -m bot image acme/api:1"),
        ("PVCNotFound", "create it"),
        ("PriorityClassMissing", "kubectl get priorityclasses"),
        ("ServiceAccountMissing", "kubectl create serviceaccount deployer -n shop"),
    ]
    assert {each.workload for each in found.problems} == {"deployment/api -n shop"}


async def test_config_map_of_the_cluster_counts_when_the_manifests_have_none(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    world.hub.push("acme/api:1")
    world.cluster.apply(config(**{"base-url": "x"}))
    assert (await checked(tmp_path, sources)).problems == ()


async def test_quota_is_told_when_the_replicas_do_not_fit(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    world.hub.push("acme/api:1")
    hard = {"pods": "3"}
    world.cluster.apply(
        {
            "kind": "ResourceQuota",
            "metadata": {"name": "small", "namespace": "shop"},
            "spec": {"hard": hard},
            "status": {"hard": hard, "used": {"pods": "2"}},
        }
    )
    found = await checked(tmp_path, sources, config(**{"base-url": "x"}))
    (problem,) = found.problems
    assert problem.code == "QuotaExceeded"
    assert problem.text == "quota small: pods would be 4 of 3"


async def test_images_alone_are_checked_when_there_is_no_cluster(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    (tmp_path / "pod.yaml").write_text(
        yaml.safe_dump(
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {"name": "api"},
                "spec": {"containers": [{**CONTAINER, "image": "Acme/API"}]},
            }
        )
    )
    files = read_files([str(tmp_path / "pod.yaml")])
    found = await preflight(files, None, sources.registry)
    (problem,) = found.problems
    assert problem.code == "ImageNameInvalid"


# --- what the pod brings and what is around it ----------------------------------------------------


async def codes(
    tmp_path: Path, sources: Sources, *extra: dict[str, object], **spec: object
) -> list[tuple[str, str]]:
    found = await checked(tmp_path, sources, config(**{"base-url": "x"}), *extra, **spec)
    return [(each.code, each.text) for each in found.problems]


async def test_secrets_and_pull_secrets_that_are_absent_are_named(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    world.hub.push("acme/api:1")
    world.cluster.apply({"kind": "Secret", "metadata": {"name": "db", "namespace": "shop"},
                         "data": {"password": "eA=="}})  # fmt: skip
    env = [
        {"name": "A", "valueFrom": {"secretKeyRef": {"name": "db", "key": "user"}}},
        {"name": "B", "valueFrom": {"secretKeyRef": {"name": "dbs", "key": "user"}}},
        {"name": "C", "valueFrom": {"secretKeyRef": {"name": "x", "key": "y", "optional": True}}},
    ]
    found = await checked(
        tmp_path,
        sources,
        containers=[{"name": "api", "image": "acme/api:1", "env": env}],
        imagePullSecrets=[{"name": "hub"}],
    )
    assert [(each.code, each.text, each.fix) for each in found.problems] == [
        (
            "ImagePullSecretMissing",
            "pull secret hub does not exist",
            "kubectl create secret docker-registry hub -n shop",
        ),
        ("SecretKeyMissing", "Secret db has no key user (variable A)", "its keys: password"),
        ("SecretNotFound", "Secret dbs does not exist (variable B)", "there is db"),
    ]


async def test_secrets_that_may_not_be_listed_are_a_gap_and_no_problem(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    world.hub.push("acme/api:1")
    world.cluster.forbidden.add(Rule("list", "secrets"))
    volume = {"name": "db", "secret": {"secretName": "db"}}
    found = await checked(tmp_path, sources, config(**{"base-url": "x"}), volumes=[volume])
    assert found.problems == ()
    assert [gap.subject for gap in found.gaps] == ["secrets in shop"]


async def test_manifests_without_a_namespace_are_put_where_kubectl_would(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    world.hub.push("acme/api:1")
    settings = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "api-config"},
                "data": {"base-url": "x"}}  # fmt: skip
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "api"},
           "spec": {"containers": [CONTAINER]}}  # fmt: skip
    path = tmp_path / "all.yaml"
    path.write_text(yaml.safe_dump_all([settings, pod]))
    found = await preflight(read_files([str(path)]), sources.cluster, sources.registry)
    assert (found.problems, found.workloads) == ((), 1)


async def test_private_image_is_a_gap_when_its_pull_secret_was_not_used(
    tmp_path: Path, world: World
) -> None:
    world.hub.push("acme/api:1")
    world.hub.repositories["acme/api"].private = True
    settings = world.settings()
    (hub,) = settings.registries.configured
    stranger = RegistriesSettings(configured=(msgspec.structs.replace(hub, username=""),))
    settings = msgspec.structs.replace(
        settings,
        registries=stranger,
        cluster=msgspec.structs.replace(settings.cluster, read_pull_secrets=False),
    )
    world.cluster.apply({"kind": "Secret", "metadata": {"name": "hub", "namespace": "shop"},
                         "type": "kubernetes.io/dockerconfigjson", "data": {}})  # fmt: skip
    async with connect(settings) as sources:
        found = await checked(
            tmp_path, sources, config(**{"base-url": "x"}), imagePullSecrets=[{"name": "hub"}]
        )
        without = await codes(tmp_path, sources)
    assert found.problems == ()
    (gap,) = found.gaps
    assert gap.subject == "acme/api:1"
    assert gap.detail == "it is not public, and the bot did not use pull secret hub"
    assert [code for code, _ in without] == ["ImageMissingOrPrivate"]


async def test_no_node_is_said_to_fit_only_when_none_does(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    world.hub.push("acme/api:1")
    assert await codes(tmp_path, sources) == []
    (problem,) = await codes(tmp_path, sources, nodeSelector={"pool": "gpu"})
    assert problem[0] == "NodeSelectorMismatch"
    assert problem[1].startswith("none of ")


async def test_image_for_another_platform_than_the_nodes_is_named(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    world.hub.push("acme/api:1", platforms=("linux/arm64",))
    (problem,) = await codes(tmp_path, sources)
    assert problem == (
        "ImagePlatformMismatch",
        "acme/api:1 is there for linux/arm64; the nodes that may get the pod are linux/amd64",
    )


# --- room -----------------------------------------------------------------------------------------


def quota(hard: dict[str, str], used: dict[str, str]) -> dict[str, object]:
    meta = {"name": "small", "namespace": "shop"}
    return {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": meta,
            "spec": {"hard": hard}, "status": {"hard": hard, "used": used}}  # fmt: skip


async def test_workload_that_runs_already_counts_once_against_a_quota(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    world.hub.push("acme/api:1")
    world.deploy(Workload(namespace="shop", name="api", image="acme/api:1"))
    world.cluster.apply(quota({"pods": "3"}, {"pods": "2"}))
    assert await codes(tmp_path, sources) == []
    world.cluster.apply(quota({"pods": "2"}, {"pods": "2"}))
    assert await codes(tmp_path, sources) == [
        ("QuotaExceeded", "quota small: pods would be 3 of 2")
    ]


async def test_quota_counts_all_workloads_of_the_manifests_together(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    world.hub.push("acme/api:1")
    world.cluster.apply(quota({"count/pods": "2"}, {}))
    other: dict[str, object] = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "tool", "namespace": "shop"},
        "spec": {"containers": [{"name": "tool", "image": "acme/api:1"}]},
    }
    found = await checked(tmp_path, sources, config(**{"base-url": "x"}), other)
    assert [(each.workload, each.text) for each in found.problems] == [
        ("pod/tool -n shop", "quota small: count/pods would be 3 of 2")
    ]


async def test_limit_range_sets_what_a_quota_demands(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    world.hub.push("acme/api:1")
    world.cluster.apply(quota({"limits.memory": "1Gi"}, {}))
    assert await codes(tmp_path, sources) == [
        (
            "QuotaMustSpecifyResources",
            "quota small demands limits.memory, and container api sets none",
        )
    ]
    usual = {"type": "Container", "default": {"memory": "256Mi"}, "max": {"memory": "300Mi"}}
    world.cluster.apply({"kind": "LimitRange", "metadata": {"name": "usual", "namespace": "shop"},
                         "spec": {"limits": [usual]}})  # fmt: skip
    assert await codes(tmp_path, sources) == []
    large = {**CONTAINER, "resources": {"limits": {"memory": "400Mi"}}}
    assert await codes(tmp_path, sources, containers=[large]) == [
        (
            "LimitRangeViolation",
            "container api: limit 400Mi of memory is above the maximum 300Mi of LimitRange usual",
        )
    ]


# --- without a cluster ----------------------------------------------------------------------------


async def test_cluster_that_does_not_answer_is_one_gap(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    world.hub.push("acme/api:1")
    world.cluster.tokens.clear()
    found = await checked(tmp_path, sources)
    assert (found.problems, [gap.subject for gap in found.gaps]) == ((), ["the cluster"])


async def test_keys_are_compared_among_the_manifests_when_there_is_no_cluster(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    world.hub.push("acme/api:1")
    found = await checked(tmp_path, msgspec.structs.replace(sources, cluster=None), config(a="x"))
    assert [each.code for each in found.problems] == ["ConfigMapKeyMissing"]
    assert [gap.detail for gap in found.gaps] == [
        "only images and the manifests themselves were checked"
    ]


async def test_manifest_that_cannot_be_read_is_a_gap(tmp_path: Path, sources: Sources) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Values.name }}}\n---\n"
                    "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n")  # fmt: skip
    found = await preflight(read_files([str(path)]), None, sources.registry)
    assert [gap.source for gap in found.gaps] == ["files", "cluster"]


async def test_image_that_only_the_bot_may_read_is_a_problem_of_the_pod(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    world.hub.push("acme/api:1")
    world.hub.repositories["acme/api"].private = True
    assert [code for code, _ in await codes(tmp_path, sources)] == ["ImagePullSecretMismatch"]

"""A preflight: what would be missing, in the cluster and at the registries."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from bot.cluster.files import read_files
from bot.connect import connect
from bot.preflight import Preflight, preflight
from bot.render.preflight import render
from bot.sources import Sources
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
    assert render(found) == "Nothing is missing: 1 workloads, 1 images."


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
        ("PriorityClassMissing", "create it"),
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

"""A preflight of what leads to pods: Services, Ingresses, autoscalers, before a deploy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.sources import Sources
from simulator.kubernetes.state import Rule
from simulator.world import World
from tests.preflight.test_preflight import checked, config, sources, world

__all__ = ["sources", "world"]
READY = config(**{"base-url": "x"})


def service(selector: dict[str, str], **port: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "api", "namespace": "shop"},
        "spec": {"selector": selector, "ports": [{"port": 80, **port}]},
    }


def ingress(
    backend: str = "api", port: int = 80, annotations: dict[str, str] | None = None, **spec: Any
) -> dict[str, Any]:
    path = {
        "path": "/",
        "pathType": "Prefix",
        "backend": {"service": {"name": backend, "port": {"number": port}}},
    }
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "shop", "namespace": "shop", "annotations": annotations or {}},
        "spec": {"rules": [{"http": {"paths": [path]}}], "ingressClassName": "nginx", **spec},
    }


def autoscaler(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "api", "namespace": "shop"},
        "spec": {
            "maxReplicas": 5,
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
        },
    }


NGINX = {"kind": "IngressClass", "metadata": {"name": "nginx"}, "spec": {"controller": "x/nginx"}}


async def problems(
    tmp_path: Path, world: World, sources: Sources, *extra: dict[str, Any], **spec: Any
) -> list[tuple[str, str, str]]:
    world.hub.push("acme/api:1")
    found = await checked(tmp_path, sources, READY, *extra, **spec)
    return [(each.workload, each.code, each.text) for each in found.problems]


async def test_service_that_selects_the_pods_is_well(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    assert await problems(tmp_path, world, sources, service({"app": "api"})) == []


async def test_service_that_selects_labels_of_no_pod_is_named_with_the_nearest(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    assert await problems(tmp_path, world, sources, service({"app": "shop-api"})) == [
        (
            "service/api -n shop",
            "ServiceSelectorMismatch",
            "Service api selects app=shop-api, which no pod has; the nearest, api, has app=api",
        )
    ]


async def test_service_of_pods_that_the_cluster_has_is_well(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    world.cluster.apply(
        {
            "kind": "Deployment",
            "metadata": {"name": "web", "namespace": "shop"},
            "spec": {
                "selector": {"matchLabels": {"app": "web"}},
                "template": {
                    "metadata": {"labels": {"app": "web"}},
                    "spec": {"containers": [{"name": "web", "image": "acme/web:1"}]},
                },
            },
        }
    )
    assert await problems(tmp_path, world, sources, service({"app": "web"})) == []


def workload(kind: str, version: str = "apps/v1") -> dict[str, Any]:
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": "web", "namespace": "shop", "uid": "web-1"},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "web", "image": "acme/api:1"}]},
            },
        },
    }


async def test_service_of_a_replica_set_of_the_manifests_is_well(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    extra = (workload("ReplicaSet"), service({"app": "web"}))
    assert await problems(tmp_path, world, sources, *extra) == []


async def test_service_of_pods_whose_workload_nobody_knows_is_well(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    """A Rollout makes ReplicaSets as a Deployment does; its pods are there all the same."""
    owner = {"kind": "ReplicaSet", "name": "web-5f6", "uid": "rs-2", "controller": True,
             "apiVersion": "apps/v1"}  # fmt: skip
    made = {
        "kind": "Pod",
        "metadata": {
            "name": "web-5f6-x", "namespace": "shop", "labels": {"app": "web"},
            "ownerReferences": [owner],
        },
        "spec": {"containers": [{"name": "web", "image": "acme/api:1"}]},
    }  # fmt: skip
    world.cluster.apply(made)
    assert await problems(tmp_path, world, sources, service({"app": "web"})) == []


async def test_pods_that_the_deploy_replaces_do_not_count(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    owner = {"kind": "ReplicaSet", "name": "api-5f6", "uid": "rs-2", "controller": True,
             "apiVersion": "apps/v1"}  # fmt: skip
    made = {
        "kind": "Pod",
        "metadata": {
            "name": "api-5f6-x", "namespace": "shop", "labels": {"app": "old"},
            "ownerReferences": [owner],
        },
        "spec": {"containers": [{"name": "api", "image": "acme/api:1"}]},
    }  # fmt: skip
    world.cluster.apply(made)
    found = await problems(tmp_path, world, sources, service({"app": "old"}))
    assert [code for _, code, _ in found] == ["ServiceSelectorMismatch"]


async def test_what_an_unknown_kind_of_the_manifests_may_make_is_a_question_and_no_problem(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    world.hub.push("acme/api:1")
    rollout = workload("Rollout", "argoproj.io/v1alpha1")
    extra = (rollout, service({"app": "web"}))
    found = await checked(tmp_path, sources, READY, *extra)
    assert found.problems == ()
    (gap,) = found.gaps
    assert gap.subject == "service/api -n shop"
    assert gap.detail.endswith("; Rollout.argoproj.io of the manifests may make it")


async def test_pods_that_may_not_be_listed_leave_a_selector_unjudged(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    world.cluster.forbidden.add(Rule("list", "pods"))
    assert await problems(tmp_path, world, sources, service({"app": "apii"})) == []


async def test_target_port_by_a_name_that_no_container_has_is_named(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    container = {"name": "api", "image": "acme/api:1", "ports": [{"containerPort": 8080}]}
    found = await problems(
        tmp_path,
        world,
        sources,
        service({"app": "api"}, targetPort="http"),
        containers=[container],
    )
    assert [(where, code) for where, code, _ in found] == [
        ("service/api -n shop", "ServiceTargetPortMismatch")
    ]


async def test_ingress_to_an_absent_service_port_and_class_is_named(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    found = await problems(tmp_path, world, sources, service({"app": "api"}), ingress(port=8080))
    assert [code for _, code, _ in found] == ["IngressBackendMissing", "IngressClassMissing"]
    assert found[0][2] == "Ingress shop asks Service api for port 8080; it has 80"
    found = await problems(tmp_path, world, sources, ingress(backend="web"))
    assert [code for _, code, _ in found] == ["IngressBackendMissing", "IngressClassMissing"]


async def test_ingress_whose_certificate_will_be_issued_is_well(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    world.cluster.apply(NGINX)
    tls = [{"hosts": ["shop.example"], "secretName": "shop-tls"}]
    extra = (service({"app": "api"}), ingress(tls=tls))
    found = await problems(tmp_path, world, sources, *extra)
    assert [code for _, code, _ in found] == ["IngressTLSSecretMissing"]
    issued = ingress(annotations={"cert-manager.io/cluster-issuer": "letsencrypt"}, tls=tls)
    assert await problems(tmp_path, world, sources, service({"app": "api"}), issued) == []


@pytest.mark.parametrize(("name", "code"), [("api", []), ("apii", ["HPATargetMissing"])])
async def test_autoscaler_needs_its_workload(
    tmp_path: Path, world: World, sources: Sources, name: str, code: list[str]
) -> None:
    found = await problems(tmp_path, world, sources, autoscaler(name))
    assert [code for _, code, _ in found] == code


async def test_stateful_set_needs_its_service(
    tmp_path: Path, world: World, sources: Sources
) -> None:
    stateful = {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "db", "namespace": "shop"},
        "spec": {
            "serviceName": "db",
            "selector": {"matchLabels": {"app": "db"}},
            "template": {
                "metadata": {"labels": {"app": "db"}},
                "spec": {"containers": [{"name": "db", "image": "acme/api:1"}]},
            },
        },
    }
    found = await problems(tmp_path, world, sources, stateful)
    assert [(where, code) for where, code, _ in found] == [
        ("statefulset/db -n shop", "ServiceNotFound")
    ]
    headless = service({"app": "db"})
    headless["metadata"]["name"] = "db"
    assert await problems(tmp_path, world, sources, stateful, headless) == []

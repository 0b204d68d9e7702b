from __future__ import annotations

from typing import Any

import pytest

from bot.cluster import objects as k
from bot.cluster.decode import object_from_value
from bot.cluster.kinds import kind_of
from bot.cluster.neighbours import MOST_EVENTS, further_kinds, narrowed, pods_of
from bot.cluster.newest import newest_time
from bot.cluster.pod_state import pod_is_well, state_of
from bot.evidence import Listing
from tests.cluster_io.make import manifest, pod


def read(raw: dict[str, Any]) -> Any:
    item, complaints = object_from_value(kind_of(raw["kind"]), raw)
    assert complaints == []
    return item


def a_pod(**spec: Any) -> k.Pod:
    found: k.Pod = read(pod(spec={"nodeName": "n", **spec}, metadata={"labels": {"app": "api"}}))
    return found


@pytest.mark.parametrize(
    ("spec", "kinds"),
    [
        ({}, set()),
        ({"nodeName": None}, {"Node", "PriorityClass"}),
        ({"volumes": [{"name": "v", "secret": {"secretName": "s"}}]}, {"Secret"}),
        ({"imagePullSecrets": [{"name": "s"}]}, {"Secret"}),
        (
            {"volumes": [{"name": "v", "projected": {"sources": [{"secret": {"name": "s"}}]}}]},
            {"Secret"},
        ),
        (
            {"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "c"}}]},
            {"PersistentVolume", "StorageClass", "CSIDriver", "CSINode", "VolumeAttachment"},
        ),
        ({"resourceClaims": [{"name": "gpu"}]}, {"ResourceClaim", "ResourceClaimTemplate"}),
        ({"runtimeClassName": "gvisor"}, {"RuntimeClass"}),
        ({"priorityClassName": "high"}, {"PriorityClass"}),
    ],
)
def test_kinds_are_asked_for_when_the_pod_refers_to_them(
    spec: dict[str, Any], kinds: set[str]
) -> None:
    item = a_pod(**spec)
    assert set(further_kinds(item, (item,), ())) == kinds


def test_kinds_follow_from_the_target_and_from_events() -> None:
    refused = k.Event(message='failed calling webhook "policy.acme.io"')
    cases: list[tuple[k.KubeObject, tuple[k.KubeObject, ...], set[str]]] = [
        (k.DaemonSet(), (), {"Node"}),
        (k.Ingress(), (), {"IngressClass", "Secret"}),
        (k.HorizontalPodAutoscaler(), (), {"APIService"}),
        (
            k.ReplicaSet(),
            (refused,),
            {"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"},
        ),
        (
            k.CronJob(),
            (),
            set(),
        ),
    ]
    for target, seen, kinds in cases:
        assert set(further_kinds(target, (), seen)) == kinds


@pytest.mark.parametrize(
    "target",
    [
        manifest("Service", "s", spec={"selector": {"app": "api"}}),
        manifest("NetworkPolicy", "p", api="networking.k8s.io/v1", spec={"podSelector": {}}),
        manifest(
            "PodDisruptionBudget",
            "b",
            api="policy/v1",
            spec={"selector": {"matchLabels": {"app": "api"}}},
        ),
        manifest("PersistentVolumeClaim", "data"),
        manifest("Node", "n", ""),
    ],
    ids=lambda raw: raw["kind"],
)
def test_pods_are_those_that_the_target_selects_or_holds(target: dict[str, Any]) -> None:
    mounted = a_pod(volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}])
    assert pods_of(read(target), (mounted, k.ConfigMap())) == (mounted,)


def test_service_without_a_selector_has_no_pods() -> None:
    assert pods_of(k.Service(), (a_pod(),)) == ()


def test_pods_are_found_below_owners_that_have_no_uid() -> None:
    def below(kind: str, name: str) -> dict[str, Any]:
        return {"ownerReferences": [{"kind": kind, "name": name, "controller": True}]}

    job = read(manifest("Job", "j", api="batch/v1", metadata=below("CronJob", "c")))
    run = read(pod(metadata=below("Job", "j")))
    other = read(pod("other", metadata=below("Job", "k")))
    cron = read(manifest("CronJob", "c", api="batch/v1"))
    assert pods_of(cron, (run, other, job, cron)) == (run,)


def test_events_about_others_are_left_out_only_when_there_are_very_many() -> None:
    here = a_pod()
    about = k.ObjectReference(kind="Pod", namespace="shop", name="api-1")
    mine = k.Event(metadata=k.Metadata(name="mine", namespace="shop"), involved_object=about)
    others = [
        k.Event(metadata=k.Metadata(name=f"e{n}", namespace="shop")) for n in range(MOST_EVENTS)
    ]
    listings = {Listing("Pod", "shop")}
    assert narrowed([here, mine, others[0]], listings, (here,))[0] == [here, mine, others[0]]
    assert narrowed([here, mine, *others], listings, (here,)) == ([here, mine], listings)


@pytest.mark.parametrize(
    ("status", "state", "well"),
    [
        ({"phase": "Succeeded"}, "Succeeded", True),
        ({"phase": "Failed", "reason": "Evicted"}, "Evicted", False),
        ({}, "unknown", False),
        (
            {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
            "Running",
            True,
        ),
        (
            {
                "containerStatuses": [
                    {"name": "a", "state": {"waiting": {"reason": "ErrImagePull"}}}
                ]
            },
            "ErrImagePull",
            False,
        ),
        (
            {"initContainerStatuses": [{"name": "a", "state": {"terminated": {"exitCode": 3}}}]},
            "exit code 3",
            False,
        ),
    ],
)
def test_state_is_said_in_a_word(status: dict[str, Any], state: str, well: bool) -> None:
    item = read(pod(status=status))
    assert (state_of(item), pod_is_well(item)) == (state, well)


@pytest.mark.parametrize(
    "raw",
    [
        manifest("Lease", "n", api="coordination.k8s.io/v1", spec={"renewTime": "T"}),
        manifest("Job", "j", api="batch/v1", status={"completionTime": "T"}),
        manifest("CronJob", "c", api="batch/v1", status={"lastScheduleTime": "T"}),
        manifest(
            "Node", "n", "", status={"conditions": [{"type": "Ready", "lastHeartbeatTime": "T"}]}
        ),
        pod(
            status={"containerStatuses": [{"name": "a", "state": {"running": {"startedAt": "T"}}}]}
        ),
        pod(
            status={
                "containerStatuses": [
                    {"name": "a", "lastState": {"terminated": {"finishedAt": "T"}}}
                ]
            }
        ),
    ],
)
def test_every_kind_of_fact_has_its_time(raw: dict[str, Any]) -> None:
    def dated(value: Any) -> Any:
        match value:
            case "T":
                return "2026-01-02T03:04:05Z"
            case dict():
                return {key: dated(inner) for key, inner in value.items()}
            case list():
                return [dated(inner) for inner in value]
            case _:
                return value

    found = newest_time([read(dated(raw))])
    assert found is not None
    assert found.isoformat() == "2026-01-02T03:04:05+00:00"

from __future__ import annotations

from collections.abc import Awaitable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest

from bot.cluster import gathering
from bot.cluster import objects as k
from bot.cluster.api import LiveCluster
from bot.cluster.files import read_files
from bot.cluster.gather import gather, gather_runners
from bot.cluster.neighbours import MOST_PODS
from bot.cluster.scrubbed import scrubbed, scrubbed_facts
from bot.evidence import ClusterFacts, ContainerLog, Gap, GapReason, Listing, Target
from bot.sources import SourceError
from simulator.faults import Fault
from simulator.kubernetes import KubernetesState, Node
from simulator.kubernetes.state import Rule
from tests.cluster_io.make import listing, manifest, pod, write

T = TypeVar("T")


class Asked:
    """Keeps the gaps and the steps that were told."""

    def __init__(self) -> None:
        self.gaps: list[Gap] = []
        self.steps: list[str] = []

    async def ask(self, source: str, subject: str, question: Awaitable[T]) -> T | Gap:
        try:
            return await question
        except SourceError as error:
            self.gaps.append(error.as_gap(source, subject))
            return self.gaps[-1]

    def begin(self, key: str, title: str) -> None:
        self.steps.append(f"{key}: {title} …")

    def end(self, key: str, title: str, summary: str, *, failed: bool = False) -> None:
        self.steps.append(f"{key}: {title}: {summary}{' !' if failed else ''}")


def named(facts: ClusterFacts, *kinds: str) -> list[str]:
    return [f"{i.kind} {i.namespace}/{i.name}" for i in facts.objects if i.kind in kinds]


DEPLOYMENT = manifest(
    "Deployment",
    "api",
    api="apps/v1",
    spec={
        "replicas": 1,
        "template": {
            "metadata": {"labels": {"app": "api"}},
            "spec": {
                "containers": [
                    {
                        "name": "api",
                        "image": "acme/api:1",
                        "env": [
                            {"name": "DB_PASSWORD", "value": "hush-hush"},
                            {
                                "name": "TOKEN",
                                "valueFrom": {"secretKeyRef": {"name": "db", "key": "token"}},
                            },
                        ],
                    }
                ],
                "volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}],
            },
        },
    },
)


@pytest.fixture
def failing(state: KubernetesState) -> KubernetesState:
    """A Deployment whose image does not exist, and what it refers to."""
    state.apply(DEPLOYMENT)
    state.apply(manifest("Secret", "db", data={"token": "aHVzaA=="}))
    state.apply(manifest("PersistentVolumeClaim", "data"))
    state.apply(manifest("StorageClass", "fast", "", "storage.k8s.io/v1", provisioner="x"))
    state.apply(manifest("Service", "api", spec={"selector": {"app": "api"}}))
    Node(state, lambda _: False).step()
    return state


async def test_everything_around_a_workload_is_gathered(
    failing: KubernetesState, cluster: LiveCluster
) -> None:
    asked = Asked()
    facts = await gather(cluster, Target("demo", "shop", "Deployment", "api"), asked)
    assert asked.gaps == []
    assert asked.steps == [
        "pod: Read Deployment and its events …",
        "pod: Read Deployment and its events: ErrImagePull !",
    ]
    assert named(
        facts, "Deployment", "Secret", "PersistentVolumeClaim", "StorageClass", "Node"
    ) == [
        "Deployment shop/api",
        "Node /node-1",
        "PersistentVolumeClaim shop/data",
        "Secret shop/db",
        "StorageClass /fast",
    ]
    assert {
        Listing("Secret", "shop"),
        Listing("ConfigMap", "shop"),
        Listing("StorageClass", ""),
    } <= (facts.listings)
    assert Listing("Node", "") not in facts.listings
    reasons = {item.reason for item in facts.objects if isinstance(item, k.Event)}
    assert {"ScalingReplicaSet", "SuccessfulCreate", "Scheduled", "Pulling", "Failed"} <= reasons
    assert b"hush" not in msgspec.json.encode(facts)


async def test_owners_are_followed_up_from_a_pod(
    failing: KubernetesState, cluster: LiveCluster
) -> None:
    name = failing.list("Pod")[0]["metadata"]["name"]
    facts = await gather(cluster, Target("demo", "shop", "Pod", name), Asked())
    assert len(named(facts, "Pod", "ReplicaSet", "Deployment")) == 3


async def test_gap_names_the_rule_when_secrets_may_not_be_listed(
    failing: KubernetesState, cluster: LiveCluster
) -> None:
    failing.forbidden.add(Rule("list", "secrets"))
    asked = Asked()
    facts = await gather(cluster, Target("demo", "shop", "Deployment", "api"), asked)
    assert asked.gaps == [
        Gap(
            source="cluster",
            subject="secrets in shop",
            reason=GapReason.FORBIDDEN,
            detail="the bot may not list secrets in shop",
            fix='add to the bot\'s role: - {apiGroups: [""], resources: ["secrets"], '
            'verbs: ["list"]}',
        )
    ]
    assert Listing("Secret", "shop") not in facts.listings
    assert named(facts, "Deployment") == ["Deployment shop/api"]


async def test_secrets_are_not_asked_for_when_nothing_refers_to_them(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    state.apply(pod())
    state.forbidden.add(Rule("list", "secrets"))
    asked = Asked()
    await gather(cluster, Target("demo", "shop", "Pod", "api-1"), asked)
    assert asked.gaps == []


async def test_rest_is_gathered_when_one_question_gets_no_answer(
    failing: KubernetesState, cluster: LiveCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "QUESTION_SECONDS", 1.0)
    failing.faults.add(Fault(match="/configmaps", delay=30.0))
    asked = Asked()
    facts = await gather(cluster, Target("demo", "shop", "Deployment", "api"), asked)
    assert [(gap.subject, gap.reason) for gap in asked.gaps] == [
        ("configmaps in shop", GapReason.TIMED_OUT)
    ]
    assert named(facts, "Service") == ["Service shop/api"]


async def test_there_is_no_answer_when_the_target_cannot_be_read(
    failing: KubernetesState, cluster: LiveCluster
) -> None:
    failing.forbidden.add(Rule("get", "deployments"))
    with pytest.raises(SourceError) as error:
        await gather(cluster, Target("demo", "shop", "Deployment", "api"), Asked())
    assert error.value.reason is GapReason.FORBIDDEN


async def test_absence_is_proved_when_the_target_does_not_exist(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    facts = await gather(cluster, Target("demo", "shop", "Pod", "gone"), Asked())
    assert (facts.objects, facts.listings) == ((), frozenset({Listing("Pod", "shop")}))


async def test_nodes_are_listed_when_the_node_of_a_pod_is_gone(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    state.apply(pod(spec={"nodeName": "lost"}))
    facts = await gather(cluster, Target("demo", "shop", "Pod", "api-1"), Asked())
    assert Listing("Node", "") in facts.listings


async def test_logs_of_both_instances_are_read_when_a_container_was_restarted(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    status = {
        "name": "api",
        "restartCount": 2,
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": {"exitCode": 1}},
    }
    state.apply(pod(status={"phase": "Running", "containerStatuses": [status]}))
    state.logs["shop", "api-1", "api", False] = ["now", "password=hush-hush"]
    state.logs["shop", "api-1", "api", True] = ["before"]
    facts = await gather(cluster, Target("demo", "shop", "Pod", "api-1"), Asked())
    assert [(log.previous, log.lines) for log in facts.logs] == [
        (False, ("now", "password=***")),
        (True, ("before",)),
    ]


async def test_only_own_pods_are_kept_when_a_namespace_is_full(tmp_path: Path) -> None:
    pods = [pod(f"p{number}") for number in range(MOST_PODS + 1)]
    cluster = read_files([str(write(tmp_path, "pods.json", listing(*pods)))])
    facts = await gather(cluster, Target("", "shop", "Pod", "p7"), Asked())
    assert named(facts, "Pod") == ["Pod shop/p7"]
    assert Listing("Pod", "shop") not in facts.listings


# --- runners --------------------------------------------------------------------------------------


async def test_listings_are_empty_when_no_runner_controller_is_installed(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    state.groups -= {"actions.github.com", "actions.summerwind.dev"}
    asked = Asked()
    facts = await gather_runners(cluster, asked)
    assert (asked.gaps, facts.objects, len(facts.listings)) == ([], (), 7)


def runner(name: str) -> dict[str, Any]:
    return manifest("EphemeralRunner", name, "arc", "actions.github.com/v1alpha1")


async def test_runner_objects_come_with_their_pods_and_controllers(
    state: KubernetesState, cluster: LiveCluster
) -> None:
    uid = state.apply(runner("r-1"))["metadata"]["uid"]
    owner = {"kind": "EphemeralRunner", "name": "r-1", "uid": uid, "controller": True}
    state.apply(pod("r-1", "arc", metadata={"ownerReferences": [owner]}))
    labels = {"app.kubernetes.io/name": "gha-rs-controller"}
    controller = manifest("Deployment", "gha", "arc-system", "apps/v1", metadata={"labels": labels})
    state.apply(controller)
    facts = await gather_runners(cluster, Asked())
    assert named(facts, "EphemeralRunner", "Pod", "Deployment") == [
        "Deployment arc-system/gha",
        "EphemeralRunner arc/r-1",
        "Pod arc/r-1",
    ]


async def test_runners_are_taken_from_files(tmp_path: Path) -> None:
    path = write(tmp_path, "all.json", listing(runner("r-1"), pod("r-1", "arc"), pod()))
    facts = await gather_runners(read_files([str(path)]), Asked())
    assert named(facts, "EphemeralRunner", "Pod") == ["EphemeralRunner arc/r-1", "Pod arc/r-1"]


# --- masking --------------------------------------------------------------------------------------


def test_free_text_is_masked_and_names_stay() -> None:
    event = k.Event(
        metadata=k.Metadata(name="e", labels={"token": "abcdefgh"}),
        message="failed:\x1b[31m password=hush-hush\u202e",
    )
    assert scrubbed(event) == msgspec.structs.replace(event, message="failed: password=***")


@pytest.mark.parametrize(
    "line",
    [
        'failed to try resolving symlinks in path "/var/log/pods/shop_api-1_u/api/0.log":'
        " lstat /var/log/pods/shop_api-1_u/api/0.log: no such file or directory",
        "unable to retrieve container logs for containerd://9d1c7f",
    ],
)
def test_log_is_none_when_the_kubelet_speaks_in_its_place(line: str) -> None:
    def log(*lines: str) -> ContainerLog:
        return ContainerLog(
            namespace="shop", pod="api-1", container="api", previous=False, lines=lines
        )

    assert scrubbed_facts((), (), (log(line), log("started", line))).logs == (log("started", line),)

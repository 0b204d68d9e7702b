"""The engine: what is a root cause, what a consequence, and what never changes a report."""

from __future__ import annotations

import random
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cluster import objects as k
from bot.diagnose import diagnose
from bot.evidence import ClusterFacts, ContainerLog, Evidence, Gap, GapReason
from bot.report import Outcome, Report, Verdict
from tests import make


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.root_causes]


CRASH = make.pod(make.crashing(1))
OPTIONAL = make.pod(
    make.crashing(1),
    spec=[
        make.container(
            env=(
                k.EnvVar(
                    name="DATABASE_URL",
                    value_from=k.EnvVarSource(
                        config_map_key_ref=k.KeySelector(
                            name="settings", key="DATABASE_DNS", optional=True
                        )
                    ),
                ),
            )
        )
    ],
)
SETTINGS = k.ConfigMap(metadata=make.meta("settings"), keys=("DATABASE_URL",))
UNSET = make.log("fatal: DATABASE_URL is empty")
PROBED = make.pod(
    make.running(ready=False),
    spec=[
        make.container(
            readiness_probe=k.Probe(http_get=k.HTTPGetAction(port=8080, path="/ready")),
            ports=(k.ContainerPort(container_port=9090),),
        )
    ],
)
REFUSED = make.event(
    PROBED,
    "Unhealthy",
    'Readiness probe failed: Get "http://10.1.2.3:8080/ready": dial tcp 10.1.2.3:8080: connect:'
    " connection refused",
    of="api",
)
WORLDS = {
    "a healthy pod": make.evidence(make.pod()),
    "a crash": make.evidence(CRASH, logs=[make.log("KeyError: 'x'")]),
    "an optional key": make.evidence(OPTIONAL, SETTINGS, listed=[k.ConfigMap], logs=[UNSET]),
    "a probe": make.evidence(PROBED, REFUSED),
    "two crashes": make.evidence(
        make.pod(make.crashing(1), make.crashing(137, "side", reason="OOMKilled")),
        logs=[make.log("bind: address already in use")],
    ),
    "a service": make.evidence(
        make.service(selector={"app": "apy"}), make.pod(), listed=[k.Pod, k.Service]
    ),
}


def test_the_missing_key_is_the_root_of_the_unset_variable() -> None:
    report = diagnose(WORLDS["an optional key"])
    assert codes(report) == ["ConfigMapKeyMissing"]
    assert report.root_causes[0].explains == ("AppError", "MissingEnvVar")


def test_two_containers_of_one_image_have_a_root_cause_each() -> None:
    assert codes(diagnose(WORLDS["two crashes"])) == ["OOMKilled", "PortConflict"]


def test_many_pods_of_one_workload_fail_for_one_cause() -> None:
    owner = k.OwnerReference(kind="ReplicaSet", name="api-5d8f", controller=True)
    replica_set = k.ReplicaSet(metadata=make.meta("api-5d8f"), spec=k.WorkloadSpec(replicas=3))
    pods = [
        make.pod(
            make.crashing(137, reason="OOMKilled"),
            name=f"api-5d8f-{n}",
            meta={"owner_references": (owner,)},
        )
        for n in range(3)
    ]
    assert codes(diagnose(make.evidence(replica_set, *pods))) == ["OOMKilled"]


def test_a_suspected_fault_stands_before_a_symptom() -> None:
    pod = make.pod(
        make.crashing(137),
        spec=[make.container(liveness_probe=k.Probe(exec=k.ExecAction(command=("true",))))],
    )
    report = diagnose(make.evidence(pod))
    assert codes(report) == ["LivenessKilled"]
    assert report.root_causes[0].ruling.outcome is Outcome.SUSPECTED


def test_nothing_is_concluded_from_what_was_not_seen() -> None:
    evidence = make.evidence(make.service(selector={"app": "apy"}))
    assert diagnose(evidence).verdict is Verdict.UNEXPLAINED


def test_a_gap_makes_the_verdict_incomplete() -> None:
    gap = Gap(source="cluster", subject="pods", reason=GapReason.FORBIDDEN)
    evidence = make.evidence(make.service(selector={"app": "apy"}), gaps=[gap])
    assert diagnose(evidence).verdict is Verdict.INCOMPLETE


def test_no_cluster_is_incomplete() -> None:
    gap = Gap(source="cluster", subject="pod", reason=GapReason.UNREACHABLE)
    evidence = msgspec.structs.replace(WORLDS["a crash"], cluster=gap)
    assert diagnose(evidence).verdict is Verdict.INCOMPLETE


@pytest.mark.parametrize("evidence", WORLDS.values(), ids=WORLDS.keys())
@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_facts_changes_nothing(evidence: Evidence, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    facts = evidence.cluster
    assert isinstance(facts, ClusterFacts)
    objects = [_shuffled(item, chance) for item in facts.objects]
    logs = list(facts.logs)
    chance.shuffle(objects)
    chance.shuffle(logs)
    other = msgspec.structs.replace(facts, objects=tuple(objects), logs=tuple(logs))
    assert codes(diagnose(msgspec.structs.replace(evidence, cluster=other))) == codes(
        diagnose(evidence)
    )


def _shuffled(item: k.KubeObject, chance: random.Random) -> k.KubeObject:
    if not isinstance(item, k.Pod):
        return item
    statuses = list(item.status.container_statuses)
    containers = list(item.spec.containers)
    chance.shuffle(statuses)
    chance.shuffle(containers)
    return make.changed(
        item,
        status=make.changed(item.status, container_statuses=tuple(statuses)),
        spec=make.changed(item.spec, containers=tuple(containers)),
    )


def _without(evidence: Evidence) -> Iterator[Evidence]:
    """The evidence less one fact, for each fact but the target itself."""
    facts = evidence.cluster
    assert isinstance(facts, ClusterFacts)
    for index in range(1, len(facts.objects)):
        objects = facts.objects[:index] + facts.objects[index + 1 :]
        yield _with(evidence, make.changed(facts, objects=objects, listings=frozenset()))
    if facts.logs:
        yield _with(evidence, make.changed(facts, logs=()))
    if facts.listings:
        yield _with(evidence, make.changed(facts, listings=frozenset()))


def _with(evidence: Evidence, facts: ClusterFacts) -> Evidence:
    return msgspec.structs.replace(evidence, cluster=facts)


@pytest.mark.parametrize("evidence", WORLDS.values(), ids=WORLDS.keys())
def test_a_fact_less_never_makes_a_failure_healthy(evidence: Evidence) -> None:
    whole = diagnose(evidence)
    for less in _without(evidence):
        report = diagnose(less)
        assert (report.verdict is Verdict.HEALTHY) <= (whole.verdict is Verdict.HEALTHY)
        assert _suspected(whole).isdisjoint(_confirmed(report))


def _suspected(report: Report) -> set[str]:
    roots = report.root_causes
    return {root.code for root in roots if root.ruling.outcome is Outcome.SUSPECTED}


def _confirmed(report: Report) -> set[str]:
    return {root.code for root in report.root_causes} - _suspected(report)


_TEXT = st.text(max_size=300)


@settings(max_examples=60, deadline=None)
@given(_TEXT, _TEXT, _TEXT, st.lists(_TEXT, max_size=5), st.integers(-1, 300))
def test_any_text_is_survived(
    message: str, reason: str, label: str, lines: list[str], code: int
) -> None:
    pod = make.pod(
        make.waiting(reason=reason, message=message, last=make.ended(code, reason)),
        make.running("side", ready=False),
        labels={label: message},
    )
    told = make.event(pod, reason, message, of="api")
    logs = ContainerLog(
        namespace=make.NAMESPACE, pod=pod.name, container="api", previous=True, lines=tuple(lines)
    )
    report = diagnose(make.evidence(pod, told, make.service(), logs=[logs], listed=[k.Pod]))
    assert report.verdict is not Verdict.HEALTHY

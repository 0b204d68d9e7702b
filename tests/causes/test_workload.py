"""Controllers, schedules, budgets, deletions; and targets that work."""

from __future__ import annotations

from typing import Any

import pytest

from bot.causes.workload.cron_schedule_invalid import schedule_fault
from bot.cluster import objects as k
from bot.diagnose import diagnose
from bot.evidence import Evidence, Gap
from bot.report import Outcome, Verdict
from tests import make

TRUE = "True"


def job(*conditions: k.Condition, **more: Any) -> k.Job:
    spec = k.JobSpec(**more.pop("spec", {}))
    return k.Job(
        metadata=make.meta("load"), spec=spec, status=k.JobStatus(conditions=conditions, **more)
    )


def failed(reason: str) -> k.Condition:
    return k.Condition(type="Failed", status=TRUE, reason=reason, message="gave up")


def cron(schedule: str = "*/5 * * * *", **more: Any) -> Evidence:
    return make.evidence(
        k.CronJob(metadata=make.meta("tidy"), spec=k.CronJobSpec(schedule=schedule, **more))
    )


def deployment(wanted: int = 1, *, paused: bool = False, **status: Any) -> Evidence:
    return make.evidence(
        k.Deployment(
            metadata=make.meta("api"),
            spec=k.WorkloadSpec(replicas=wanted, paused=paused),
            status=k.WorkloadStatus(**status),
        )
    )


OWNED = {"owner_references": (k.OwnerReference(kind="Job", name="load", controller=True),)}
DONE = k.ContainerStatus(name="api", state=k.ContainerState(terminated=make.ended(0, "Completed")))
DELETED = make.pod(
    meta={"deletion_timestamp": make.ago(minutes=9), "finalizers": ("acme.io/guard",)}
)
CASES = {
    "a job that failed too often": (
        make.evidence(job(failed("BackoffLimitExceeded"), failed=7)),
        "JobBackoffLimitExceeded",
        "after 7 failed pods",
    ),
    "failed indexes": (
        make.evidence(job(failed("FailedIndexes"), failed=4, failed_indexes="1,3")),
        "JobBackoffLimitExceeded",
        "indexes: 1, 3",
    ),
    "a deadline": (
        make.evidence(job(failed("DeadlineExceeded"), spec={"active_deadline_seconds": 60})),
        "DeadlineExceeded",
        "60 s",
    ),
    "a suspended job": (make.evidence(job(spec={"suspend": True})), "JobSuspended", "suspended"),
    "a helper that runs on": (
        make.evidence(
            make.pod(DONE, make.running("proxy"), podspec={"restart_policy": "Never"}, meta=OWNED)
        ),
        "JobSidecarKeepsRunning",
        "proxy runs on",
    ),
    "a suspended schedule": (cron(suspend=True), "CronJobSuspended", "suspended"),
    "a wrong schedule": (cron("61 * * * *"), "CronScheduleInvalid", "not between 0 and 59"),
    "nothing wanted": (deployment(0), "ScaledToZero", "0 replicas"),
    "a pause": (
        deployment(2, paused=True, updated_replicas=1, replicas=2),
        "RolloutPaused",
        "1 of 2",
    ),
    "no node": (
        make.evidence(
            k.DaemonSet(
                metadata=make.meta("agent", generation=1),
                spec=k.WorkloadSpec(
                    template=k.PodTemplate(spec=k.PodSpec(node_selector={"gpu": "yes"}))
                ),
                status=k.WorkloadStatus(observed_generation=1, desired_number_scheduled=0),
            )
        ),
        "DaemonSetSelectsNoNode",
        "gpu=yes",
    ),
    "a finalizer": (make.evidence(DELETED), "FinalizerStuck", "acme.io/guard"),
    "a budget": (
        make.evidence(
            k.PodDisruptionBudget(
                metadata=make.meta("api"),
                spec=k.PodDisruptionBudgetSpec(min_available=3),
                status=k.PodDisruptionBudgetStatus(
                    expected_pods=3, current_healthy=3, desired_healthy=3
                ),
            )
        ),
        "PDBBlocksDisruption",
        "minAvailable 3",
    ),
    "nothing to scale": (
        make.evidence(
            k.HorizontalPodAutoscaler(
                metadata=make.meta("api"),
                spec=k.HorizontalPodAutoscalerSpec(
                    scale_target_ref=k.ObjectReference(kind="Deployment", name="apy")
                ),
            ),
            listed=[k.Deployment],
        ),
        "HPATargetMissing",
        "Deployment apy",
    ),
}


@pytest.mark.parametrize(("evidence", "code", "words"), CASES.values(), ids=CASES.keys())
def test_the_workload_is_explained(evidence: Evidence, code: str, words: str) -> None:
    roots = diagnose(evidence).root_causes
    assert [root.code for root in roots] == [code]
    assert words in roots[0].ruling.summary


COMPLETE = k.Condition(type="Complete", status=TRUE)
HEALTHY = {
    "a pod": make.evidence(make.pod()),
    "a pod that ended well": make.evidence(make.pod(DONE, phase="Succeeded")),
    "a job after retries": make.evidence(job(COMPLETE, failed=2, succeeded=1)),
    "a deployment": deployment(2, replicas=2, ready_replicas=2, updated_replicas=2),
    "a native sidecar": make.evidence(
        make.pod(
            init=[make.container("proxy", restart_policy="Always")],
            init_statuses=[make.running("proxy")],
        )
    ),
    "an external name": make.evidence(
        make.service(type="ExternalName", external_name="db.example.org", selector={})
    ),
}


@pytest.mark.parametrize("evidence", HEALTHY.values(), ids=HEALTHY.keys())
def test_what_works_is_healthy(evidence: Evidence) -> None:
    assert diagnose(evidence).verdict is Verdict.HEALTHY


def test_a_young_pod_is_on_its_way() -> None:
    pod = make.pod(
        make.waiting(reason="ContainerCreating"),
        phase="Pending",
        meta={"creation_timestamp": make.ago(seconds=20)},
    )
    (root,) = diagnose(make.evidence(pod)).root_causes
    assert root.code == "RolloutInProgress"
    assert root.ruling.summary == (
        "pod api-5d8f-x2x4z is 20 s old and waits for container api (ContainerCreating)"
    )


def test_a_deployment_whose_status_is_behind_is_not_healthy() -> None:
    item = k.Deployment(
        metadata=make.meta("api", generation=3),
        spec=k.WorkloadSpec(replicas=1),
        status=k.WorkloadStatus(
            replicas=1, ready_replicas=1, updated_replicas=1, observed_generation=2
        ),
    )
    assert diagnose(make.evidence(item)).verdict is Verdict.UNEXPLAINED


@pytest.mark.parametrize(
    ("schedule", "valid"),
    [
        ("0 3 * * 1-5", True),
        ("@hourly", True),
        ("@every 1h30m", True),
        ("TZ=Europe/Vienna 0 3 * * MON", True),
        ("*/15 0-6,20-23 1 jan *", True),
        ("0 3 * *", False),
        ("0 24 * * *", False),
        ("*/0 * * * *", False),
        ("5-1 * * * *", False),
        ("every day", False),
    ],
)
def test_a_schedule_is_read_as_the_controller_reads_it(schedule: str, valid: bool) -> None:
    assert (schedule_fault(schedule) == "") is valid


def test_a_daemon_set_whose_status_was_shortened_is_not_said_to_find_no_node() -> None:
    agent = k.DaemonSet(
        metadata=make.meta("agent", generation=1), status=k.WorkloadStatus(observed_generation=1)
    )
    report = diagnose(make.evidence(agent))
    assert (report.verdict, report.root_causes) == (Verdict.UNEXPLAINED, ())


def test_a_stateful_set_in_the_middle_of_a_rollout_is_not_healthy() -> None:
    status = k.WorkloadStatus(replicas=3, ready_replicas=3, current_replicas=2)
    db = k.StatefulSet(metadata=make.meta("db"), spec=k.WorkloadSpec(replicas=3), status=status)
    assert diagnose(make.evidence(db)).verdict is not Verdict.HEALTHY


@pytest.mark.parametrize(
    ("status", "verdict"),
    [(make.running(), Verdict.HEALTHY), (make.crashing(), Verdict.EXPLAINED)],
    ids=["works", "crashes"],
)
def test_a_cron_job_whose_run_is_under_way_is_as_well_as_its_pod(
    status: k.ContainerStatus, verdict: Verdict
) -> None:
    active = (k.ObjectReference(kind="Job", name="tidy-1", namespace=make.NAMESPACE),)
    tidy = k.CronJob(
        metadata=make.meta("tidy"),
        spec=k.CronJobSpec(schedule="*/5 * * * *"),
        status=k.CronJobStatus(active=active, last_schedule_time=make.ago(minutes=4)),
    )
    owner = k.OwnerReference(kind="CronJob", name="tidy", uid="uid-tidy", controller=True)
    run = k.Job(
        metadata=make.meta("tidy-1", owner_references=(owner,)), status=k.JobStatus(active=1)
    )
    mine = k.OwnerReference(kind="Job", name="tidy-1", uid="uid-tidy-1", controller=True)
    pod = make.pod(status, name="tidy-1-x2x4z", meta={"owner_references": (mine,)})
    assert diagnose(make.evidence(tidy, run, pod)).verdict is verdict


def autoscaler(message: str, status: str = "False") -> Evidence:
    active = k.Condition(
        type="ScalingActive", status=status, reason="FailedGetResourceMetric", message=message
    )
    return make.evidence(
        k.HorizontalPodAutoscaler(
            metadata=make.meta("api"),
            spec=k.HorizontalPodAutoscalerSpec(
                scale_target_ref=k.ObjectReference(kind="Deployment", name="api")
            ),
            status=k.HorizontalPodAutoscalerStatus(current_replicas=1, conditions=(active,)),
        )
    )


NO_METRICS = (
    "unable to fetch metrics from resource metrics API: the server could not find the requested"
    " resource (get pods.metrics.k8s.io)"
)


def test_an_autoscaler_without_a_metrics_api_says_so() -> None:
    (root,) = diagnose(autoscaler(NO_METRICS)).root_causes
    assert root.code == "APIServiceUnavailable"
    assert "gets no metrics" in root.ruling.summary


def test_an_autoscaler_that_lacks_a_request_is_not_explained_by_the_metrics_api() -> None:
    report = diagnose(autoscaler("missing request for cpu in container app of Pod api-1"))
    assert report.root_causes == ()


@pytest.mark.parametrize(
    ("reason", "verdict"),
    [("WaitForFirstConsumer", Verdict.HEALTHY), ("ProvisioningFailed", Verdict.UNEXPLAINED)],
)
def test_a_claim_that_waits_for_its_first_pod_is_well(reason: str, verdict: Verdict) -> None:
    claim = k.PersistentVolumeClaim(
        metadata=make.meta("data"),
        spec=k.ClaimSpec(storage_class_name="fast"),
        status=k.ClaimStatus(phase="Pending"),
    )
    told = make.event(claim, reason, "waiting for first consumer to be created before binding")
    assert diagnose(make.evidence(claim, told)).verdict is verdict


def agent(**selector: str) -> k.DaemonSet:
    template = k.PodTemplate(spec=k.PodSpec(node_selector=selector))
    return k.DaemonSet(
        metadata=make.meta("agent"),
        spec=k.WorkloadSpec(template=template),
        status=k.WorkloadStatus(desired_number_scheduled=0),
    )


@pytest.mark.parametrize(
    ("nodes", "codes"),
    [
        ([k.Node(metadata=make.meta("n1"))], ["DaemonSetSelectsNoNode"]),
        ([k.Node(metadata=make.meta("n1", labels={"gpu": "yes"}))], []),
        ([], []),
    ],
)
def test_a_daemon_set_of_labels_that_no_node_has_runs_nowhere(
    nodes: list[k.Node], codes: list[str]
) -> None:
    report = diagnose(make.evidence(agent(gpu="yes"), *nodes, listed=[k.Node]))
    assert [cause.code for cause in report.root_causes] == codes


def test_more_failures_than_a_job_may_have_make_it_likely_that_it_gave_up() -> None:
    seen = make.evidence(job(failed=3, spec={"backoff_limit": 2}))
    (root,) = diagnose(seen).root_causes
    assert (root.code, root.ruling.outcome) == ("JobBackoffLimitExceeded", Outcome.SUSPECTED)
    fewer = make.evidence(job(failed=2, spec={"backoff_limit": 2}))
    assert diagnose(fewer).root_causes == ()


def condition(type_: str, status: str, reason: str) -> k.Condition:
    return k.Condition(type=type_, status=status, reason=reason)


UNAVAILABLE = condition("Available", "False", "MinimumReplicasUnavailable")


@pytest.mark.parametrize(
    ("seen", "codes"),
    [
        (
            deployment(
                3, conditions=(UNAVAILABLE, condition("Progressing", TRUE, "ReplicaSetUpdated"))
            ),
            ["RolloutInProgress"],
        ),
        # It had been complete: what is unavailable now broke afterwards.
        (
            deployment(
                3,
                conditions=(UNAVAILABLE, condition("Progressing", TRUE, "NewReplicaSetAvailable")),
            ),
            [],
        ),
        (make.evidence(job(active=1)), ["RolloutInProgress"]),
        (make.evidence(job(active=1, failed=2)), []),
    ],
)
def test_a_controller_whose_pods_nobody_saw_is_taken_at_its_word(
    seen: Evidence, codes: list[str]
) -> None:
    report = diagnose(seen)
    assert [cause.code for cause in report.root_causes] == codes
    assert all(cause.ruling.outcome is Outcome.SUSPECTED for cause in report.root_causes)


def test_a_controller_whose_pods_were_listed_and_are_none_is_not() -> None:
    said = (UNAVAILABLE, condition("Progressing", TRUE, "ReplicaSetUpdated"))
    bare = deployment(3, conditions=said).cluster
    assert not isinstance(bare, Gap)
    seen = make.evidence(*bare.objects, listed=[k.Pod])
    codes = [cause.code for cause in diagnose(seen).root_causes]
    assert "RolloutInProgress" not in codes

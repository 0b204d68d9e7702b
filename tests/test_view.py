"""What a view answers: what is there, what is absent, which pods and ends count."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.cluster import objects as k
from bot.facts.said import said
from bot.view import View, containers_of
from tests import make

OWNED = (k.OwnerReference(kind="ReplicaSet", name="api-5d8f", controller=True),)
SET = k.ReplicaSet(metadata=make.meta("api-5d8f"), spec=k.WorkloadSpec(replicas=1))


def owned(name: str, *statuses: k.ContainerStatus, **more: Any) -> k.Pod:
    return make.pod(*statuses, name=name, meta={"owner_references": OWNED}, **more)


def test_absence_follows_from_a_listing_only() -> None:
    pod = make.pod()
    unlisted, listed = (View(make.evidence(pod, listed=kinds)) for kinds in ([], [k.Service]))
    assert not unlisted.absent(k.Service, make.NAMESPACE, "api")
    assert listed.absent(k.Service, make.NAMESPACE, "api")


def test_a_pod_that_failed_long_ago_is_history_beside_its_successor() -> None:
    ended = k.ContainerState(terminated=make.ended(1, finished_at=make.OLD))
    old = owned("api-5d8f-old", k.ContainerStatus(name="api", state=ended), phase="Failed")
    new = owned("api-5d8f-new")
    assert View(make.evidence(SET, old, new)).pods == (new,)


def test_a_failed_pod_counts_when_it_is_the_only_one() -> None:
    ended = k.ContainerState(terminated=make.ended(1, finished_at=make.OLD))
    old = owned("api-5d8f-old", k.ContainerStatus(name="api", state=ended), phase="Failed")
    assert View(make.evidence(SET, old)).pods == (old,)


def test_of_a_schedule_the_newest_run_counts() -> None:
    cron = k.CronJob(metadata=make.meta("tidy"))
    owner = (k.OwnerReference(kind="CronJob", name="tidy", controller=True),)
    jobs = [
        k.Job(
            metadata=make.meta(
                f"tidy-{age}", owner_references=owner, creation_timestamp=make.ago(hours=age)
            )
        )
        for age in (1, 9)
    ]
    pods = [
        make.pod(
            name=f"{job.name}-x",
            meta={
                "owner_references": (k.OwnerReference(kind="Job", name=job.name, controller=True),)
            },
        )
        for job in jobs
    ]
    assert View(make.evidence(cron, *jobs, *pods)).pods == (pods[0],)


@pytest.mark.parametrize(
    ("lasted", "since", "matters"),
    [
        (timedelta(seconds=20), timedelta(seconds=30), True),
        (timedelta(seconds=20), timedelta(seconds=70), False),
        (timedelta(hours=2), timedelta(minutes=9), True),
        (timedelta(hours=2), timedelta(minutes=11), False),
    ],
)
def test_an_end_is_over_when_the_container_has_lasted_longer_since(
    lasted: timedelta,
    since: timedelta,
    matters: bool,
) -> None:
    finished = make.NOW - since
    end = make.ended(1, started_at=finished - lasted, finished_at=finished)
    status = make.running(
        last_state=k.ContainerState(terminated=end), restart_count=1, since=finished
    )
    (container,) = containers_of(make.pod(status))
    assert (container.ended(make.NOW) == end) is matters


def test_a_pull_that_failed_before_it_succeeded_is_not_said() -> None:
    pod = make.pod()
    failed = make.event(pod, "Failed", "Error: ErrImagePull", of="api", last_timestamp=make.OLD)
    assert said(View(make.evidence(pod, failed))) == ()


def test_what_a_controller_could_not_create_is_over_once_it_could() -> None:
    refused = make.event(
        SET,
        "FailedCreate",
        'Error creating: serviceaccount "x" not found',
        last_timestamp=make.ago(minutes=2),
    )
    created = make.event(SET, "SuccessfulCreate", "Created pod: api-5d8f-x")
    assert [each.where for each in said(View(make.evidence(SET, refused)))] == [
        "event:FailedCreate"
    ]
    assert said(View(make.evidence(SET, refused, created))) == ()

"""What the last rollout changed, and the way back."""

from __future__ import annotations

from datetime import datetime

from bot.cluster import objects as k
from bot.diagnose import diagnose
from bot.report import Observation, Proof, Report, Solution
from tests import make

HISTORY = "kubectl rollout history deployment/api -n shop"


def _replica_set(revision: int, image: str, made: datetime, ready: int) -> k.ReplicaSet:
    template = k.PodTemplate(spec=k.PodSpec(containers=(make.container(image=image),)))
    return k.ReplicaSet(
        metadata=make.changed(
            make.meta(f"api-{revision}"),
            creation_timestamp=made,
            annotations={"deployment.kubernetes.io/revision": str(revision)},
            owner_references=(k.OwnerReference(kind="Deployment", name="api", controller=True),),
        ),
        spec=k.WorkloadSpec(replicas=1, template=template),
        status=k.WorkloadStatus(replicas=1, ready_replicas=ready),
    )


def _report(*sets: k.ReplicaSet) -> Report:
    owner = (k.OwnerReference(kind="ReplicaSet", name=sets[-1].name, controller=True),)
    pod = make.pod(make.crashing(1), meta={"owner_references": owner})
    deployment = k.Deployment(metadata=make.meta("api"), spec=k.WorkloadSpec(replicas=1))
    return diagnose(make.evidence(pod, *sets, deployment))


def test_change_is_told_with_its_time_and_the_way_back_when_the_revision_before_works() -> None:
    report = _report(
        _replica_set(6, "api:1", make.ago(hours=9), 1), _replica_set(7, "api:2", make.OLD, 0)
    )
    told = (
        "Deployment api, 3 h ago: image of container api changed from api:1 to api:2; pods of the"
        " revision before are still ready"
    )
    assert report.changes == (Observation(f"{told}.", (Proof(told, command=HISTORY),)),)
    assert report.solutions[-1] == Solution(
        title="Roll api back to revision 6",
        why="Its pods are still ready; roll forward again when the change is mended.",
        commands=("kubectl rollout undo deployment/api -n shop --to-revision=6",),
    )


def test_way_back_leads_to_the_newest_revision_that_works() -> None:
    report = _report(
        _replica_set(5, "api:1", make.ago(hours=9), 1),
        _replica_set(6, "api:2", make.ago(hours=6), 0),
        _replica_set(7, "api:3", make.OLD, 0),
    )
    assert [s.title for s in report.solutions if "back" in s.title] == [
        "Roll api back to revision 5"
    ]
    assert "from api:1 to api:3" in report.changes[0].text


def test_no_way_back_is_offered_when_the_revision_before_has_no_ready_pod() -> None:
    report = _report(
        _replica_set(6, "api:1", make.ago(hours=9), 0), _replica_set(7, "api:2", make.OLD, 0)
    )
    assert len(report.changes) == 1
    assert not [s for s in report.solutions if "Roll" in s.title]


def test_old_rollout_is_no_news() -> None:
    report = _report(
        _replica_set(6, "api:1", make.ago(days=9), 0),
        _replica_set(7, "api:2", make.ago(days=8), 0),
    )
    assert report.changes == ()


def test_time_is_left_out_when_an_older_replica_set_was_taken_up_again() -> None:
    report = _report(
        _replica_set(6, "api:2", make.ago(hours=4), 1),
        _replica_set(7, "api:1", make.ago(days=9), 0),
    )
    assert report.changes[0].text.startswith("Deployment api: image of container api changed")

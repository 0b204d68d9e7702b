"""Commands that a reader can paste: what can be changed in place, and what has to be made anew."""

from __future__ import annotations

import json
import shlex

import pytest

from bot import kubectl
from bot.cluster import objects as k
from bot.containers import containers_of
from bot.view import View
from tests import make

JQ = (
    "del(.spec.selector, .spec.template.metadata.labels"
    '["controller-uid", "batch.kubernetes.io/controller-uid"])'
)


def _of(kind: str) -> tuple[View, k.Pod]:
    owner = (k.OwnerReference(kind=kind, name="api", controller=True),) if kind else ()
    pod = make.pod(make.crashing(1), meta={"owner_references": owner})
    return View(make.evidence(pod)), pod


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        ("StatefulSet", "kubectl edit statefulset api -n shop"),
        ("Rollout", "kubectl edit rollout api -n shop"),
        (
            "",
            "kubectl get pod api-5d8f-x2x4z -n shop -o yaml > pod.yaml && ${EDITOR:-vi} pod.yaml"
            " && kubectl replace --force -f pod.yaml",
        ),
        (
            "Job",
            f"kubectl get job api -n shop -o json | jq '{JQ}' > job.json"
            " && ${EDITOR:-vi} job.json && kubectl replace --force -f job.json",
        ),
    ],
)
def test_what_takes_no_change_is_made_anew(kind: str, command: str) -> None:
    view, pod = _of(kind)
    assert kubectl.edit(view, pod) == command


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet"])
def test_patch_merges_into_the_template(kind: str) -> None:
    view, pod = _of(kind)
    container = containers_of(pod)[0]
    words = shlex.split(kubectl.patch_container(view, container, {"image": "api:2"}))
    assert words[:-1] == ["kubectl", "patch", kind.lower(), "api", "-n", "shop", "-p"]
    assert json.loads(words[-1]) == {
        "spec": {"template": {"spec": {"containers": [{"name": "api", "image": "api:2"}]}}}
    }


def test_patch_of_a_cron_job_reaches_the_template_of_its_jobs() -> None:
    view, pod = _of("CronJob")
    assert kubectl.patch(view, pod, {"priority": 1}) == (
        "kubectl patch cronjob api -n shop -p"
        ' \'{"spec":{"jobTemplate":{"spec":{"template":{"spec":{"priority":1}}}}}}\''
    )


@pytest.mark.parametrize("kind", ["", "Job", "Rollout"])
def test_patch_becomes_an_edit_where_none_is_possible(kind: str) -> None:
    view, pod = _of(kind)
    assert kubectl.patch(view, pod, {"priority": 1}) == kubectl.edit(view, pod)

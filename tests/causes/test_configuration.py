"""References to ConfigMaps, Secrets and ServiceAccounts."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cluster import objects as k
from bot.diagnose import diagnose
from bot.evidence import Evidence
from bot.report import Verdict
from tests import make


def unconfigured(message: str, *others: k.KubeObject, **more: Any) -> Evidence:
    status = make.waiting(reason="CreateContainerConfigError", message=message)
    pod = make.pod(status, phase="Pending", **more)
    return make.evidence(pod, *others, listed=[k.ConfigMap, k.Secret])


MAP = k.ConfigMap(metadata=make.meta("settings"), keys=("LOG_LEVEL", "REGION"))
SECRET = k.Secret(metadata=make.meta("api-token"), keys=("token",))
MOUNTING = make.pod(
    make.waiting(reason="ContainerCreating"),
    phase="Pending",
    podspec={
        "volumes": (
            k.Volume(
                name="conf",
                config_map=k.ObjectVolume(name="settings", items=(k.KeyToPath(key="app.yaml"),)),
            ),
        )
    },
)
SET = k.ReplicaSet(
    metadata=make.meta("api-5d8f"),
    spec=k.WorkloadSpec(replicas=1),
    status=k.WorkloadStatus(replicas=0),
)
CASES = {
    "a secret": (
        unconfigured('secret "api-tokens" not found', SECRET),
        "SecretNotFound",
        "the nearest is api-token",
    ),
    "a map": (
        unconfigured('configmap "setings" not found', MAP),
        "ConfigMapNotFound",
        "the nearest is settings",
    ),
    "a key": (
        unconfigured("couldn't find key LOGLEVEL in ConfigMap shop/settings", MAP),
        "ConfigMapKeyMissing",
        "the nearest is LOG_LEVEL",
    ),
    "a key of a volume": (
        make.evidence(
            MOUNTING,
            MAP,
            make.event(
                MOUNTING,
                "FailedMount",
                'MountVolume.SetUp failed for volume "conf" :'
                " configmap references non-existent config key: app.yaml",
            ),
        ),
        "ConfigMapKeyMissing",
        "ConfigMap settings has no key app.yaml",
    ),
    "an account": (
        make.evidence(
            SET,
            make.event(
                SET,
                "FailedCreate",
                'Error creating: pods "api-5d8f-" is forbidden: error'
                ' looking up service account shop/runner: serviceaccount "runner" not found',
            ),
        ),
        "ServiceAccountMissing",
        "shop/runner",
    ),
}


@pytest.mark.parametrize(("evidence", "code", "words"), CASES.values(), ids=CASES.keys())
def test_the_missing_reference_is_named(evidence: Evidence, code: str, words: str) -> None:
    roots = diagnose(evidence).root_causes
    assert [root.code for root in roots] == [code]
    assert words in roots[0].ruling.summary


def test_a_missing_account_is_over_when_a_pod_was_created_since() -> None:
    owner = (k.OwnerReference(kind="ReplicaSet", name="api-5d8f", controller=True),)
    replica_set = make.changed(
        SET, status=k.WorkloadStatus(replicas=1, ready_replicas=1, available_replicas=1)
    )
    refused = make.event(
        SET,
        "FailedCreate",
        "Error creating: pods is forbidden: error looking up"
        ' service account shop/runner: serviceaccount "runner" not found',
    )
    pod = make.pod(meta={"owner_references": owner})
    assert diagnose(make.evidence(replica_set, pod, refused)).verdict is Verdict.HEALTHY

"""Claims and volumes."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cluster import objects as k
from bot.diagnose import diagnose
from bot.evidence import Evidence
from bot.report import Finding, Outcome
from tests import make

LISTED: list[type[k.KubeObject]] = [k.StorageClass, k.PersistentVolume, k.PersistentVolumeClaim]


def claim(**spec: Any) -> k.PersistentVolumeClaim:
    asked: dict[str, Any] = {
        "access_modes": ("ReadWriteOnce",),
        "storage_class_name": "slow",
        "resources": k.Resources(requests={"storage": "5Gi"}),
    }
    return k.PersistentVolumeClaim(
        metadata=make.meta("data"),
        spec=k.ClaimSpec(**asked | spec),
        status=k.ClaimStatus(phase=spec.get("phase", "Pending")),
    )


def volume(phase: str = "Available", size: str = "10Gi", **spec: Any) -> k.PersistentVolume:
    return k.PersistentVolume(
        metadata=k.Metadata(name="disk-1"),
        spec=k.PersistentVolumeSpec(
            **{
                "capacity": {"storage": size},
                "access_modes": ("ReadWriteOnce",),
                "storage_class_name": "slow",
            }
            | spec
        ),
        status=k.PersistentVolumeStatus(phase=phase),
    )


BY_HAND = k.StorageClass(
    metadata=k.Metadata(name="slow"), provisioner="kubernetes.io/no-provisioner"
)


def root(evidence: Evidence) -> Finding:
    found = diagnose(evidence).root_causes
    assert len(found) == 1, [each.code for each in found]
    return found[0]


@pytest.mark.parametrize(
    ("objects", "code", "words"),
    [
        ((claim(),), "StorageClassMissing", "storage class slow, which does not exist"),
        ((claim(), BY_HAND), "ProvisionerMissing", "class slow makes no volumes"),
        (
            (claim(storage_class_name=None),),
            "ProvisionerMissing",
            "the cluster has no default one",
        ),
        (
            (
                claim(),
                BY_HAND,
                volume("Released", claim_ref=k.ObjectReference(namespace="shop", name="old")),
            ),
            "PVReleased",
            "its claimRef still holds it for shop/old",
        ),
        (
            (claim(access_modes=("ReadWriteMany",)), BY_HAND, volume()),
            "PVAccessModeMismatch",
            "asks for ReadWriteMany, volume disk-1 offers ReadWriteOnce",
        ),
        (
            (claim(), BY_HAND, volume(size="1Gi")),
            "VolumeUnbound",
            "asks for 5Gi, volume disk-1 has 1Gi",
        ),
    ],
)
def test_claim_says_why_it_is_not_bound(
    objects: tuple[k.KubeObject, ...], code: str, words: str
) -> None:
    found = root(make.evidence(*objects, listed=LISTED))
    assert (found.code, found.ruling.outcome) == (code, Outcome.CONFIRMED)
    assert words in found.ruling.summary


def test_absence_is_not_concluded_when_classes_were_not_listed() -> None:
    assert diagnose(make.evidence(claim())).root_causes == ()


def test_driver_s_own_words_are_told_when_a_mount_fails() -> None:
    pod = make.pod(make.waiting(reason="ContainerCreating"), phase="Pending")
    text = 'MountVolume.SetUp failed for volume "data" : rpc error: code = Internal desc = no route'
    found = root(make.evidence(pod, make.event(pod, "FailedMount", text)))
    assert found.code == "VolumeMountFailed"
    assert found.ruling.summary == "volume data could not be mounted: no route"


def test_time_out_is_a_consequence_when_another_event_says_why() -> None:
    pod = make.pod(make.waiting(reason="ContainerCreating"), phase="Pending")
    report = diagnose(
        make.evidence(
            pod,
            make.event(
                pod,
                "FailedMount",
                "Unable to attach or mount volumes: unmounted volumes=[data], unattached"
                " volumes=[]: timed out waiting for the condition",
            ),
            make.event(
                pod,
                "FailedAttachVolume",
                'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) api-old',
            ),
        )
    )
    assert [each.code for each in report.root_causes] == ["VolumeMultiAttach"]
    assert [each.code for each in report.consequences] == ["VolumeMountTimeout"]


def crashing(volume: k.Volume, *objects: k.KubeObject, sub_path: str = "") -> Evidence:
    pod = make.pod(
        make.crashing(1),
        spec=(
            make.container(
                volume_mounts=(
                    k.VolumeMount(name="conf", mount_path="/etc/nginx", sub_path=sub_path),
                )
            ),
        ),
        podspec={"volumes": (volume,)},
    )
    text = '[emerg] open() "/etc/nginx/nginx.conf" failed (2: No such file or directory)'
    return make.evidence(pod, *objects, logs=[make.log(text)])


CONF = k.Volume(name="conf", config_map=k.ObjectVolume(name="conf"))


def test_volume_is_the_root_when_it_hides_the_file_that_is_missed() -> None:
    extra = k.ConfigMap(metadata=make.meta("conf"), keys=("extra.conf",))
    found = root(crashing(CONF, extra))
    assert (found.code, found.ruling.outcome) == ("VolumeHidesFiles", Outcome.CONFIRMED)
    assert found.ruling.summary == (
        "volume conf, mounted at /etc/nginx, hides what the image has there: the program misses"
        " /etc/nginx/nginx.conf; the volume has extra.conf"
    )


def test_volume_is_not_blamed_when_it_has_the_file_or_is_mounted_as_one_file() -> None:
    whole = k.ConfigMap(metadata=make.meta("conf"), keys=("nginx.conf",))
    assert root(crashing(CONF, whole)).code == "FileMissing"
    assert root(crashing(CONF, sub_path="extra.conf")).code == "FileMissing"


def test_holder_is_named_when_a_volume_is_attached_elsewhere() -> None:
    pod = make.pod(make.waiting(reason="ContainerCreating"), phase="Pending")
    held = k.VolumeAttachment(
        metadata=k.Metadata(name="csi-1"),
        spec=k.VolumeAttachmentSpec(
            node_name="node-7", source=k.AttachmentSource(persistent_volume_name="pvc-1")
        ),
        status=k.VolumeAttachmentStatus(attached=True),
    )
    text = 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) api-old'
    found = root(make.evidence(pod, held, make.event(pod, "FailedAttachVolume", text)))
    assert found.ruling.summary == "volume pvc-1 is still attached to node node-7"

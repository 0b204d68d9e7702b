"""Volumes and claims, by what kubelet, controllers and drivers say."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from bot.cause_tables import Coded
from bot.causes.storage.claims import rule_claims
from bot.cluster import objects as k
from bot.cluster.readers import facts as f
from bot.redact import one_line
from bot.report import Outcome, Ruling, Solution
from bot.said import Said, of
from bot.view import View
from bot.words import listed

V = f.VolumeProblem
Q = f.ProvisionProblem


class _Words(msgspec.Struct, frozen=True):
    """A code, what it is called, and what to do."""

    code: str
    summary: str
    title: str
    why: str
    command: str


_VOLUMES: dict[V, _Words] = {
    V.MOUNT: _Words(
        "VolumeMountFailed",
        "volume {volume} could not be mounted",
        "Repair what the mount's own words name",
        "The kubelet tries again by itself, with growing pauses.",
        "journalctl -u kubelet",
    ),
    V.MOUNT_TIMEOUT: _Words(
        "VolumeMountTimeout",
        "volume {volume} was not mounted in time",
        "Look for the event of the volume itself",
        "The time-out is only the end of the wait; what went wrong is said elsewhere.",
        "kubectl get events -A --field-selector reason=FailedAttachVolume",
    ),
    V.ATTACH: _Words(
        "VolumeAttachFailed",
        "volume {volume} could not be attached to the node",
        "Look at the volume in the storage system, and at its VolumeAttachment",
        "The driver's controller attaches volumes; its log says more.",
        "kubectl get volumeattachment",
    ),
    V.MULTI_ATTACH: _Words(
        "VolumeMultiAttach",
        "volume {volume} is still attached to {holder}",
        "End the other pod that uses the volume, or wait until its node gives it up",
        "A ReadWriteOnce volume is on one node at a time; of a lost node it is freed after 6 min.",
        "kubectl get volumeattachment",
    ),
    V.HOST_PATH_TYPE: _Words(
        "HostPathTypeMismatch",
        "{path} on the node is not a {expected}",
        "Create {path} on the node, or correct the type of the hostPath volume",
        "The kubelet checks the type before it mounts.",
        "ls -ld {path}",
    ),
    V.SUB_PATH: _Words(
        "SubPathError",
        "a subPath could not be prepared",
        "Correct the subPath: it must be a relative path that exists or can be made in the volume",
        "A key of a ConfigMap or Secret is a file; a folder below it cannot be made.",
        "kubectl get pod POD -o jsonpath='{{..volumeMounts}}'",
    ),
    V.DRIVER_MISSING: _Words(
        "CSIDriverMissing",
        "CSI driver {driver} is not registered on the node",
        "Let the node plugin of {driver} run on this node",
        "Each node needs the driver's own pod, usually of a DaemonSet.",
        "kubectl get csinode -o yaml",
    ),
    V.CLAIM_MISSING: _Words(
        "PVCNotFound",
        "claim {claim} does not exist",
        "Create claim {claim}, or correct the claimName of the pod",
        "The pod waits until the claim exists.",
        "kubectl get pvc -A",
    ),
    V.UNBOUND: _Words(
        "VolumeUnbound",
        "a claim of the pod is not bound",
        "Let the claim bind: see why no volume is made for it",
        "The pod starts when its claims are bound.",
        "kubectl describe pvc",
    ),
    V.LOST: _Words(
        "PersistentVolumeLost",
        "the volume of claim {claim} does not exist any more",
        "Restore the volume, or make the claim anew",
        "A lost claim never binds again.",
        "kubectl get pv",
    ),
    V.NODE_AFFINITY: _Words(
        "VolumeNodeAffinity",
        "volume {volume} belongs to other nodes than this one",
        "Let the pod run where its volume is",
        "A zonal or local volume can be used on the nodes of its own place only.",
        "kubectl get pv -o yaml",
    ),
}
_PROVISION: dict[Q, _Words] = {
    Q.CLASS_MISSING: _Words(
        "StorageClassMissing",
        "storage class {storage_class} does not exist",
        "Create storage class {storage_class}, or make the claim with a class that exists",
        "The class of a claim cannot be changed: the claim has to be made anew.",
        "kubectl get storageclass",
    ),
    Q.PROVISIONER_MISSING: _Words(
        "ProvisionerMissing",
        "no provisioner {provisioner} makes volumes for this class",
        "Install the provisioner, or use a class that has one",
        "Nothing makes volumes for this claim.",
        "kubectl get storageclass,csidriver",
    ),
    Q.WAITING_FOR_PROVISIONER: _Words(
        "ProvisionerMissing",
        "the claim waits for provisioner {provisioner}, which has not answered",
        "Let the provisioner {provisioner} run",
        "A volume is made by the provisioner's own pod.",
        "kubectl get pods -A | grep -i -e csi -e provisioner",
    ),
    Q.NO_MATCHING_VOLUME: _Words(
        "VolumeUnbound",
        "no PersistentVolume is free for the claim and it names no storage class",
        "Create a volume that fits, or name a storage class",
        "Without a class nothing makes a volume.",
        "kubectl get pv,storageclass",
    ),
    Q.ACCESS_MODE: _Words(
        "PVAccessModeMismatch",
        "the storage does not offer the access mode that the claim asks for",
        "Ask for ReadWriteOnce, or use a class that offers the mode",
        "Block storage is for one node; shared modes need a file system over the network.",
        "kubectl get pvc -o yaml",
    ),
    Q.FAILED: _Words(
        "ProvisioningFailed",
        "no volume was made",
        "Repair what the provisioner's own words name",
        "It tries again by itself.",
        "kubectl describe pvc",
    ),
    Q.LOST: _Words(
        "PersistentVolumeLost",
        "the bound volume does not exist any more",
        "Restore the volume, or make the claim anew",
        "A lost claim never binds again.",
        "kubectl get pv",
    ),
    Q.BOUND_ELSEWHERE: _Words(
        "PVReleased",
        "the volume is held for another claim",
        "Take the claimRef away when the data may be used again",
        "A volume belongs to one claim.",
        "kubectl get pv -o yaml",
    ),
}
_IN_OTHERS_WORDS = ("VolumeMountFailed", "VolumeAttachFailed", "ProvisioningFailed")
_WRAPPING = re.compile(
    r"^(?:\w{1,40}\.\w{1,40} failed for volume \"[^\"]{1,300}\" : |Failed to attach volume"
    r" [^:]{1,400}: "
    r"|failed to provision volume with StorageClass \"[^\"]{1,253}\": |Unable to [a-z"
    r" ]{1,40}volumes[^:]{0,300}: )?"
    r"(?:rpc error: code = \w{1,30} desc = )?",
    re.IGNORECASE,
)
_DOUBTS: dict[V | Q, tuple[str, ...]] = {
    V.SUB_PATH: ("RuntimeError",),
    Q.WAITING_FOR_PROVISIONER: ("VolumeUnbound", "ProvisioningFailed"),
    Q.NO_MATCHING_VOLUME: ("StorageClassMissing", "ProvisionerMissing"),
}


def rule(view: View) -> Iterator[Coded]:
    """Claims by their objects; what the objects do not tell, by texts."""
    by_objects = tuple(rule_claims(view))
    yield from by_objects
    known = {coded.ruling.subject.name for coded in by_objects}
    for fact, item in of(view, f.VolumeFailed):
        words = _VOLUMES[fact.problem]
        names = _names(fact) | {"holder": _holder(view, fact)}
        yield Coded(words.code, _ruling(item, words, names, _DOUBTS.get(fact.problem, ())))
    for made, item in of(view, f.ProvisioningFailed):
        provision = _PROVISION.get(made.problem)
        claimed = item.about is not None and item.about.name in known
        early = made.problem is Q.WAITING_FOR_PROVISIONER and item.about is not None
        if provision is None or claimed or (early and _young(view, item)):
            continue
        names = {
            "storage_class": made.storage_class or "of the claim",
            "provisioner": made.provisioner or "of the class",
        }
        yield Coded(provision.code, _ruling(item, provision, names, _DOUBTS.get(made.problem, ())))


def _young(view: View, item: Said) -> bool:
    """Whether the claim has waited for less than a minute, which is no failure."""
    made = item.about.metadata.creation_timestamp if item.about else None
    return made is not None and (view.now - made).total_seconds() < 60


def _holder(view: View, fact: f.VolumeFailed) -> str:
    """The node that still has the volume, by its VolumeAttachment."""
    holders = [
        each.spec.node_name
        for each in view.all(k.VolumeAttachment)
        if each.spec.source.persistent_volume_name == fact.volume and each.status.attached
    ]
    return f"node {listed(holders)}" if holders else "another node"


def _names(fact: f.VolumeFailed) -> dict[str, str]:
    return {
        "volume": fact.volume or "of the pod",
        "claim": fact.claim or "of the pod",
        "driver": fact.driver or "of the volume",
        "path": fact.path or "the path",
        "expected": fact.expected or "of the type that is asked for",
    }


def _ruling(
    item: Said, words: _Words, names: dict[str, str], alternatives: tuple[str, ...]
) -> Ruling:
    return Ruling(
        outcome=Outcome.SUSPECTED if alternatives else Outcome.CONFIRMED,
        subject=item.subject,
        summary=words.summary.format(**names) + _told(item, words.code),
        proof=(item.proof,),
        solutions=(
            Solution(
                title=words.title.format(**names),
                why=words.why,
                recommended=True,
                commands=(words.command.format(**names), *_describe(item)),
            ),
        ),
        alternatives=alternatives,
    )


def _told(item: Said, code: str) -> str:
    """The innermost words, where they are what tells one failure from another."""
    if code not in _IN_OTHERS_WORDS:
        return ""
    inner = one_line(_WRAPPING.sub("", item.text), 160)
    return f": {inner}" if inner else ""


def _describe(item: Said) -> tuple[str, ...]:
    if not isinstance(item.about, k.Pod | k.PersistentVolumeClaim):
        return ()
    about = item.about
    return (f"kubectl -n {about.namespace} describe {about.kind.lower()} {about.name}",)

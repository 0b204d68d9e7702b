"""What each problem of a volume or claim is called, and what to do about it."""

from __future__ import annotations

import msgspec

from bot.cluster.readers import facts as f

V = f.VolumeProblem
Q = f.ProvisionProblem


class Words(msgspec.Struct, frozen=True):
    """A code, what it is called, and what to do."""

    code: str
    summary: str
    title: str
    why: str
    command: str


VOLUMES: dict[V, Words] = {
    V.MOUNT: Words(
        "VolumeMountFailed",
        "volume {volume} could not be mounted",
        "Repair what the mount's own words name",
        "The kubelet tries again by itself, with growing pauses.",
        "journalctl -u kubelet",
    ),
    V.MOUNT_TIMEOUT: Words(
        "VolumeMountTimeout",
        "volume {volume} was not mounted in time",
        "Look for the event of the volume itself",
        "The time-out is only the end of the wait; what went wrong is said elsewhere.",
        "kubectl get events -A --field-selector reason=FailedAttachVolume",
    ),
    V.ATTACH: Words(
        "VolumeAttachFailed",
        "volume {volume} could not be attached to the node",
        "Look at the volume in the storage system, and at its VolumeAttachment",
        "The driver's controller attaches volumes; its log says more.",
        "kubectl get volumeattachment",
    ),
    V.MULTI_ATTACH: Words(
        "VolumeMultiAttach",
        "volume {volume} is still attached to {holder}",
        "End the other pod that uses the volume, or wait until its node gives it up",
        "A ReadWriteOnce volume is on one node at a time; of a lost node it is freed after 6 min.",
        "kubectl get volumeattachment",
    ),
    V.HOST_PATH_TYPE: Words(
        "HostPathTypeMismatch",
        "{path} on the node is not a {expected}",
        "Create {path} on the node, or correct the type of the hostPath volume",
        "The kubelet checks the type before it mounts.",
        "ls -ld {path}",
    ),
    V.SUB_PATH: Words(
        "SubPathError",
        "a subPath could not be prepared",
        "Correct the subPath: it must be a relative path that exists or can be made in the volume",
        "A key of a ConfigMap or Secret is a file; a folder below it cannot be made.",
        "kubectl get pod POD -o jsonpath='{{..volumeMounts}}'",
    ),
    V.DRIVER_MISSING: Words(
        "CSIDriverMissing",
        "CSI driver {driver} is not registered on the node",
        "Let the node plugin of {driver} run on this node",
        "Each node needs the driver's own pod, usually of a DaemonSet.",
        "kubectl get csinode -o yaml",
    ),
    V.CLAIM_MISSING: Words(
        "PVCNotFound",
        "claim {claim} does not exist",
        "Create claim {claim}, or correct the claimName of the pod",
        "The pod waits until the claim exists.",
        "kubectl get pvc -A",
    ),
    V.UNBOUND: Words(
        "VolumeUnbound",
        "a claim of the pod is not bound",
        "Let the claim bind: see why no volume is made for it",
        "The pod starts when its claims are bound.",
        "kubectl describe pvc",
    ),
    V.LOST: Words(
        "PersistentVolumeLost",
        "the volume of claim {claim} does not exist any more",
        "Restore the volume, or make the claim anew",
        "A lost claim never binds again.",
        "kubectl get pv",
    ),
    V.NODE_AFFINITY: Words(
        "VolumeNodeAffinity",
        "volume {volume} belongs to other nodes than this one",
        "Let the pod run where its volume is",
        "A zonal or local volume can be used on the nodes of its own place only.",
        "kubectl get pv -o yaml",
    ),
}
PROVISION: dict[Q, Words] = {
    Q.CLASS_MISSING: Words(
        "StorageClassMissing",
        "storage class {storage_class} does not exist",
        "Create storage class {storage_class}, or make the claim with a class that exists",
        "The class of a claim cannot be changed: the claim has to be made anew.",
        "kubectl get storageclass",
    ),
    Q.PROVISIONER_MISSING: Words(
        "ProvisionerMissing",
        "no provisioner {provisioner} makes volumes for this class",
        "Install the provisioner, or use a class that has one",
        "Nothing makes volumes for this claim.",
        "kubectl get storageclass,csidriver",
    ),
    Q.WAITING_FOR_PROVISIONER: Words(
        "ProvisionerMissing",
        "the claim waits for provisioner {provisioner}, which has not answered",
        "Let the provisioner {provisioner} run",
        "A volume is made by the provisioner's own pod.",
        "kubectl get pods -A | grep -i -e csi -e provisioner",
    ),
    Q.NO_MATCHING_VOLUME: Words(
        "VolumeUnbound",
        "no PersistentVolume is free for the claim and it names no storage class",
        "Create a volume that fits, or name a storage class",
        "Without a class nothing makes a volume.",
        "kubectl get pv,storageclass",
    ),
    Q.WAITING_FOR_CONSUMER: Words(
        "VolumeUnbound",
        "the claim waits for a pod that uses it to be scheduled",
        "Start a pod that uses the claim, or see why its pod is not scheduled",
        "A class with WaitForFirstConsumer makes no volume before it knows the node.",
        "kubectl get pods -o wide",
    ),
    Q.MISMATCH: Words(
        "VolumeUnbound",
        "the volume that the claim names does not fit it",
        "Make class, size, modes and labels of the claim those of the volume",
        "A claim binds to the volume that it names only if everything agrees.",
        "kubectl get pv,pvc -o yaml",
    ),
    Q.ACCESS_MODE: Words(
        "PVAccessModeMismatch",
        "the storage does not offer the access mode that the claim asks for",
        "Ask for ReadWriteOnce, or use a class that offers the mode",
        "Block storage is for one node; shared modes need a file system over the network.",
        "kubectl get pvc -o yaml",
    ),
    Q.FAILED: Words(
        "ProvisioningFailed",
        "no volume was made",
        "Repair what the provisioner's own words name",
        "It tries again by itself.",
        "kubectl describe pvc",
    ),
    Q.LOST: Words(
        "PersistentVolumeLost",
        "the bound volume does not exist any more",
        "Restore the volume, or make the claim anew",
        "A lost claim never binds again.",
        "kubectl get pv",
    ),
    Q.BOUND_ELSEWHERE: Words(
        "PVReleased",
        "the volume is held for another claim",
        "Take the claimRef away when the data may be used again",
        "A volume belongs to one claim.",
        "kubectl get pv -o yaml",
    ),
}

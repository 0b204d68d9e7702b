"""Volumes and claims."""

from __future__ import annotations

from enum import StrEnum

from bot.cluster.readers.facts.stated import Stated


class VolumeProblem(StrEnum):
    """Why a volume is not there."""

    MOUNT = "mount failed"
    MOUNT_TIMEOUT = "mount timed out"
    ATTACH = "attach failed"
    MULTI_ATTACH = "attached elsewhere"
    HOST_PATH_TYPE = "hostPath of another type"
    SUB_PATH = "subPath failed"
    DRIVER_MISSING = "CSI driver not registered"
    CLAIM_MISSING = "no such claim"
    UNBOUND = "claim not bound"
    LOST = "volume lost"
    NODE_AFFINITY = "volume belongs to other nodes"


class VolumeFailed(Stated, frozen=True):
    """A volume of a pod could not be used."""

    problem: VolumeProblem
    volume: str = ""
    claim: str = ""
    driver: str = ""
    path: str = ""
    expected: str = ""
    """What kind of file a hostPath asked for."""


class ProvisionProblem(StrEnum):
    """Why no volume was made for a claim."""

    CLASS_MISSING = "no such storage class"
    PROVISIONER_MISSING = "nothing provisions this class"
    WAITING_FOR_PROVISIONER = "waits for an external provisioner"
    WAITING_FOR_CONSUMER = "waits for the first pod"
    NO_MATCHING_VOLUME = "no volume matches and no class is set"
    MISMATCH = "the volume that is named does not fit"
    ACCESS_MODE = "access mode not offered"
    FAILED = "provisioning failed"
    LOST = "bound volume is gone"
    BOUND_ELSEWHERE = "volume is bound to another claim"


class ProvisioningFailed(Stated, frozen=True):
    """A claim got no volume."""

    problem: ProvisionProblem
    storage_class: str = ""
    provisioner: str = ""
    volume: str = ""

"""Volumes: attach, mount, provision, bind.

Sources: kubernetes `pkg/volume/util/operationexecutor/operation_generator.go`,
`pkg/kubelet/volumemanager`, `pkg/controller/volume/persistentvolume`, `pkg/volume/{hostpath,csi}`,
external-provisioner `pkg/controller`.
A mount that timed out says no more than that; the event of the volume that did not mount does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.cluster.readers.facts import (
    Fact,
    ProvisioningFailed,
    ProvisionProblem,
    VolumeFailed,
    VolumeProblem,
)
from bot.cluster.readers.message import Message, around, one, phrase

_VOLUME = re.compile(r"(?:for )?volumes? \"([^\"]{1,512})\"")
_UNMOUNTED = re.compile(r"(?:unmounted volumes|list of unmounted volumes) ?= ?\[([^\]]{0,1000})\]")
_CLAIM = re.compile(r"(?:persistentvolumeclaims?|claim|pvc) \"([^\"]{1,512})\"", re.IGNORECASE)
_DRIVER = re.compile(
    r"driver name ([\w.-]{1,253}) not found|driver \"?([\w.-]{1,253})\"? not found"
)
_PATH = re.compile(r"check failed: (\S{1,1024}) is not (?:an? )?(\w[\w ]{0,40})")
_CLASS = re.compile(
    r"storageclass(?:\.storage\.k8s\.io)? \"([^\"]{1,253})\"|storage ?class ([\w.-]{1,253})"
    r" not found",
    re.IGNORECASE,
)
_PROVISIONER = re.compile(
    r"(?:provisioner|external provisioner) [\"']([^\"']{1,253})[\"']|plugin named"
    r" \"([^\"]{1,253})\"",
    re.IGNORECASE,
)

_V = VolumeProblem
_VOLUMES: tuple[tuple[re.Pattern[str], VolumeProblem], ...] = (
    (
        phrase(
            r"multi-attach error",
            r"already (?:exclusively )?attached to (?:one|another|a different|node)",
            r"volumeinuse",
            r"is already (?:being )?used by (?:node|another|pod)",
            r"already mounted by another",
            r"is in use by (?:another|instance|node)",
            r"attached to (?:a |another )different (?:node|instance)",
        ),
        _V.MULTI_ATTACH,
    ),
    (phrase(r"hostpath type check failed"), _V.HOST_PATH_TYPE),
    (
        phrase(r"\bsubpath\b", r"volume-subpaths?", r"subpathexpr"),
        _V.SUB_PATH,
    ),
    (
        phrase(
            r"not found in the list of registered csi drivers",
            r"csi driver \S{1,253} not found",
            r"csinode \S{1,253} does not contain driver",
            r"driver \S{1,253} (?:is )?not registered",
            r"does not contain driver \S{1,253}",
        ),
        _V.DRIVER_MISSING,
    ),
    (
        phrase(r"persistentvolumeclaims? \"[^\"]{1,512}\" not found", r"claim \S{1,512} not found"),
        _V.CLAIM_MISSING,
    ),
    (
        phrase(r"unbound persistentvolumeclaim", r"pvc is not bound", r"claim is not bound"),
        _V.UNBOUND,
    ),
    (
        phrase(r"node affinity (?:doesn't match|conflict)", r"no matching nodeselectorterms"),
        _V.NODE_AFFINITY,
    ),
    (
        phrase(
            r"attachvolume\.\w+ failed",
            r"failed to attach volume",
            r"is not attached",
            r"attach timeout",
            r"volume attachment",
            r"controllerpublishvolume",
            r"waitforattach failed",
            r"failed to attach",
        ),
        _V.ATTACH,
    ),
    (
        phrase(
            r"(?:timed out|timeout expired) waiting (?:for|on) (?:the condition|volumes)",
            r"unable to (?:attach or )?mount volumes.{0,3000}(?:timed out|timeout|context"
            r" deadline)",
        ),
        _V.MOUNT_TIMEOUT,
    ),
    (
        phrase(
            r"mountvolume\.\w+ failed",
            r"unable to (?:attach or )?mount volumes",
            r"mount failed: ",
            r"mapvolume\.\w+ failed",
            r"mounting command: ",
            r"nodestagevolume",
            r"nodepublishvolume",
            r"failed to mount",
            r"mount\.nfs: ",
            r"mountdevice failed",
            r"unmountvolume\.\w+ failed",
            r"fsgroup|volume ownership",
        ),
        _V.MOUNT,
    ),
)
_Q = ProvisionProblem
_PROVISION: tuple[tuple[re.Pattern[str], ProvisionProblem], ...] = (
    (
        phrase(
            r"storage ?class(?:\.storage\.k8s\.io)? \S{1,260} not found",
            r"error getting storageclass",
            r"storageclass \S{1,260} does not exist",
        ),
        _Q.CLASS_MISSING,
    ),
    (
        phrase(
            r"no volume plugin matched",
            r"no provisioner",
            r"provisioner .{0,260} (?:is )?not (?:found|supported)",
        ),
        _Q.PROVISIONER_MISSING,
    ),
    (
        phrase(r"waiting for a volume to be created", r"waiting for .{0,80}external provisioner"),
        _Q.WAITING_FOR_PROVISIONER,
    ),
    (
        phrase(r"waiting for first consumer", r"waiting for pod .{0,300}to be scheduled"),
        _Q.WAITING_FOR_CONSUMER,
    ),
    (phrase(r"no persistent volumes available for this claim"), _Q.NO_MATCHING_VOLUME),
    (
        phrase(
            r"access ?modes?\b.{0,200}(?:not supported|unsupported|incompatible|invalid)",
            r"(?:only supports?|unsupported|does not support|invalid|incompatible)"
            r" .{0,80}access ?modes?",
            r"only support readwriteonce",
            r"incompatible accessmode",
        ),
        _Q.ACCESS_MODE,
    ),
    (phrase(r"bound claim has lost", r"has lost its persistentvolume", r"claim is lost"), _Q.LOST),
    (phrase(r"already bound to a different claim", r"is bound to a different"), _Q.BOUND_ELSEWHERE),
    (
        phrase(
            r"failed to provision volume",
            r"error creating .{0,60}volume",
            r"failed to create volume",
            r"createvolume",
            r"provisioningfailed",
        ),
        _Q.FAILED,
    ),
)
_MOUNT_REASONS = (
    "FailedMount",
    "FailedAttachVolume",
    "FailedMapVolume",
    "FailedUnMount",
    "FailedDetachVolume",
)
_CLAIM_REASONS = (
    "ProvisioningFailed",
    "ExternalProvisioning",
    "WaitForFirstConsumer",
    "FailedBinding",
    "ClaimLost",
    "WaitForPodScheduled",
    "ClaimMisbound",
    "VolumeMismatch",
)


def read_provisioning(message: Message) -> Iterator[Fact]:
    """Why a claim has no volume, in the words of its controllers."""
    for pattern, problem in _PROVISION:
        found = pattern.search(message.text)
        if found:
            yield _provisioning(message.text, problem, around(message.text, found))
            return
    if message.seen(*_CLAIM_REASONS):
        yield _provisioning(message.text, _Q.FAILED, message.text[:240])


def read_volume(message: Message) -> Iterator[Fact]:
    """Why a volume is not in the pod, in the words of kubelet, attach controller and drivers."""
    text = message.text
    for pattern, problem in _VOLUMES:
        found = pattern.search(text)
        if found:
            yield _volume(text, problem, around(text, found))
            return
    if message.seen(*_MOUNT_REASONS):
        problem = (
            _V.ATTACH if message.seen("FailedAttachVolume", "FailedDetachVolume") else _V.MOUNT
        )
        yield _volume(text, problem, text[:240])


def _volume(text: str, problem: VolumeProblem, words: str) -> VolumeFailed:
    driver = _DRIVER.search(text)
    path = _PATH.search(text)
    return VolumeFailed(
        problem=problem,
        volume=one(_VOLUME, text) or one(_UNMOUNTED, text),
        claim=one(_CLAIM, text),
        driver=(driver.group(1) or driver.group(2) or "") if driver else "",
        path=path.group(1) if path else "",
        expected=path.group(2) if path else "",
        words=words,
    )


def _provisioning(text: str, problem: ProvisionProblem, words: str) -> ProvisioningFailed:
    storage_class, provisioner = _CLASS.search(text), _PROVISIONER.search(text)
    return ProvisioningFailed(
        problem=problem,
        storage_class=next((item for item in storage_class.groups() if item), "")
        if storage_class
        else "",
        provisioner=next((item for item in provisioner.groups() if item), "")
        if provisioner
        else "",
        volume=one(_VOLUME, text),
        words=words,
    )

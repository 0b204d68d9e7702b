"""Volumes: attach and mount.

Sources: kubernetes `pkg/volume/util/operationexecutor/operation_generator.go`,
`pkg/kubelet/volumemanager`, `pkg/volume/{hostpath,csi}`.
A mount that timed out says no more than that; the event of the volume that did not mount does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.cluster.readers.facts import (
    Fact,
    VolumeFailed,
    VolumeProblem,
)
from bot.cluster.readers.message import Message, Phrase, around, one, phrase

_VOLUME = re.compile(r"(?:for )?volumes? \"([^\"]{1,512})\"")
_UNMOUNTED = re.compile(r"(?:unmounted volumes|list of unmounted volumes) ?= ?\[([^\]]{0,1000})\]")
_CLAIM = re.compile(r"(?:persistentvolumeclaims?|claim|pvc) \"([^\"]{1,512})\"", re.IGNORECASE)
_DRIVER = re.compile(
    r"driver name ([\w.-]{1,253}) not found|driver \"?([\w.-]{1,253})\"? not found"
)
_PATH = re.compile(r"check failed: (\S{1,1024}) is not (?:an? )?(\w[\w ]{0,40})")

_V = VolumeProblem
_VOLUMES: tuple[tuple[Phrase, VolumeProblem], ...] = (
    (
        phrase(
            r"multi-attach error",
            r"already (?:exclusively )?attached to (?:one|another|a different|node)",
            r"volumeinuse",
            r"is already (?:being )?used by (?:node|another|pod)",
            r"already mounted by another",
            r"is in use by (?:another|instance|node)",
            r"resource_in_use_by_another_resource|already being used by",
            r"already has other clients",
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
            r"(?:is|volume) not attached",
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
            r"(?:timed out|timeout expired) waiting (?:for|on) volumes",
            r"failed to sync \w{1,20} cache: timed out waiting for the condition",
            r"volumes?\b.{0,3000}(?:timed out|timeout expired) waiting (?:for|on) the condition",
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
            r"failed to mount (?!rootfs|container|overlay|/var/lib/containerd)",
            r"\brbd: map failed|\bmount error\(\d{1,3}\)",
            r"\bmount\.(?:nfs4?|cifs|efs|ceph|glusterfs|lustre|fuse): ",
            r"mountdevice failed",
            r"unmountvolume\.\w+ failed",
            r"fsgroup|volume ownership",
        ),
        _V.MOUNT,
    ),
)
_MOUNT_REASONS = (
    "FailedMount",
    "FailedAttachVolume",
    "FailedMapVolume",
    "FailedUnMount",
    "FailedDetachVolume",
)


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

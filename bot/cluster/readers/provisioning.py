"""Claims without a volume, in the words of controllers and provisioners.

Sources: kubernetes `pkg/controller/volume/persistentvolume/pv_controller.go`, external-provisioner
`pkg/controller`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.cluster.readers.facts import Fact, ProvisioningFailed, ProvisionProblem
from bot.cluster.readers.message import Message, Phrase, around, one, phrase

_VOLUME = re.compile(r"(?:for )?volumes? \"([^\"]{1,512})\"")
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

_Q = ProvisionProblem
_PROVISION: tuple[tuple[Phrase, ProvisionProblem], ...] = (
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
    (
        phrase(
            r"already bound to a different claim",
            r"is bound to a different",
            r"two claims are bound to the same volume",
        ),
        _Q.BOUND_ELSEWHERE,
    ),
    (phrase(r"cannot bind to requested volume"), _Q.MISMATCH),
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

"""The scheduler's reasons, of every version: which predicate each is, and what it names.

Sources: kubernetes `pkg/scheduler/framework/plugins/*` (the `ErrReason…` constants), before 1.19
`pkg/scheduler/algorithm/predicates/error.go`.
"""

from __future__ import annotations

import re

from bot.cluster.readers.facts import Predicate
from bot.cluster.readers.message import Phrase, phrase

_TAINTED = re.compile(r"taints? ?\{([^}]{0,400}?)(?:: ?)?\}|taints? (\S{1,253}/\S{1,253})")
_NAMED_CLAIM = re.compile(r"persistentvolumeclaim \"([^\"]{1,253})\"", re.IGNORECASE)
_RESOURCE_CLAIM = re.compile(
    r"(?:resourceclaim|resource claim|deviceclass|device class) \"?([\w./-]{1,253})", re.IGNORECASE
)
_INSUFFICIENT = re.compile(r"insufficient ([\w./-]{1,253})", re.IGNORECASE)

P = Predicate
PREDICATES: tuple[tuple[Phrase, Predicate, re.Pattern[str] | None], ...] = (
    (
        phrase(r"elasticquota", r"insufficient quota", r"queue resource quota", r"overused"),
        P.QUOTA,
        None,
    ),
    (
        phrase(r"resourceclaim", r"resource ?claims?\b", r"allocate all claims", r"device ?class"),
        P.RESOURCE_CLAIM,
        _RESOURCE_CLAIM,
    ),
    (
        phrase(r"persistentvolumeclaim \"[^\"]{1,253}\" (?:was )?not found"),
        P.CLAIM_MISSING,
        _NAMED_CLAIM,
    ),
    (
        phrase(r"non-existent (?:persistentvolume|pv)", r"\" is lost|phase lost"),
        P.VOLUME_LOST,
        _NAMED_CLAIM,
    ),
    (phrase(r"readwriteoncepod", r"no available disk", r"nodiskconflict"), P.VOLUME_IN_USE, None),
    (
        phrase(
            r"volume node affinity conflict",
            r"persistentvolume's node affinity",
            r"available volume zone",
            r"novolume(?:node|zone)conflict",
            r"volumenodeaffinity",
        ),
        P.VOLUME_NODE_AFFINITY,
        None,
    ),
    (
        phrase(
            r"unbound immediate",
            r"persistent volumes to bind",
            r"is not bound",
            r"binding volumes",
            r"persistentvolumeclaim.{0,300}(?:unbound|being deleted|not bound)",
            r"volumebinding",
            r"to create the persistentvolumeclaim",
            r"maxbindingattempts",
        ),
        P.VOLUME_UNBOUND,
        re.compile(r"(?:is not bound: |persistentvolumeclaim )\"([^\"]{1,253})\"", re.IGNORECASE),
    ),
    (
        phrase(
            r"max volume count",
            r"volume limits? exceeded",
            r"max\w{0,20}volumecount",
            r"maximum number of volumes",
        ),
        P.RESOURCE,
        re.compile(r"(volume) ", re.IGNORECASE),
    ),
    (
        phrase(r"too many pods", r"insufficient pods"),
        P.RESOURCE,
        re.compile(r"\b(pods)\b", re.IGNORECASE),
    ),
    (phrase(r"insufficient cpus?\b"), P.CPU, None),
    (phrase(r"insufficient memory"), P.MEMORY, None),
    (phrase(r"insufficient [a-z]", r"enough free storage"), P.RESOURCE, _INSUFFICIENT),
    (
        phrase(
            r"nodeunschedulable",
            r"were unschedulable",
            r"taints? \{?node\.kubernetes\.io/unschedulable",
        ),
        P.CORDONED,
        None,
    ),
    (
        phrase(
            r"taints? \{?node\.kubernetes\.io/disk-pressure",
            r"had disk pressure",
            r"out of disk",
            r"nodeunderdiskpressure",
            r"nodeoutofdisk",
        ),
        P.DISK_PRESSURE,
        None,
    ),
    (
        phrase(
            r"taints? \{?node\.kubernetes\.io/memory-pressure",
            r"had memory pressure",
            r"nodeundermemorypressure",
        ),
        P.MEMORY_PRESSURE,
        None,
    ),
    (
        phrase(
            r"taints? \{?node\.kubernetes\.io/(?:not-ready|unreachable|network-unavailable)",
            r"nodenotready",
            r"were not ready",
            r"network ?unavailable",
            r"unknown condition",
        ),
        P.NOT_READY,
        None,
    ),
    (phrase(r"\btaint", r"nodetaints"), P.TAINT, _TAINTED),
    (phrase(r"node affinity/selector", r"node selector/affinity"), P.SELECTOR_OR_AFFINITY, None),
    (
        phrase(
            r"matchnodeselector|nodelabelpresence|the requested labels",
            r"node selector",
            r"requested node name",
            r"\bhostname\b",
        ),
        P.SELECTOR,
        None,
    ),
    (
        phrase(r"pod affinity/anti-affinity", r"matchinterpodaffinity", r"inter-?pod affinity"),
        P.ANY_POD_AFFINITY,
        None,
    ),
    (phrase(r"anti-?affinity"), P.POD_ANTI_AFFINITY, None),
    (phrase(r"pod ?affinity"), P.POD_AFFINITY, None),
    (phrase(r"node ?affinity"), P.AFFINITY, None),
    (phrase(r"topology spread"), P.TOPOLOGY_SPREAD, None),
    (phrase(r"free ports", r"podfitshostports", r"host ?ports?\b"), P.HOST_PORT, None),
)

"""Nodes: their health, evictions, rejections, preemption, shutdown.

Sources: kubernetes `pkg/kubelet/eviction/{helpers,eviction_manager}.go`,
`pkg/kubelet/lifecycle/predicate.go`, `pkg/kubelet/{nodestatus/setters,preemption/preemption}.go`,
`pkg/kubelet/nodeshutdown`, `pkg/controller/{nodelifecycle,tainteviction,podgc}`,
`pkg/scheduler/framework/preemption`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.cluster.readers.facts import (
    Fact,
    NodeFailed,
    NodeProblem,
    PodEvicted,
    PodPreempted,
    PodRejected,
)
from bot.cluster.readers.message import Message, around, one, phrase

_LOW = re.compile(r"the node was low on resource:? ?\[?([\w.-]{1,63})", re.IGNORECASE)
_HAD = re.compile(r"node had condition:? ?\[?\"?(\w{1,40})", re.IGNORECASE)
_OVER = phrase(
    r"usage of emptydir volume .{0,300}exceeds the limit",
    r"ephemeral local storage usage exceeds",
    r"exceeded its local ephemeral storage limit",
    r"local ephemeral storage usage exceeds",
    r"exceeds the total limit of containers",
)
_USING = re.compile(r"container (\S{1,63}) was using (\S{1,40}?),? ", re.IGNORECASE)
_TOOK_LESS = re.compile(
    r"didn't have enough (?:resource|capacity):? ?([\w./-]{1,63})(?:, requested: ?(\d{1,25}))?"
    r"(?:, used: ?(\d{1,25}))?(?:, capacity: ?(\d{1,25}))?",
    re.IGNORECASE,
)
_REJECT_REASONS = re.compile(
    r"OutOf[A-Za-z./0-9-]{1,63}|NodeAffinity|NodeName|NodePorts|PodFitsHostPorts"
    r"|UnexpectedAdmissionError|SysctlForbidden"
    r"|TopologyAffinityError|InvalidNodeInfo|PodOSNotSupported|PodOSSelectorNodeLabelDoesNotMatch"
    r"|InitContainerRestartPolicyForbidden|SupplementalGroupsPolicyNotSupported|AppArmor"
    r"|HostNetworkNotSupported"
    r"|ResourceAllocationError|InPlacePodVerticalScalingRequired"
)
_REJECTED = phrase(
    r"predicate \w{1,40} failed",
    r"pod was rejected",
    r"allocate failed due to",
    r"admission (?:of|check) .{0,60}failed",
    r"unexpected error while attempting to recover from admission",
    r"resources cannot be allocated with topology",
    r"was rejected: predicate",
    r"forbidden sysctl: ",
)
_SHUTDOWN = phrase(
    r"node (?:is )?shutting down",
    r"imminent node shutdown",
    r"node is shutting",
    r"terminated in response to .{0,40}shutdown",
    r"node shutdown",
    r"node is in progress of shutting",
)
_PREEMPTED = phrase(
    r"^preempted ",
    r"preempted in order to admit",
    r"preempted by",
    r"preempting to accommodate",
    r"preemptionbyscheduler",
)
_BY = re.compile(
    r"(?:preempted by|by) (?:a )?((?:pod )?[\w./-]{1,253}(?: on node [\w.-]{1,253})?)",
    re.IGNORECASE,
)
_TAINT_EVICTION = phrase(
    r"taint manager", r"tainteviction", r"deleting due to noexecute", r"deletionbytaintmanager"
)
_LOST = phrase(
    r"kubelet stopped posting node status",
    r"which was running pod .{0,300}is unresponsive",
    r"node \S{1,253} (?:is |status is )?(?:unknown|unresponsive)",
    r"node controller .{0,80}unreachable",
    r"node not found|node (?:.{0,253} )?no longer exists|garbage collection of .{0,60}orphan",
    r"node .{0,260}does not exist in the cloud provider",
    r"nodestatusunknown",
    r"nodestatusneverupdated",
    r"taints? \{?node\.kubernetes\.io/unreachable",
    r"kubelet never posted node status",
)
_NOT_READY = phrase(
    r"(?<![/\w-])node is not ready",
    r"node \S{1,253} status is now: nodenotready",
    r"runtime network not ready",
    r"container runtime (?:network )?(?:is )?(?:not ready|down)",
    r"pleg is not healthy",
    r"\bnodenotready\b",
    r"kubeletnotready",
    r"container runtime is down",
)
_PRESSURES = (
    (
        phrase(
            r"memory ?pressure|reclaim memory",
            r"insufficient memory available|hasinsufficientmemory",
        ),
        NodeProblem.MEMORY_PRESSURE,
    ),
    (
        phrase(
            r"disk ?pressure|reclaim (?:ephemeral|nodefs|imagefs|inodes)",
            r"freediskspacefailed|imagegcfailed|garbage collect required amount"
            r"|hasdiskpressure|nodeoutofdisk|out of disk",
        ),
        NodeProblem.DISK_PRESSURE,
    ),
    (phrase(r"pid ?pressure|hasinsufficientpid"), NodeProblem.PID_PRESSURE),
    (phrase(r"nodenotschedulable"), NodeProblem.CORDONED),
)
# The conditions of a node: pkg/kubelet/nodestatus/setters.go
_PRESSED = phrase(r"kubelet ?has ?(?:disk ?pressure|insufficient ?(?:memory|pid))")
_NODE = re.compile(r"\bnode:? \"?([\w.-]{1,253})\"? (?:which|status|is|has)", re.IGNORECASE)
_PRESSURE_REASONS = (
    "MemoryPressure",
    "DiskPressure",
    "PIDPressure",
    "NodeHasDiskPressure",
    "NodeHasInsufficientMemory",
    "EvictionThresholdMet",
    "FreeDiskSpaceFailed",
    "ImageGCFailed",
    "NodeHasInsufficientPID",
    "NodeNotSchedulable",
)


def read_node(message: Message) -> Iterator[Fact]:
    """What happened to the pod because of its node, or to the node itself."""
    fact = _pod(message) or _node(message)
    if fact:
        yield fact


def _pod(message: Message) -> Fact | None:
    text = message.text
    if found := _OVER.search(text):
        return PodEvicted(resource="ephemeral-storage", over_limit=True, words=around(text, found))
    if found := _LOW.search(text):
        using = _USING.search(text)
        usage = f"{using.group(1)} used {using.group(2)}" if using else ""
        return PodEvicted(
            resource=_pressed(found.group(1).rstrip(".")), usage=usage, words=text[:400]
        )
    if found := _HAD.search(text):
        return PodEvicted(resource=_pressed(found.group(1)), words=around(text, found))
    found = _TAINT_EVICTION.search(text)
    if found or message.seen("TaintManagerEviction", "DeletionByTaintManager"):
        return PodEvicted(by_taint=True, words=around(text, found) if found else text[:240])
    if message.seen("Preempted", "Preempting", "PreemptionByScheduler") or _PREEMPTED.search(text):
        return PodPreempted(by=one(_BY, text), words=text[:240])
    return _rejected(message)


def _rejected(message: Message) -> Fact | None:
    text = message.text
    took = _TOOK_LESS.search(text)
    if took:
        resource, requested, used, capacity = (item or "" for item in took.groups())
        return PodRejected(
            reason=message.reason,
            resource=resource.rstrip(","),
            requested=requested,
            used=used,
            capacity=capacity,
            words=around(text, took),
        )
    if _SHUTDOWN.search(text):
        return None
    found = _REJECTED.search(text)
    named = _REJECT_REASONS.fullmatch(message.reason)
    if message.place in ("status", "event", "") and (found or named):
        resource = (
            message.reason.removeprefix("OutOf") if message.reason.startswith("OutOf") else ""
        )
        return PodRejected(
            reason=message.reason
            or one(re.compile(r"predicate (\w{1,40}) failed", re.IGNORECASE), text),
            resource=resource,
            words=text[:300],
        )
    if message.seen("Evicted", "EvictionByEvictionAPI", "TerminationByKubelet"):
        return PodEvicted(words=text[:300])
    return None


def _node(message: Message) -> Fact | None:
    text = message.text
    if (
        message.seen("Shutdown", "NodeShutdown", "Terminated") and message.place == "status"
    ) or _SHUTDOWN.search(text):
        return NodeFailed(problem=NodeProblem.SHUTDOWN, node=one(_NODE, text), words=text[:240])
    if message.seen("NodeLost", "NodeStatusUnknown") or _LOST.search(text):
        return NodeFailed(problem=NodeProblem.LOST, node=one(_NODE, text), words=text[:240])
    pressed = message.seen(*_PRESSURE_REASONS) or _PRESSED.search(text)
    for pattern, problem in _PRESSURES:
        if pressed and (pattern.search(text) or pattern.search(message.reason)):
            return NodeFailed(problem=problem, node=one(_NODE, text), words=text[:240])
    if message.seen("NodeNotReady", "KubeletNotReady") or _NOT_READY.search(text):
        return NodeFailed(problem=NodeProblem.NOT_READY, node=one(_NODE, text), words=text[:240])
    return None


def _pressed(condition: str) -> str:
    return {
        "memorypressure": "memory",
        "diskpressure": "ephemeral-storage",
        "pidpressure": "pids",
    }.get(condition.lower(), condition)

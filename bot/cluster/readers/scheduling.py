"""The scheduler's words, of every version, as a table of (nodes, predicate, detail).

Sources: kubernetes `pkg/scheduler/framework/plugins/*` (the `ErrReason…` constants),
`pkg/scheduler/framework/types.go` (`FitError`), before 1.19
`pkg/scheduler/algorithm/predicates/error.go`; cluster-autoscaler `processors/status`.
What the preemption tail says is not about why the pod does not fit, and is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.cluster.readers.facts import (
    Fact,
    NodesRefused,
    NoNodesAtAll,
    NotScaledUp,
    Predicate,
    PriorityClassMissing,
    SchedulingGated,
    Unschedulable,
)
from bot.cluster.readers.message import Message, around, one, phrase
from bot.cluster.readers.predicates import PREDICATES

_AVAILABLE = re.compile(
    r"\b\d{1,6}/(\d{1,6}) nodes? (?:are|is) available:? ?|all nodes are unavailable:? ?"
)
_TAIL = re.compile(
    r"[.,;]{0,3} ?(?:preemption: |no new claims to deallocate|still not schedulable"
    r"|no preemption victims|not eligible for preemption).{0,9000}$",
    re.IGNORECASE,
)
_ROW = re.compile(r"(?:, |; |\. |^)(?=\d{1,6} (?!/))")
_COUNT = re.compile(r"(\d{1,6}) (.{1,2000})")
_OLD_ROW = re.compile(r"([A-Za-z][^,():]{0,200}?) \((\d{1,6})\)")
_OLD_HEAD = re.compile(r"fit failure summary on nodes ?: ?|predicates ?:{1,2} ?", re.IGNORECASE)
_SCALE_UP = re.compile(
    r"pod didn't trigger scale-up(?: \([^)]{0,200}\))?:? ?(.{0,8000})", re.IGNORECASE
)
# https://github.com/kubernetes-sigs/karpenter, `pkg/controllers/provisioning/scheduling`.
_KARPENTER = phrase(
    r"no instance type (?:satisfied|met|has|which)",
    r"incompatible with (?:nodepool|provisioner)",
    r"no nodepools? found|all available instance types exceed limits",
)
_PRIORITY = re.compile(r"no priorityclass with name (\S{1,253}?) was found", re.IGNORECASE)

P = Predicate
_ALONE = (
    P.QUOTA,
    P.CLAIM_MISSING,
    P.VOLUME_UNBOUND,
    P.VOLUME_LOST,
    P.VOLUME_IN_USE,
    P.RESOURCE_CLAIM,
)
_REASONS = ("FailedScheduling", "Unschedulable", "NotTriggerScaleUp", "SchedulerError")
_SCHEDULED = phrase(
    r"nodes? (?:are|is) available",
    r"fit in any node",
    r"unbound immediate",
    r"persistentvolumeclaim is not bound",
    r"persistentvolumeclaim \"[^\"]{1,253}\" not found",
    r"unschedulable: ",
    r"rejected in prefilter",
)


def read_scheduling(message: Message) -> Iterator[Fact]:
    """What the scheduler, or the autoscaler, says about a pod that found no node."""
    text = message.text
    missing = _PRIORITY.search(text)
    if missing:
        yield PriorityClassMissing(name=missing.group(1), words=missing.group(0))
    elif scale := _SCALE_UP.search(text):
        yield NotScaledUp(rows=_rows(scale.group(1), 1), words=text[:240])
    elif found := _KARPENTER.search(text):
        yield NotScaledUp(words=around(text, found))
    elif "scheduling gate" in text or message.seen("SchedulingGated"):
        yield SchedulingGated(words=text[:240])
    elif re.search(r"no nodes available to schedule|\b0/0 nodes", text):
        yield NoNodesAtAll(words=text[:240])
    elif message.seen(*_REASONS) or _SCHEDULED.search(text):
        yield from _table(text)


def _table(text: str) -> Iterator[Unschedulable]:
    head = _AVAILABLE.search(text)
    total = int(head.group(1)) if head and head.group(1) else None
    old = _OLD_HEAD.search(text)
    if old:
        rows = tuple(
            _row(int(count), reason) for reason, count in _OLD_ROW.findall(text[old.end() :])
        )
    else:
        rows = _rows(_TAIL.sub("", text[head.end() :] if head else text), total or 0)
    if head is None and old is None:
        # Without a table of nodes only what is said of the pod as a whole counts.
        rows = tuple(row for row in rows if row.predicate in _ALONE)
    if rows:
        yield Unschedulable(nodes=total, rows=rows, words=text[:400])


def _rows(body: str, total: int) -> tuple[NodesRefused, ...]:
    found = []
    for item in _ROW.split(body.strip().rstrip(".")):
        counted = _COUNT.fullmatch(item.strip())
        if counted:
            found.append(_row(int(counted.group(1)), counted.group(2)))
        elif item.strip():
            found.append(_row(total, item))
    return tuple(found)


def _row(nodes: int, reason: str) -> NodesRefused:
    for pattern, predicate, detail in PREDICATES:
        if pattern.search(reason):
            named = one(detail, reason) or one(detail, reason, detail.groups) if detail else ""
            return NodesRefused(nodes=nodes, predicate=predicate, detail=named.strip())
    return NodesRefused(nodes=nodes, predicate=Predicate.OTHER, detail=reason[:200].strip())

"""What controllers say of their workloads.

Sources: kubernetes `pkg/controller/job/job_controller.go`, `pkg/controller/deployment/util`,
`pkg/kubelet/active_deadline.go`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.cluster.readers.facts import Fact, WorkloadFailed, WorkloadProblem
from bot.cluster.readers.message import Message, around, phrase

_TABLE = (
    (
        phrase(
            r"active on the node longer than", r"active longer than (?:the )?specified deadline"
        ),
        WorkloadProblem.DEADLINE,
    ),
    (
        phrase(
            r"reached the specified backoff limit",
            r"backoff limit .{0,40}(?:reached|exceeded)",
            r"failed indexes|maxfailedindexes",
        ),
        WorkloadProblem.BACKOFF_LIMIT,
    ),
    (
        phrase(r"has timed out progressing", r"exceeded its progress deadline"),
        WorkloadProblem.PROGRESS,
    ),
)
_REASONS = {
    "DeadlineExceeded": WorkloadProblem.DEADLINE,
    "BackoffLimitExceeded": WorkloadProblem.BACKOFF_LIMIT,
    "FailedIndexes": WorkloadProblem.BACKOFF_LIMIT,
    "MaxFailedIndexesExceeded": WorkloadProblem.BACKOFF_LIMIT,
    "ProgressDeadlineExceeded": WorkloadProblem.PROGRESS,
}


def read_workload(message: Message) -> Iterator[Fact]:
    """A controller's summary of its pods."""
    for pattern, problem in _TABLE:
        found = pattern.search(message.text)
        if found:
            yield WorkloadFailed(problem=problem, words=around(message.text, found))
            return
    if message.reason in _REASONS:
        yield WorkloadFailed(problem=_REASONS[message.reason], words=message.text[:240])

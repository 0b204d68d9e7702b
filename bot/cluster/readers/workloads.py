"""What controllers say of their workloads.

Sources: kubernetes `pkg/controller/job/job_controller.go`, `pkg/controller/deployment/util`,
`pkg/kubelet/active_deadline.go`, `pkg/controller/{cronjob,podautoscaler,namespace}`,
`pkg/registry/core/pod/storage/eviction.go`, kube-aggregator `pkg/controllers/status`.
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
            r"failed with exit code \d{1,3} matching failjob rule",
        ),
        WorkloadProblem.BACKOFF_LIMIT,
    ),
    (
        phrase(r"has timed out progressing", r"exceeded its progress deadline"),
        WorkloadProblem.PROGRESS,
    ),
    (phrase(r"^deployment is paused$"), WorkloadProblem.PAUSED),
    (
        phrase(
            r"unparseable schedule",
            r"too many missed start times?",
            r"spec\.schedule: invalid value",
        ),
        WorkloadProblem.SCHEDULE,
    ),
    (
        phrase(
            r"unable to get the target's current scale",
            r"^\S{1,100}/scale\.\S{1,60} \"[^\"]{1,253}\" not found",
        ),
        WorkloadProblem.NO_TARGET,
    ),
    (
        phrase(
            r"\(get \S{1,100}metrics\.k8s\.io\)",
            r"failing or missing response from https?://\S{1,300}/apis/",
            r"^(?:error from server \(serviceunavailable\): )?the server is currently unable to"
            r" handle the request",
        ),
        WorkloadProblem.NO_API,
    ),
    (
        phrase(
            r"would violate the pod's disruption budget", r"disruption budget .{0,300} needs \d"
        ),
        WorkloadProblem.NO_DISRUPTION,
    ),
    (
        phrase(
            r"some content in the namespace has finalizers remaining",
            r"some resources are remaining: ",
        ),
        WorkloadProblem.FINALIZERS,
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

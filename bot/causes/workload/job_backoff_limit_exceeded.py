"""The Job failed too often and gave up.

Seen as:       BackoffLimitExceeded, FailedIndexes
Confirmed if:  the Failed condition of the Job gives one of these reasons
Ruled out if:  the Job is complete
By hand:       kubectl describe job NAME
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause import Cause
from bot.cluster.readers import facts as f
from bot.jobs import failed_jobs, statements
from bot.report import Layer, Rank, Ruling
from bot.rulings import of_object
from bot.view import View
from bot.words import shell

_P = f.WorkloadProblem


def check(view: View) -> Iterator[Ruling]:
    """Rule on Jobs that failed too often."""
    for item in failed_jobs(
        view, "BackoffLimitExceeded", "FailedIndexes", "MaxFailedIndexesExceeded"
    ):
        job, condition = item
        indexes = job.status.failed_indexes.replace(",", ", ")
        which = f"; failed indexes: {indexes}" if indexes else ""
        yield of_object(
            job,
            f"Job {job.name} gave up after {job.status.failed} failed pods{which}",
            f"{condition.reason}: {condition.message}{which}",
            (
                "Mend what its pods fail of, then create the Job again",
                "A failed Job is not retried.",
            ),
            shell(
                "kubectl", "logs", "-n", job.namespace, "-l", f"job-name={job.name}", "--tail=50"
            ),
        )
    yield from statements(view, _P.BACKOFF_LIMIT, "the Job gave up after too many failures")


CAUSE = Cause(
    code="JobBackoffLimitExceeded",
    title="the Job failed too often",
    layer=Layer.CLUSTER,
    rank=Rank.ROLLUP,
    doc=__doc__,
    check=check,
)

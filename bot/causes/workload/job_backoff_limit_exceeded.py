"""The Job failed too often and gave up.

Seen as:       BackoffLimitExceeded, FailedIndexes
Confirmed if:  the Failed condition or an event of the Job gives one of these reasons, or some of
               its indexes failed for good; a Failed condition without a reason makes it likely
Ruled out if:  the Job is complete
By hand:       kubectl describe job NAME
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bot.cause import Cause
from bot.cause.rulings import of_object
from bot.cluster import objects as k
from bot.cluster.readers import facts as f
from bot.facts import said
from bot.facts.jobs import failed_jobs, statements
from bot.report import Layer, Outcome, Rank, Ruling
from bot.view import View
from bot.words import shell

_P = f.WorkloadProblem
_REASONS = ("BackoffLimitExceeded", "FailedIndexes", "MaxFailedIndexesExceeded", "")


def check(view: View) -> Iterator[Ruling]:
    """Rule on Jobs that failed too often."""
    told = {job.name: said for job, said in _told(view)}
    for job, condition in failed_jobs(view, *_REASONS):
        which = _indexes(job)
        told[job.name] = f"{condition.reason or 'Failed'}: {condition.message}{which}"
        yield _gave_up(job, told[job.name], sure=bool(condition.reason))
    for job in (item for item in view.controllers if isinstance(item, k.Job)):
        ended = {c.type for c in job.status.conditions if c.status == "True"}
        if ended & {"Failed", "FailureTarget", "Complete"}:
            continue
        if job.name in told:
            yield _gave_up(job, told[job.name])
        elif _too_often(job):
            yield _gave_up(job, f"failed: {job.status.failed}", sure=False)
        elif job.status.failed_indexes:
            yield _of_job(
                job,
                f"goes on, and some of its work failed for good{_indexes(job)}",
                _indexes(job)[2:],
            )
    yield from statements(view, _P.BACKOFF_LIMIT, "the Job gave up after too many failures")


def _too_often(job: k.Job) -> bool:
    """Whether more of its pods failed than it allows; its controller has not said so yet.

    6: https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy
    """
    limit = 6 if job.spec.backoff_limit is None else job.spec.backoff_limit
    by_index = job.spec.backoff_limit_per_index is not None
    return not job.status.active and not by_index and job.status.failed > limit


def _told(view: View) -> Iterator[tuple[k.Job, str]]:
    for fact, item in said.of(view, f.WorkloadFailed):
        if fact.problem is _P.BACKOFF_LIMIT and isinstance(item.about, k.Job):
            yield item.about, item.proof.text


def _indexes(job: k.Job) -> str:
    indexes = job.status.failed_indexes.replace(",", ", ")
    return f"; failed indexes: {indexes}" if indexes else ""


def _gave_up(job: k.Job, proof: str, *, sure: bool = True) -> Ruling:
    ruling = _of_job(job, f"gave up after {job.status.failed} failed pods{_indexes(job)}", proof)
    if sure:
        return ruling
    doubt = {"outcome": Outcome.SUSPECTED, "alternatives": ("DeadlineExceeded",)}
    return msgspec.structs.replace(ruling, **doubt)


def _of_job(job: k.Job, told: str, proof: str) -> Ruling:
    return of_object(
        job,
        f"Job {job.name} {told}",
        proof,
        ("Mend what its pods fail of, then create the Job again", "A failed Job is not retried."),
        shell("kubectl", "logs", "-n", job.namespace, "-l", f"job-name={job.name}", "--tail=50"),
    )


CAUSE = Cause(
    code="JobBackoffLimitExceeded",
    title="the Job failed too often",
    layer=Layer.CLUSTER,
    rank=Rank.ROLLUP,
    doc=__doc__,
    check=check,
)

"""An aggregated API is not available.

Seen as:       "the server is currently unable to handle the request"
Confirmed if:  the APIService says Available=False, or an autoscaler that it gets no metrics from it
Ruled out if:  it says True
By hand:       kubectl get apiservice
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bot import kubectl
from bot.cause import Cause
from bot.cluster import objects as k
from bot.cluster.readers.facts import WorkloadFailed, WorkloadProblem
from bot.facts import said
from bot.facts.told import told
from bot.report import Layer, Outcome, Proof, Rank, Ruling, Solution, Subject
from bot.view import View

_MEND = Solution(
    title="Mend the pods behind the API's Service; for metrics.k8s.io that is metrics-server",
    why="Whoever asks this API group gets no answer.",
)


def check(view: View) -> Iterator[Ruling]:
    """Rule on an APIService target that is not available."""
    yield from told(view, WorkloadProblem.NO_API, _MEND)
    target = view.target_object
    if isinstance(target, k.HorizontalPodAutoscaler):
        yield from _asked_in_vain(view, target)
    if not isinstance(target, k.APIService):
        return
    for condition in target.status.conditions:
        if condition.type == "Available" and condition.status == "False":
            served = target.spec.service
            by = f", served by Service {served.namespace}/{served.name}" if served else ""
            yield Ruling(
                outcome=Outcome.CONFIRMED,
                subject=Subject("APIService", target.name),
                summary=f"the API {target.name}{by} is not available: {condition.reason}",
                proof=(
                    Proof(condition.message or condition.reason, command=kubectl.describe(target)),
                ),
                solutions=(
                    Solution(
                        title="Mend the pods behind the API's Service",
                        why="Everything that lists all resources waits for this API group.",
                    ),
                ),
            )


def _asked_in_vain(view: View, target: k.HorizontalPodAutoscaler) -> Iterator[Ruling]:
    """An autoscaler says now that the API of its metrics does not answer it."""
    said_so = (item for fact, item in said.of(view, WorkloadFailed)
               if fact.problem is WorkloadProblem.NO_API and item.about is target)  # fmt: skip
    for item in said_so:
        yield Ruling(
            outcome=Outcome.CONFIRMED,
            subject=item.subject,
            summary=f"HorizontalPodAutoscaler {target.name} gets no metrics: the API that serves"
            " them does not answer",
            proof=(item.proof,),
            solutions=(msgspec.structs.replace(_MEND, commands=("kubectl get apiservice",)),),
        )
        return


CAUSE = Cause(
    code="APIServiceUnavailable",
    title="an API group is not available",
    layer=Layer.CLUSTER,
    rank=Rank.FAULT,
    doc=__doc__,
    check=check,
)

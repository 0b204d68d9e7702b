"""All containers are ready, and a readiness gate's condition is not set.

Seen as:       0/1 although every container is ready, READINESS GATES 0/1
Confirmed if:  the pod has a readiness gate whose condition is absent or not True
Ruled out if:  the condition is True, or a container is not ready
By hand:       kubectl get pod POD -o wide
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.report import Layer, Outcome, Proof, Ruling, Solution, Subject
from bot.view import View, containers_of


def check(view: View) -> Iterator[Ruling]:
    """Rule on pods that only a gate holds back."""
    for pod in view.pods:
        conditions = {condition.type: condition for condition in pod.status.conditions}
        if not all(c.works for c in containers_of(pod)) or pod.status.phase != "Running":
            continue
        for gate in pod.spec.readiness_gates:
            found = conditions.get(gate.condition_type)
            if found is not None and found.status == "True":
                continue
            state = f"is {found.status}: {found.message}" if found else "does not exist"
            ready = conditions.get("Ready")
            words = ready.message if ready and ready.message else f"the condition {state}"
            yield Ruling(
                outcome=Outcome.CONFIRMED,
                subject=Subject("Pod", pod.name),
                summary=f"every container is ready, and the readiness gate {gate.condition_type} is"
                f" not met: its condition {state}",
                proof=(Proof(words, command=kubectl.describe(pod)),),
                solutions=(
                    Solution(
                        title="Find who should set the condition (often a load balancer)",
                        why="The kubelet counts a pod as ready only when every gate is True.",
                        commands=(kubectl.describe(pod),),
                    ),
                ),
            )


CAUSE = Cause(
    code="ReadinessGateNotSet",
    title="a readiness gate of the pod is not met",
    layer=Layer.CLUSTER,
    doc=__doc__,
    check=check,
)

"""A NetworkPolicy applies to no pod.

Seen as:       a policy without effect
Confirmed if:  the pods of the namespace were listed and none has its labels
Ruled out if:  one has
By hand:       kubectl describe networkpolicy NAME
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.cluster import objects as k
from bot.cluster.selectors import matches
from bot.report import Layer, Outcome, Proof, Rank, Ruling, Solution, Subject
from bot.view import View


def check(view: View) -> Iterator[Ruling]:
    """Rule on a NetworkPolicy target that applies to no pod."""
    policy = view.target_object
    if not isinstance(policy, k.NetworkPolicy) or not view.listed(k.Pod, policy.namespace):
        return
    selector = policy.spec.pod_selector
    if not any(matches(selector, p.metadata.labels) for p in view.all(k.Pod, policy.namespace)):
        labels = ", ".join(f"{key}={value}" for key, value in selector.match_labels.items())
        yield Ruling(
            outcome=Outcome.CONFIRMED,
            subject=Subject("NetworkPolicy", policy.name),
            summary=f"NetworkPolicy {policy.name} selects {labels or 'pods'}, and no pod has that",
            proof=(Proof("no pod matches its podSelector", command=kubectl.describe(policy)),),
            solutions=(
                Solution(
                    title="Correct spec.podSelector",
                    why="A policy that selects no pod protects nothing.",
                    commands=(kubectl.command("edit", policy.kind, policy.name, policy.namespace),),
                ),
            ),
        )


CAUSE = Cause(
    code="NetworkPolicySelectsNothing",
    title="the NetworkPolicy applies to no pod",
    layer=Layer.CLUSTER,
    rank=Rank.FAULT,
    doc=__doc__,
    check=check,
)

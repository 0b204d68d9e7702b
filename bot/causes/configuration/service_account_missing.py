"""The pod's ServiceAccount does not exist, so no pod is created.

Seen as:       no pods, FailedCreate events
Confirmed if:  the API server says so to the controller, and no pod was created since
Ruled out if:  a pod was created after it
By hand:       kubectl describe replicaset NAME
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from bot.cause import Cause
from bot.cluster import objects as k
from bot.cluster.readers import facts as f
from bot.facts import said
from bot.report import Layer, Outcome, Proof, Rank, Ruling, Solution, Subject
from bot.view import View
from bot.words import shell


def check(view: View) -> Iterator[Ruling]:
    """Rule on service accounts that the API server did not find."""
    for fact, item in said.of(view, f.ObjectMissing):
        if fact.kind != "ServiceAccount":
            continue
        namespace = fact.namespace or (item.about.namespace if item.about else "")
        names = [each.name for each in view.all(k.ServiceAccount, namespace)]
        near = get_close_matches(fact.name, names, 1, 0.6)
        command = shell("kubectl", "get", "serviceaccounts", "-n", namespace)
        have = (
            (Proof(f"ServiceAccounts: {', '.join(names[:5])}", command=command),) if names else ()
        )
        yield Ruling(
            outcome=Outcome.CONFIRMED,
            subject=Subject("ServiceAccount", fact.name),
            summary=f"ServiceAccount {namespace}/{fact.name} does not exist, so no pod is created"
            f"{f'; the nearest is {near[0]}' if near else ''}",
            proof=(item.proof, *have),
            solutions=(
                Solution(
                    title=f"Create the ServiceAccount {fact.name}, or correct serviceAccountName",
                    why="The API server admits no pod whose ServiceAccount does not exist.",
                    recommended=True,
                    commands=(
                        shell("kubectl", "create", "serviceaccount", fact.name, "-n", namespace),
                    ),
                ),
            ),
        )


CAUSE = Cause(
    code="ServiceAccountMissing",
    title="the ServiceAccount of the pod does not exist",
    layer=Layer.CLUSTER,
    rank=Rank.ORIGIN,
    doc=__doc__,
    check=check,
)

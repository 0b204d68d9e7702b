"""A finalizer keeps a deleted object.

Seen as:       Terminating for minutes
Confirmed if:  the object has a deletion time and finalizers, and a minute has passed or the
               kubelet is done; a Namespace also says what remains in it
Ruled out if:  it has no finalizer
By hand:       kubectl get KIND NAME -o yaml
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot import kubectl
from bot.cause import Cause
from bot.cause.rulings import of_object
from bot.cluster import objects as k
from bot.cluster.readers.facts import WorkloadProblem
from bot.facts.namespaces import held_namespace
from bot.facts.told import told
from bot.report import Layer, Rank, Ruling, Solution
from bot.view import View, containers_of
from bot.words import ago

_LATE = timedelta(seconds=60)


_MEND = Solution(
    title="Mend the finalizer's controller; take the finalizer off only if that is gone",
    why="An object stays until every finalizer is taken off.",
)


def check(view: View) -> Iterator[Ruling]:
    """Rule on objects that are deleted and held by a finalizer."""
    yield from told(view, WorkloadProblem.FINALIZERS, _MEND)
    target = view.target_object
    items = {id(item): item for item in (target, *view.pods) if item is not None}
    for item in items.values():
        since = item.metadata.deletion_timestamp
        if isinstance(item, k.Namespace):
            yield from held_namespace(view, item)
        if since is None or not item.metadata.finalizers:
            continue
        if view.now - since < _LATE and not _finished(item):
            continue
        names = ", ".join(item.metadata.finalizers)
        yield of_object(
            item,
            f"{item.kind} {item.name} is being deleted since {ago(since, view.now)} and is held by"
            f" the finalizer {names}",
            f"deletionTimestamp set, finalizers: {names}",
            (
                "Mend the finalizer's controller; take the finalizer off only if that is gone",
                "An object stays until every finalizer is taken off.",
            ),
            kubectl.command(
                "patch",
                item.kind,
                item.name,
                item.namespace,
                "--type=merge",
                "-p",
                '{"metadata":{"finalizers":null}}',
            ),
        )


def _finished(item: k.KubeObject) -> bool:
    """Whether the kubelet is done with a pod: its last deletion has no grace."""
    return (
        isinstance(item, k.Pod)
        and item.metadata.deletion_grace_period_seconds == 0
        and not any(c.state.running for c in containers_of(item))
    )


CAUSE = Cause(
    code="FinalizerStuck",
    title="a finalizer holds the deletion",
    layer=Layer.CLUSTER,
    rank=Rank.ORIGIN,
    doc=__doc__,
    check=check,
)

"""The Job is suspended.

Seen as:       a Job without pods
Confirmed if:  spec.suspend is true
Ruled out if:  it is false
By hand:       kubectl get job NAME -o yaml
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.cause.rulings import of_object
from bot.cluster import objects as k
from bot.report import Layer, Rank, Ruling
from bot.view import View


def check(view: View) -> Iterator[Ruling]:
    """Rule on Jobs that are suspended."""
    for item in view.controllers:
        if isinstance(item, k.Job) and item.spec.suspend:
            patch = '{"spec":{"suspend":false}}'
            yield of_object(
                item,
                f"Job {item.name} is suspended: it creates no pods",
                "spec.suspend: true",
                ("Resume the Job", "Somebody, or a queue controller, holds it back."),
                kubectl.command("patch", "job", item.name, item.namespace, "-p", patch),
            )


CAUSE = Cause(
    code="JobSuspended",
    title="the Job is suspended",
    layer=Layer.CLUSTER,
    rank=Rank.FAULT,
    doc=__doc__,
    check=check,
)

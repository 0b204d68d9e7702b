"""The CronJob is suspended.

Seen as:       a CronJob that never runs
Confirmed if:  spec.suspend is true
Ruled out if:  it is false
By hand:       kubectl get cronjob NAME
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
    """Rule on a CronJob that is suspended."""
    item = view.target_object
    if isinstance(item, k.CronJob) and item.spec.suspend:
        yield of_object(
            item,
            f"CronJob {item.name} is suspended: no run is started",
            "spec.suspend: true",
            ("Resume it", "The controller starts nothing for a suspended CronJob."),
            kubectl.command(
                "patch", "cronjob", item.name, item.namespace, "-p", '{"spec":{"suspend":false}}'
            ),
        )


CAUSE = Cause(
    code="CronJobSuspended",
    title="the CronJob is suspended",
    layer=Layer.CLUSTER,
    rank=Rank.FAULT,
    doc=__doc__,
    check=check,
)

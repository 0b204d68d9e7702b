"""A container waits for its restart, and why it ended is not known any more.

Seen as:       CrashLoopBackOff, "Back-off restarting failed container"
Confirmed if:  the kubelet says so, and neither status nor log tell of the end
Ruled out if:  status or log tell of it
By hand:       kubectl logs POD -c CONTAINER --previous
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.cluster.readers import facts as f
from bot.facts import said
from bot.facts.crashes import crashes
from bot.report import Layer, Outcome, Rank, Ruling
from bot.view import View


def check(view: View) -> Iterator[Ruling]:
    """Rule on containers of which only the restart back-off is known."""
    known = {(c.container.pod.name, c.container.name) for c in crashes(view) if c.known}
    for fact, item in said.of(view, f.RestartBackOff):
        place = (item.container.pod.name, item.container.name) if item.container else None
        if place not in known:
            name = item.container.name if item.container else fact.container
            yield Ruling(
                outcome=Outcome.CONFIRMED,
                subject=item.subject,
                summary=f"container {name} ended and is to be restarted; why it ended is not known",
                proof=(item.proof,),
                next_steps=(kubectl.logs(item.container, previous=True),) if item.container else (),
            )


CAUSE = Cause(
    code="CrashBackOffOnly",
    title="a container keeps ending, and why is not known any more",
    layer=Layer.CLUSTER,
    rank=Rank.SYMPTOM,
    doc=__doc__,
    check=check,
)

"""An init container fails, so the containers after it are not started.

Seen as:       Init:Error, Init:CrashLoopBackOff
Confirmed if:  an init container that is no sidecar ended with another exit code than 0
Ruled out if:  it has ended well since
By hand:       kubectl logs POD -c CONTAINER
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause import Cause
from bot.cluster.readers import facts as f
from bot.facts import said
from bot.facts.crashes import crashes
from bot.report import Layer, Outcome, Rank, Ruling
from bot.view import View


def check(view: View) -> Iterator[Ruling]:
    """Rule on init containers that fail: nothing after them starts."""
    for crash in crashes(view):
        if crash.container.init and not crash.container.sidecar and crash.end.exit_code:
            yield Ruling(
                outcome=Outcome.CONFIRMED,
                subject=crash.container.subject,
                summary=f"init container {crash.container.name} fails ({crash.ending}), so the"
                " containers after it are not started",
                proof=(crash.end_proof,),
            )
    for fact, item in said.of(view, f.ContainerEnded):
        if item.about is None and fact.init:
            yield Ruling(
                outcome=Outcome.CONFIRMED,
                subject=item.subject,
                summary="an init container fails, so the containers after it are not started",
                proof=(item.proof,),
            )


CAUSE = Cause(
    code="InitContainerFailed",
    title="an init container fails",
    layer=Layer.CLUSTER,
    rank=Rank.ROLLUP,
    doc=__doc__,
    check=check,
)

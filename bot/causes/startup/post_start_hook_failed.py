"""The postStart hook failed, so the kubelet ended the container.

Seen as:       PostStartHookError, FailedPostStartHook events
Confirmed if:  an event or the waiting reason says so
Ruled out if:  it is the preStop hook: that only delays an end
By hand:       kubectl describe pod POD
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause import Cause
from bot.cluster.readers import facts as f
from bot.facts import said
from bot.report import Layer, Outcome, Rank, Ruling, Solution
from bot.view import View


def check(view: View) -> Iterator[Ruling]:
    """Rule on postStart hooks that failed: the kubelet then kills the container."""
    for fact, item in said.of(view, f.HookFailed):
        if fact.hook is f.Hook.POST_START:
            yield Ruling(
                outcome=Outcome.CONFIRMED,
                subject=item.subject,
                summary="the postStart hook failed, so the kubelet ended the container",
                proof=(item.proof,),
                solutions=(
                    Solution(
                        title="Correct the command of lifecycle.postStart",
                        why="A container whose postStart hook fails is killed.",
                    ),
                ),
            )


CAUSE = Cause(
    code="PostStartHookFailed",
    title="the postStart hook failed",
    layer=Layer.CLUSTER,
    rank=Rank.FAULT,
    doc=__doc__,
    check=check,
)

"""The run that will push the image is still at work.

Seen as:       ImagePullBackOff minutes after a push or a deploy
Confirmed if:  the registry lacks the image and the run of the wanted commit is in progress, its
               push step not done
Ruled out if:  that run has come to its end
By hand:       gh run watch RUN --repo OWNER/NAME
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.builds import Build, builds
from bot.cause import Cause
from bot.report import Layer, LeftOut, Recheck, Ruling, Solution
from bot.view import View
from bot.words import shell


def check(view: View) -> Iterator[Ruling]:
    """Rule on runs in progress whose push is still to come."""
    for build in builds(view):
        if build.at_work and not build.pushed:
            yield _ruling(build)


def _ruling(build: Build) -> Ruling:
    when = build.arrival
    return Ruling(
        outcome=build.outcome,
        subject=build.subject("WorkflowRun", build.run_id),
        summary=f"{build.run_name} is still building {build.name}{build.progress}",
        proof=(
            build.run_proof(f"{build.run_name} ({build.wanted}) is in progress{build.progress}."),
        ),
        solutions=(
            Solution(
                title=f"Wait for {build.run_name}: {when}",
                why="The workflow is doing its work; the pod pulls by itself afterwards.",
                recommended=True,
                commands=(shell("gh", "run", "watch", build.run_id, "--repo", build.repository),),
                action=Recheck(target=build.view.target),
                url=build.run_url,
            ),
        ),
        left_out=(
            LeftOut("Start the workflow again", f"{build.run_name} is at work on it already."),
        ),
        next_steps=(f"Wait for {build.run_name}: {when}.",),
    )


CAUSE = Cause(
    code="WorkflowRunning",
    title="the workflow run that pushes the image is not finished yet",
    layer=Layer.BUILD,
    doc=__doc__,
    check=check,
)

"""The run waits for its turn: for a runner, or behind another run of its concurrency group.

Seen as:       ImagePullBackOff while the run is `queued` or `pending`
Confirmed if:  the registry lacks the image and the run of the wanted commit waits
Ruled out if:  a runner has taken its jobs
By hand:       gh run view RUN --repo OWNER/NAME
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.builds import Build, builds
from bot.cause import Cause
from bot.report import Layer, LeftOut, Proof, Recheck, Ruling, Solution
from bot.view import View
from bot.words import shell


def check(view: View) -> Iterator[Ruling]:
    """Rule on runs that wait, whatever for; who is to blame is another cause's ground."""
    for build in builds(view):
        if build.run and not build.run.done and build.waits_in_line:
            yield _ruling(build)


def _ruling(build: Build) -> Ruling:
    ahead = build.detail.ahead if build.detail else ()
    behind = f" behind {ahead[0].run_name or f'run {ahead[0].run_id}'}" if ahead else ""
    group = f" in concurrency group {ahead[0].group}" if ahead else ""
    labels = build.asked_labels
    runner = f" for a runner with {', '.join(labels)}" if labels and not ahead else ""
    since = build.waited
    what = f"{build.run_name} has waited {since}{runner}{behind}{group}".replace("  ", " ")
    proof = [build.run_proof(f"{what}; its status is {build.run_state}.")]
    proof += [
        Proof(f"{each.run_name or each.run_id} holds group {each.group}.", each.html_url)
        for each in ahead[:1]
    ]
    return Ruling(
        outcome=build.outcome,
        subject=build.subject("WorkflowRun", build.run_id),
        summary=what,
        proof=tuple(proof),
        solutions=(_solution(build),),
        left_out=(
            LeftOut("Push again", f"a second run would wait in the same line as {build.run_name}."),
        ),
    )


def _solution(build: Build) -> Solution:
    ahead = build.detail.ahead if build.detail else ()
    if ahead:
        first = ahead[0]
        return Solution(
            title=f"Wait for {first.run_name or first.run_id} to finish, or cancel it",
            why=f"Group {first.group} lets one run work at a time; {build.run_name} is next.",
            recommended=True,
            commands=(shell("gh", "run", "watch", str(first.run_id), "--repo", build.repository),),
            action=Recheck(target=build.view.target),
            url=first.html_url,
        )
    return Solution(
        title="Wait for a runner",
        why=f"The first that is free takes {build.run_name}.",
        recommended=True,
        commands=(shell("gh", "run", "watch", build.run_id, "--repo", build.repository),),
        action=Recheck(target=build.view.target),
        url=build.run_url,
    )


CAUSE = Cause(
    code="WorkflowQueued",
    title="the workflow run that pushes the image waits for its turn",
    layer=Layer.BUILD,
    doc=__doc__,
    check=check,
)

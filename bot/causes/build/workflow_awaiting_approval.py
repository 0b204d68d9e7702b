"""The run waits for a person: an environment's reviewers, or the approval of a first contribution.

Seen as:       ImagePullBackOff while the run is `waiting`, or ended with `action_required`
Confirmed if:  the registry lacks the image and the run of the wanted commit waits for approval
Ruled out if:  the run's jobs have started
By hand:       gh api repos/OWNER/NAME/actions/runs/RUN/pending_deployments
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.builds import Build, builds
from bot.cause import Cause
from bot.ci.objects import PendingDeployment
from bot.report import Layer, LeftOut, Proof, Ruling, Solution
from bot.view import View
from bot.words import listed, shell


def check(view: View) -> Iterator[Ruling]:
    """Rule on runs that wait for a person or for an environment's timer."""
    for build in builds(view):
        pending = build.detail.pending if build.detail else ()
        if build.run is None:
            continue
        if build.run.status == "waiting" or (pending and not build.run.done):
            yield _ruling(build, pending)
        elif build.run.conclusion == "action_required":
            yield _ruling(build, ())


def _ruling(build: Build, pending: tuple[PendingDeployment, ...]) -> Ruling:
    who = _who(build, pending)
    return Ruling(
        outcome=build.outcome,
        subject=build.subject("WorkflowRun", build.run_id),
        summary=f"{build.run_name} waits for {who}",
        proof=(
            build.run_proof(f"{build.run_name} has the status {build.run_state}."),
            *(
                Proof(f"Environment {each.environment} asks for {_reviewers(each)}.", each.html_url)
                for each in pending
            ),
        ),
        solutions=(
            Solution(
                title=f"Ask {who} on the page of {build.run_name}",
                why="Only a person may approve; this bot never does.",
                recommended=True,
                url=build.run_url,
                commands=(
                    shell("gh", "run", "view", build.run_id, "--repo", build.repository, "--web"),
                ),
            ),
        ),
        left_out=(LeftOut("Re-run", "a new attempt waits for the same approval."),),
    )


def _who(build: Build, pending: tuple[PendingDeployment, ...]) -> str:
    if not pending:
        actor = build.run.actor if build.run else ""
        return f"a maintainer's approval of {actor or 'the contributor'}'s workflow runs"
    first = pending[0]
    if first.wait_minutes and not first.reviewers:
        return f"the {first.wait_minutes} minute timer of environment {first.environment}"
    return f"{_reviewers(first)} to approve environment {first.environment}"


def _reviewers(pending: PendingDeployment) -> str:
    return listed(pending.reviewers) or "its reviewers"


CAUSE = Cause(
    code="WorkflowAwaitingApproval",
    title="the workflow run that pushes the image waits for an approval",
    layer=Layer.BUILD,
    doc=__doc__,
    check=check,
)

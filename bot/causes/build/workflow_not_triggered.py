"""No run exists for the commit or tag: one table over the answers of GitHub's rules."""

from __future__ import annotations

from collections.abc import Iterator

from bot.builds import Build, builds
from bot.builds.no_run import Reason, reason_of
from bot.builds.solutions import by_hand
from bot.cause.tables import Coded, Row, causes_of
from bot.report import Layer, LeftOut, Outcome, Proof, Ruling
from bot.view import View
from bot.words import shell

_SEEN = "ImagePullBackOff, and GitHub lists no run for the commit"
_OUT = "a run of the wanted commit exists"
_HAND = "gh run list --repo OWNER/NAME --commit SHA"


def _row(code: str, title: str, confirmed_if: str) -> Row:
    return Row(
        code=code,
        title=title,
        seen_as=_SEEN,
        confirmed_if=f"the registry lacks the image, no run exists, and {confirmed_if}",
        ruled_out_if=_OUT,
        by_hand=_HAND,
    )


_ROWS = (
    _row(
        "WorkflowFiltered",
        "the workflow's filters exclude this push",
        "a branches, tags, paths or types filter of the file does not let the push pass",
    ),
    _row(
        "WorkflowEventNotListed",
        "the workflow does not listen to this event",
        "`on:` of the file does not name the event",
    ),
    _row(
        "WorkflowSkippedByMessage",
        "the commit message tells GitHub to start no workflow",
        "the head commit's message holds [skip ci] or one of its forms",
    ),
    _row(
        "WorkflowTokenPush",
        "the push was made with GITHUB_TOKEN, which starts no workflow",
        "the repository's activity names github-actions[bot] as who pushed",
    ),
    _row(
        "WorkflowDisabled",
        "the workflow is disabled",
        "GitHub lists the workflow as disabled",
    ),
    _row(
        "ActionsDisabled",
        "GitHub Actions is switched off for the repository",
        "the repository is archived, or its Actions permissions say enabled: false",
    ),
    _row(
        "WorkflowFileMissing",
        "no workflow in the repository pushes this image",
        "every workflow file was read and none pushes it, or the commit lacks the file",
    ),
    _row(
        "WorkflowNotTriggered",
        "no workflow run was started for the commit",
        "none of the reasons above is proved",
    ),
)


def _rule(view: View) -> Iterator[Coded]:
    for build in builds(view):
        if build.no_run:
            reason = reason_of(build)
            yield Coded(reason.code, _ruling(build, reason))


def _ruling(build: Build, reason: Reason) -> Ruling:
    return Ruling(
        outcome=build.outcome if reason.certain else Outcome.SUSPECTED,
        subject=build.subject("Workflow", build.workflow_file or build.repository),
        summary=reason.summary,
        proof=(*reason.proof, *_no_run(build)),
        solutions=(reason.solution, by_hand(build)),
        left_out=(
            LeftOut("Wait for CI", "no run exists, so nothing is under way."),
            LeftOut("Re-run failed jobs", "there is no run to repeat."),
            *reason.left_out,
        ),
        prevention=reason.prevention,
        next_steps=(f"{reason.solution.title}.", f"The new run pushes {build.name}."),
    )


def _no_run(build: Build) -> Iterator[Proof]:
    """That there is no run, which says nothing of a workflow that would not push the image."""
    if build.facts.runs != () or build.nobody_pushes:
        return
    words = ["gh", "run", "list", "--repo", build.repository]
    words += ["--workflow", build.workflow_file] if build.workflow_file else []
    url = f"{build.url}/actions" if build.url else ""
    yield Proof(f"{build.workflow_name} has no run for {build.wanted}.", url, shell(*words))


CAUSES = causes_of("workflow not triggered", Layer.BUILD, _ROWS, _rule)

"""Ways to get an image built, as solutions: for causes of the build and of what it needs."""

from __future__ import annotations

from datetime import timedelta

from bot.builds.build import Build
from bot.ci import objects as ci
from bot.ci.workflow_objects import lookup
from bot.report import LeftOut, RerunFailedJobs, RunWorkflow, Solution
from bot.words import shell

_OLDEST_RERUN = timedelta(days=30)
"""https://docs.github.com/en/actions/how-tos/manage-workflow-runs/re-run-workflows-and-jobs"""


def rerun(build: Build, mend: str, why: str, first: tuple[str, ...] = ()) -> Solution:
    """Mend something (or nothing, when empty), then re-run; a new run where it is too old."""
    run = build.run
    then = f"re-run the failed jobs of {build.run_name}"
    if run is None or (run.created_at and build.view.now - run.created_at > _OLDEST_RERUN):
        title = f"{mend}, then start {build.workflow_name} anew" if mend else "Start it anew"
        return _fresh(build, title, f"{why} {build.run_name} is too old to be re-run.", first)
    command = shell("gh", "run", "rerun", str(run.id), "--failed", "--repo", build.repository)
    return Solution(
        title=f"{mend}, then {then}" if mend else f"{then[0].upper()}{then[1:]}",
        why=why,
        recommended=True,
        commands=(*first, command),
        action=RerunFailedJobs(
            repository=build.repository,
            run_id=run.id,
            attempt=run.attempt,
            run_url=run.html_url,
            workflow=build.workflow_name,
            image=build.name,
        ),
        url=run.html_url,
    )


def new_run(build: Build, title: str, why: str, first: tuple[str, ...] = ()) -> Solution:
    """Do what `first` says, then start a run: by hand where the workflow allows it, else a push."""
    return _fresh(build, title, why, first)


def _fresh(build: Build, title: str, why: str, first: tuple[str, ...]) -> Solution:
    ref = build.wanted_short or build.default_branch
    workflow = build.listed_workflow
    if build.dispatchable and workflow is not None and ref:
        command = shell(
            "gh", "workflow", "run", build.workflow_file, "--ref", ref, "--repo", build.repository
        )
        run = RunWorkflow(
            repository=build.repository,
            workflow_id=workflow.id,
            workflow=build.workflow_name,
            ref=ref,
            image=build.name,
        )
        return Solution(
            title=title,
            why=why,
            recommended=True,
            commands=(*first, command),
            action=run if workflow.state == "active" else None,  # GitHub refuses it until then
            url=workflow.html_url,
        )
    pushed = () if build.facts.wanted_ref.startswith("refs/tags/") else _empty_commit(ref)
    return Solution(title=title, why=why, recommended=True, commands=(*first, *pushed))


def _empty_commit(branch: str) -> tuple[str, ...]:
    return (
        shell("git", "commit", "--allow-empty", "-m", "Build the image again"),
        shell("git", "push", "origin", branch or "HEAD"),
    )


def by_hand(build: Build) -> Solution:
    """Build and push from a checkout, as the workflow would."""
    image = build.image.image
    step = build.push_step
    inputs = step.inputs if step else ()
    context = (lookup(inputs, "context") or ".").strip()
    file = (lookup(inputs, "file") or "").strip()
    plain = "${{" not in context + file
    built = ["docker", "build", "-t", image.short]
    built += ["-f", file] if file and plain else []
    host = [] if image.registry == "docker.io" else [image.registry]
    commit = build.facts.commit
    commands = [shell(*built, context if plain else ".")]
    if isinstance(commit, ci.Commit):
        commands.insert(0, shell("git", "checkout", commit.sha[:12]))
    return Solution(
        title=f"Build and push {image.short} by hand",
        why=f"In a checkout of {build.repository}; needs push rights to {image.name}."
        " The pod runs sooner, the workflow stays broken.",
        commands=(
            *commands,
            shell("docker", "login", *host),
            shell("docker", "push", image.short),
        ),
    )


def not_waiting(build: Build) -> LeftOut:
    """Why it makes no sense to wait for CI."""
    run = build.run
    ended = f"{build.run_name} ended with {run.conclusion}" if run else "no run exists"
    return LeftOut("Wait for CI", f"nothing is running: {ended}.")


def not_a_trigger(build: Build) -> LeftOut:
    """Why another push does not help."""
    return LeftOut(
        "Push an empty commit",
        f"{build.run_name} was started by event {build.event.name}; the trigger works.",
    )


def not_a_rerun(why: str) -> LeftOut:
    """Why the same run again fails again."""
    return LeftOut("Re-run as it is", f"the same commit will fail again: {why}.")

"""Why no run exists: what is known of repository, workflow, file, event, in GitHub's own order."""

from __future__ import annotations

import msgspec

from bot.builds.build import Build
from bot.builds.solutions import new_run
from bot.ci import objects as ci
from bot.ci import trigger_answers as answers
from bot.ci.called import is_only_called
from bot.ci.wanted import CommitWanted
from bot.ci.workflow_objects import WorkflowFile
from bot.evidence import Gap
from bot.report import LeftOut, Proof, Solution
from bot.words import listed, shell


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """A cause code with its words."""

    code: str
    summary: str
    solution: Solution
    proof: tuple[Proof, ...]
    certain: bool = True
    left_out: tuple[LeftOut, ...] = ()
    prevention: tuple[str, ...] = ()


def reason_of(build: Build) -> Reason:
    """The first reason that the facts prove; without one, that there is no run."""
    return _actions_off(build) or _no_ref(build) or _no_file(build) or _by_rules(build)


def _actions_off(build: Build) -> Reason | None:
    known = build.facts.repository
    if not isinstance(known, ci.Repository):
        return None
    if known.archived or known.disabled:
        return _closed(build, known)
    return _switched_off(known) if known.actions_enabled is False else None


def _closed(build: Build, known: ci.Repository) -> Reason:
    what = "archived" if known.archived else "disabled"
    return Reason(
        code="ActionsDisabled",
        summary=f"{known.full_name} is {what}, so no workflow runs in it",
        solution=Solution(
            title=f"Unarchive {known.full_name}, or build {build.name} elsewhere",
            why="Nothing runs in an archived repository.",
            recommended=True,
            commands=(shell("gh", "repo", "unarchive", known.full_name),),
            url=f"{known.html_url}/settings",
        ),
        proof=(Proof(f"{known.full_name} is {what}.", known.html_url),),
    )


def _switched_off(known: ci.Repository) -> Reason:
    permissions = f"repos/{known.full_name}/actions/permissions"
    return Reason(
        code="ActionsDisabled",
        summary=f"GitHub Actions is switched off for {known.full_name}",
        solution=Solution(
            title=f"Switch Actions on for {known.full_name}, then push again",
            why="Events that came while it was off are lost; it takes a new push.",
            recommended=True,
            url=f"{known.html_url}/settings/actions",
            commands=(shell("gh", "api", "-X", "PUT", permissions, "-F", "enabled=true"),),
        ),
        proof=(
            Proof(
                f"The Actions permissions of {known.full_name} say enabled: false.",
                f"{known.html_url}/settings/actions",
                shell("gh", "api", permissions),
            ),
        ),
    )


def _no_ref(build: Build) -> Reason | None:
    """The repository was asked for the commit or tag and has none."""
    if build.facts.commit is not None or not build.pinned:
        return None
    name = build.wanted_short or build.image.image.version
    kind = "commit" if isinstance(build.stands_for, CommitWanted) else "tag"
    tagging = (shell("git", "tag", name), shell("git", "push", "origin", name))
    return Reason(
        code="WorkflowNotTriggered",
        summary=f"{build.repository} has no {kind} {name}, so nothing was built for it",
        solution=Solution(
            title=f"Push {kind} {name} to {build.repository}, or deploy a version that exists",
            why=f"{build.workflow_name} builds what was pushed to GitHub.",
            recommended=True,
            commands=tagging if kind == "tag" else (shell("git", "push", "origin", "HEAD"),),
        ),
        proof=(
            Proof(
                f"GitHub has no {kind} {name} in {build.repository}.",
                f"{build.url}/tags" if build.url else "",
                shell("gh", "api", f"repos/{build.repository}/commits/{name}"),
            ),
        ),
    )


def _no_file(build: Build) -> Reason | None:
    sources = build.facts.workflows
    if not isinstance(sources, tuple):
        return None
    if build.source is not None and build.source.text is None:
        path = build.source.workflow.path
        return Reason(
            code="WorkflowFileMissing",
            summary=f"{path} is not in {build.wanted}, so that push started nothing",
            solution=Solution(
                title=f"Bring {path} into {build.wanted_short or 'that branch'}",
                why="A push runs the workflow files of the pushed commit itself.",
                recommended=True,
            ),
            proof=(Proof(f"{path} does not exist at {build.source.ref or build.wanted}."),),
        )
    if build.nobody_pushes:
        names = listed([each.workflow.path.rpartition("/")[2] for each in sources])
        what = f" (read: {names})" if sources else ": it has none"
        return Reason(
            code="WorkflowFileMissing",
            summary=f"no workflow of {build.repository} pushes {build.image.image.name}{what}",
            solution=Solution(
                title=f"Add a workflow to {build.repository} that pushes {build.image.image.name}",
                why="Until then the image has to be built by hand, or comes from elsewhere.",
                recommended=True,
            ),
            proof=(
                Proof(
                    f"Every workflow file of {build.repository} was read ({names or 'none'}).",
                    f"{build.url}/tree/HEAD/.github/workflows" if build.url else "",
                    shell("gh", "workflow", "list", "--repo", build.repository, "--all"),
                ),
            ),
        )
    return None


def _by_rules(build: Build) -> Reason:
    answer = build.trigger_answer
    match answer:
        case answers.Disabled():
            return _disabled(build, answer)
        case (
            answers.Filtered()
            | answers.EventNotListed()
            | answers.SkippedByMessage()
            | answers.TokenPush()
            | answers.FileMissing()
        ):
            return _excluded(build, answer)
        case answers.NoEvent():
            return _unproved(build, answer.summary, certain=True)
        case answers.StartupFailure():
            return _unproved(build, answer.summary, certain=False)
        case answers.Triggered() | answers.AwaitingApproval() | answers.PushSkipped() | None:
            return _unproved(build, "", certain=True)


def _disabled(build: Build, answer: answers.Disabled) -> Reason:
    enable = shell("gh", "workflow", "enable", build.workflow_file, "--repo", build.repository)
    url = build.listed_workflow.html_url if build.listed_workflow else ""
    return Reason(
        code=answer.code,
        summary=f"{build.workflow_name} is off: {answer.summary}",
        solution=new_run(
            build,
            f"Enable {build.workflow_name} and start it for {build.wanted_short}",
            "Pushes that came while it was disabled start nothing afterwards.",
            (enable,),
        ),
        proof=(Proof(f"GitHub lists {build.workflow_name} as {answer.state}.", url),),
        left_out=(LeftOut("Push an empty commit", "a disabled workflow ignores it."),),
    )


_Excluded = (
    answers.Filtered
    | answers.EventNotListed
    | answers.SkippedByMessage
    | answers.TokenPush
    | answers.FileMissing
)


def _excluded(build: Build, answer: _Excluded) -> Reason:
    again = {
        answers.SkippedByMessage: "A commit without that phrase starts it.",
        answers.TokenPush: "A person's push, or one with another token, starts it.",
    }.get(type(answer), "The rule stays as it is until the file or the event changes.")
    if build.dispatchable:
        again = "Started by hand it asks for no such condition."
    title = f"Start {build.workflow_name} for {build.wanted_short or 'the commit'}"
    mend = _mend(build, answer)
    return Reason(
        code=answer.code,
        # A workflow of another repository may call it, and nobody has looked there.
        certain=not (isinstance(build.file, WorkflowFile) and is_only_called(build.file)),
        summary=f"{build.workflow_name} was not started for {build.wanted}: {answer.summary}",
        solution=new_run(build, title, again)
        if build.dispatchable or isinstance(answer, answers.SkippedByMessage | answers.TokenPush)
        else Solution(title=mend, why=again, recommended=True),
        proof=tuple(_event_proof(build, answer)),
        left_out=(
            LeftOut("Push an empty commit", f"it would meet the same rule: {answer.summary}."),
        )
        if isinstance(answer, answers.Filtered | answers.EventNotListed)
        else (),
        prevention=(f"{mend}.",),
    )


def _mend(build: Build, answer: _Excluded) -> str:
    name = build.workflow_name
    match answer:
        case answers.Filtered():
            return f"Let {answer.filter} in {name} include {answer.value}"
        case answers.EventNotListed():
            return f"Add {answer.event} to the events of {name}"
        case answers.SkippedByMessage():
            return f"Keep {answer.phrase} out of commits that are to be deployed"
        case answers.TokenPush():
            return f"Let the {answer.event} be made with a token of a GitHub App, not GITHUB_TOKEN"
        case answers.FileMissing():
            return f"Bring {name} to {answer.wanted_on}"


def _event_proof(build: Build, answer: _Excluded) -> list[Proof]:
    proof = [Proof(f"{build.workflow_name}: {answer.summary}.", build.workflow_url)]
    commit, push = build.facts.commit, build.facts.push
    if isinstance(commit, ci.Commit) and isinstance(answer, answers.SkippedByMessage):
        proof.append(Proof(f"Commit {commit.short}: {commit.message[:200]}", commit.html_url))
    if isinstance(push, ci.Push):
        proof.append(Proof(f"{push.actor} pushed {push.after[:7]} to {push.ref}."))
    return proof


def _unproved(build: Build, why: str, *, certain: bool) -> Reason:
    pushed = not isinstance(build.facts.push, Gap)
    tail = f": {why}" if why else ", and no rule of GitHub's that we can check explains it"
    return Reason(
        code="WorkflowNotTriggered",
        summary=f"{build.workflow_name} has no run for {build.wanted}{tail}",
        certain=certain and pushed,
        solution=new_run(
            build,
            f"Start {build.workflow_name} for {build.wanted_short or 'the commit'}",
            "Nothing else will start it now.",
        ),
        proof=(),
    )

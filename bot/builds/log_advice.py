"""What to do about a failed run, by what its log proves: one row for each code."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from bot.builds.build import Build
from bot.builds.secrets import nouns
from bot.builds.solutions import by_hand, not_a_rerun, not_a_trigger, not_waiting, rerun
from bot.ci.workflow_objects import lookup
from bot.report import LeftOut, Solution
from bot.words import shell

_HOSTED = "GitHub Actions "
"""How GitHub names its own runners, with a number."""
_MADE_BY_ARC = re.compile(r"(.{1,200})-[a-z0-9]{5}-(?:runner-)?[a-z0-9]{5}")


class Advice(msgspec.Struct, frozen=True):
    """How to mend one kind of failure. `again` is why a bare re-run fails again, if it does."""

    solve: Callable[[Build], Solution]
    again: str = ""
    elsewhere: bool = False
    """Whether building on another machine gets round it."""

    def solutions(self, build: Build) -> tuple[Solution, ...]:
        """The repair, and the way round it where there is one."""
        return (self.solve(build), by_hand(build)) if self.elsewhere else (self.solve(build),)

    def left_out(self, build: Build) -> tuple[LeftOut, ...]:
        """What a reader might try and why it does not help."""
        rerun_too = (not_a_rerun(self.again),) if self.again else ()
        return (not_a_trigger(build), not_waiting(build), *rerun_too)


def _rerun(why: str) -> Callable[[Build], Solution]:
    def solve(build: Build) -> Solution:
        return rerun(build, "", why)

    return solve


def _commit(what: str) -> Callable[[Build], Solution]:
    def solve(build: Build) -> Solution:
        return Solution(
            title=f"{what} and push the fix to {build.wanted_short or 'the branch'}",
            why=f"The push starts {build.workflow_name} for the new commit.",
            recommended=True,
            commands=(_failed_log(build),),
        )

    return solve


def _workflow(what: str) -> Callable[[Build], Solution]:
    def solve(build: Build) -> Solution:
        return Solution(
            title=f"{what} in {build.workflow_name} and push",
            why=f"A re-run would use the file of {build.wanted} again.",
            recommended=True,
            commands=(_failed_log(build),),
            url=build.workflow_url,
        )

    return solve


def _failed_log(build: Build) -> str:
    return shell("gh", "run", "view", build.run_id, "--repo", build.repository, "--log-failed")


def _secrets(build: Build) -> str:
    return nouns(build.uses or build.login_uses)


def _credential(build: Build) -> Solution:
    names = _secrets(build)
    host = build.image.image.registry
    return rerun(
        build,
        f"Put a credential that {host} accepts into {names or 'the secret of the login step'}",
        f"{host} refused the one that is there: wrong, expired or revoked.",
        tuple(
            shell("gh", "secret", "set", use.name, "--repo", build.repository)
            for use in build.uses or build.login_uses
            if not use.variable
        )[:2],
    )


def _login(build: Build) -> Solution:
    names = _secrets(build)
    return rerun(
        build,
        f"Check {names or 'the credentials of the login step'}",
        f"All of them are defined in {build.repository}; the log does not tell what is wrong."
        if build.all_defined
        else "The log does not tell whether a value is missing or refused.",
        (shell("gh", "secret", "list", "--repo", build.repository),),
    )


def _push_right(build: Build) -> Solution:
    image = build.image.image
    owner = image.repository.partition("/")[0]
    names = _secrets(build)
    account = f"the account of {names}" if names else "the account that pushes"
    if image.registry == "ghcr.io":
        return rerun(
            build,
            f"Give {build.repository} write access to the package {image.repository}",
            "The login worked; the package does not let this repository write.",
        )
    return rerun(
        build,
        f"Give {account} the right to push to {image.name}",
        f"The push was refused for {owner}; the token must have write scope there.",
        (shell("gh", "secret", "list", "--repo", build.repository),),
    )


def _permission(build: Build) -> Solution:
    job = build.failed_file_job
    where = f"job {job.id}" if job else "the pushing job"
    return Solution(
        title=f"Give {where} of {build.workflow_name} `permissions: packages: write` and push",
        why="The job's GITHUB_TOKEN has no right to write packages; the file decides that.",
        recommended=True,
        commands=(shell("gh", "api", f"repos/{build.repository}/actions/permissions/workflow"),),
        url=build.workflow_url,
    )


def _trust(build: Build) -> Solution:
    return rerun(
        build,
        f"Let the cloud's trust policy accept repo:{build.repository} ({build.event.ref})",
        "The cloud compares the token's subject with its policy and refused this one.",
    )


def _target(build: Build) -> Solution:
    image = build.image.image
    if ".dkr.ecr." in image.registry:
        region = image.registry.split(".")[3]
        create = shell(
            "aws", "ecr", "create-repository",
            "--repository-name", image.repository, "--region", region,
        )  # fmt: skip
        return rerun(
            build,
            f"Create the repository {image.repository}",
            f"{image.registry} makes none by itself when something is pushed.",
            (create,),
        )
    return rerun(
        build,
        f"Create {image.name}",
        "The registry makes no repository by itself when something is pushed.",
    )


def _immutable(build: Build) -> Solution:
    return Solution(
        title=f"Build under a tag that {build.image.image.name} does not have yet, and deploy that",
        why="An immutable tag keeps its first image; a new commit needs a new tag.",
        recommended=True,
        commands=(_failed_log(build),),
        url=build.workflow_url,
    )


def _memory(build: Build) -> Solution:
    job = build.failed_file_job
    where = f" (runs-on: {', '.join(job.runs_on)})" if job and job.runs_on else ""
    return rerun(
        build,
        f"Give the build more memory than its runner has{where}",
        "A process of the build was killed for want of memory.",
        (_failed_log(build),),
    )


def _runner_set(build: Build) -> str:
    """The set of ARC's that made the runner, by the runner's name; empty for any other runner.

    Both generations name a runner after its set, whose name is the label that jobs ask for:
    `SET-x7k2p-m4d9q` and `SET-x7k2p-runner-m4d9q`.
    """
    job = build.failed_job
    made = _MADE_BY_ARC.fullmatch(job.runner_name) if job else None
    return made[1] if job and made and made[1] in job.labels else ""


def _disk(build: Build) -> Solution:
    job = build.failed_job
    self_hosted = bool(job and "self-hosted" in job.labels)
    if runner_set := _runner_set(build):
        return rerun(
            build,
            f"Give the runners of {runner_set} more disk, or let the build need less",
            f"A runner of {runner_set} had too little disk for this build.",
            (_failed_log(build),),
        )
    if job and job.runner_name.startswith(_HOSTED):
        return rerun(
            build,
            "Free disk space in the job's first step, let the build need less, or use a larger"
            " runner",
            "Each job begins on a fresh machine of GitHub's, and this build filled it.",
            (_failed_log(build),),
        )
    return rerun(
        build,
        f"Free disk space on {(job and job.runner_name) or 'the runner'}",
        "The build filled the runner's disk."
        + (" A self-hosted one keeps old layers until they are pruned." if self_hosted else ""),
        ("docker system prune --all",) if self_hosted else (),
    )


def _rate(build: Build) -> Solution:
    return rerun(
        build,
        f"Wait an hour or let {build.workflow_name} log in before it pulls",
        "The registry counts pulls by address for those who do not log in.",
    )


def _tool(build: Build) -> Solution:
    job, runner_set = build.failed_job, _runner_set(build)
    runner = f" {job.runner_name}" if job and job.runner_name else ""
    who = f"the runners of {runner_set}" if runner_set else f"the runner{runner}"
    return rerun(
        build,
        f"Give {who} what {build.step_name} calls",
        "The tool, most often a Docker daemon, is not on the runner.",
        (_failed_log(build),),
    )


def _billing(build: Build) -> Solution:
    owner = build.repository.partition("/")[0]
    return Solution(
        title=f"Settle billing or raise the spending limit of {owner}, then re-run",
        why="GitHub starts no hosted job before that.",
        recommended=True,
        url=f"https://github.com/organizations/{owner}/settings/billing",
        commands=rerun(build, "", "").commands,
        action=rerun(build, "", "").action,
    )


def _dockerfile(build: Build) -> Solution:
    step = build.push_step or build.failed_file_step
    inputs = step.inputs if step else ()
    file, context = lookup(inputs, "file") or "", lookup(inputs, "context") or "."
    plain = "${{" not in file + context
    words = ["docker", "build", *(["-f", file] if file and plain else [])]
    return Solution(
        title=f"Mend the build of {build.wanted}: {build.failure_words or build.step_name}",
        why="It fails the same way on any machine; the docker command shows it in a checkout.",
        recommended=True,
        commands=(_failed_log(build), shell(*words, context if plain else ".")),
    )


_SAME = "the same files are built"
ADVICE = {
    "BuildLoginFailed": Advice(_login, "the same credentials are sent", elsewhere=True),
    "BuildPushDenied": Advice(_push_right, "the same account pushes", elsewhere=True),
    "BuildDockerfileFailed": Advice(_dockerfile, _SAME),
    "BuildTestsFailed": Advice(_commit("Mend the tests that fail"), _SAME),
    "BuildDiskFull": Advice(_disk, elsewhere=True),
    "BuildOutOfMemory": Advice(_memory, "it needs as much memory again", elsewhere=True),
    "BuildRateLimited": Advice(_rate, elsewhere=True),
    "BuildNetworkFailed": Advice(
        _rerun("The network was at fault, not the commit."),
        elsewhere=True,
    ),
    "BuildReferenceInvalid": Advice(_workflow("Mend the image name or tag"), _SAME),
    "BuildTargetMissing": Advice(_target, "the repository is still not there"),
    "BuildTagImmutable": Advice(_immutable, "the tag stays as it is"),
    "CICredentialRejected": Advice(_credential, "the same credential is sent", elsewhere=True),
    "CIPermissionMissing": Advice(_permission, "the same permissions apply", elsewhere=True),
    "CITrustRejected": Advice(_trust, "the same identity is shown", elsewhere=True),
    "ActionsBillingBlocked": Advice(_billing, "GitHub still starts no job", elsewhere=True),
    "RunnerLost": Advice(
        _rerun("The runner vanished; the commit is not at fault."),
        elsewhere=True,
    ),
    "RunnerToolMissing": Advice(_tool, "the same runner lacks it again", elsewhere=True),
    "WorkflowFailed": Advice(_commit("Mend what the log shows"), ""),
}

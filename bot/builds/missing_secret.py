"""A secret that the run could not read: which, why not, and how to give it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

import msgspec

from bot.builds.build import Build
from bot.builds.secrets import SecretUse, nouns
from bot.builds.solutions import rerun
from bot.report import LeftOut, Proof, Solution
from bot.words import capital, listed, shell

_CODE = "CISecretMissing"


class Why(Enum):
    """Why the run got an empty text."""

    UNDEFINED = "nobody has defined it"
    SINCE = "it was defined after the run had started"
    DEPENDABOT = "Dependabot's runs read a store of their own"
    UNPASSED = "the call of the reusable workflow does not pass it"


class MissingSecret(msgspec.Struct, frozen=True):
    """What the failed step reads in vain; `uses` is empty when only the log tells."""

    uses: tuple[SecretUse, ...]
    why: Why
    certain: bool

    @property
    def nouns(self) -> str:
        """`secret A`, or words for one whose name is not known."""
        return nouns(self.uses) or "a secret"


def missing_secret(build: Build) -> MissingSecret | None:
    """What was missing, by the names that are defined, else by what the log proves."""
    if build.unpassed_uses:
        return MissingSecret(build.unpassed_uses, Why.UNPASSED, certain=True)
    empty = build.log_proves(_CODE)
    uses = build.undefined_uses or (build.empty_uses if empty else ())
    if not uses and not empty:
        return None
    since = build.secret_names is not None and not build.undefined_uses
    why = Why.DEPENDABOT if build.dependabot else Why.SINCE if since else Why.UNDEFINED
    return MissingSecret(uses, why, certain=bool(uses) and build.environment_seen)


def told(build: Build, missing: MissingSecret) -> str:
    """The whole cause as one clause."""
    verb = "are" if " and " in missing.nouns else "is"
    got = f"so {build.step_name} of {build.run_name} got an empty value and failed"
    match missing.why:
        case Why.UNDEFINED:
            return f"{missing.nouns} {verb} not defined in {build.repository}, {got}"
        case Why.DEPENDABOT:
            return f"{missing.nouns} {verb} not given to runs that Dependabot starts, {got}"
        case Why.UNPASSED:
            called = f"the workflow that job {_caller(build)} calls"
            return f"{missing.nouns} {verb} not passed to {called}, {got}"
        case Why.SINCE:
            return (
                f"{missing.nouns} had no value when {build.run_name} started, so"
                f" {build.step_name} failed"
            )


def proof(build: Build, missing: MissingSecret) -> Iterator[Proof]:
    """The failed step, what it reads, and what is defined."""
    yield build.failure_proof
    for use in missing.uses:
        context = "vars" if use.variable else "secrets"
        text = f"{build.step_name} reads {context}.{use.name} as {use.place}."
        yield Proof(capital(text), build.failed_file_url)
    names = build.secret_names
    if names is not None:
        defined = listed(sorted(names.secrets), 8) or "no secrets"
        wanted = {use.name for use in missing.uses if not use.variable}
        if names.secrets and (absent := sorted(wanted - set(names.secrets))):
            defined += f", not {listed(absent, 8)}"
        where = f", environment {listed(names.environments)} included" if names.environments else ""
        yield Proof(
            f"{build.repository} defines {defined}{where}.",
            f"{build.url}/settings/secrets/actions" if build.url else "",
            shell("gh", "secret", "list", "--repo", build.repository),
        )
    if build.log_proves(_CODE):
        yield Proof(f'Its log says: "{build.failure_words}"; an undefined secret is an empty text.')


def solution(build: Build, missing: MissingSecret) -> Solution:
    """Give the run what it lacks, then start it again."""
    match missing.why:
        case Why.SINCE:
            why = f"{missing.nouns} has a value now; it is read when a run is queued."
            return rerun(build, "", why)
        case Why.UNPASSED:
            return Solution(
                title=f"Write secrets: inherit into job {_caller(build)} of {build.workflow_name}",
                why="A called workflow gets only the secrets that its caller passes. A re-run uses"
                " the old file, so it takes a push.",
                recommended=True,
                url=build.workflow_url,
            )
        case Why.UNDEFINED | Why.DEPENDABOT:
            return rerun(
                build,
                f"Set {missing.nouns} in {build.repository}",
                "Secrets are read when the run is queued, so set them before the re-run.",
                _set_commands(build, missing),
            )


def left_out(missing: MissingSecret) -> tuple[LeftOut, ...]:
    """Why a re-run alone does not help, where it does not."""
    if missing.why is Why.SINCE:
        return ()
    return (LeftOut("Re-run as it is", f"{missing.nouns} would be empty again."),)


def next_steps(build: Build, missing: MissingSecret) -> tuple[str, ...]:
    """Who does what."""
    again = f"Re-run the failed jobs of {build.run_name}; they push {build.name}."
    match missing.why:
        case Why.SINCE:
            return (again,)
        case Why.UNPASSED:
            first = f"Pass {missing.nouns} in {build.workflow_name} and push."
            return (first, f"The new run pushes {build.name}.")
        case Why.UNDEFINED | Why.DEPENDABOT:
            who = f"Someone with admin rights on {build.repository} sets {missing.nouns}."
            return (who, again)


def _caller(build: Build) -> str:
    place = build.failed_place
    return place.caller.id if place and place.caller else ""


def _set_commands(build: Build, missing: MissingSecret) -> tuple[str, ...]:
    scope = ["--env", build.environment] if build.environment else []
    store = ["--app", "dependabot"] if missing.why is Why.DEPENDABOT else []
    names = dict.fromkeys((use.variable, use.name) for use in missing.uses)
    return tuple(
        shell(
            "gh", "variable" if variable else "secret", "set", name,
            *scope, *(() if variable else store), "--repo", build.repository,
        )
        for variable, name in names
    )  # fmt: skip

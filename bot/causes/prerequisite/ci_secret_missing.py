"""The workflow reads a secret or variable that is not defined where this run could read it.

GitHub puts an empty string in its place, so the step that uses it fails with words about something
else.

Seen as:       ImagePullBackOff; a login step that failed with "Username and password required"
Confirmed if:  the step that failed reads a name that the repository does not define, or its log
               proves that the value was empty
Ruled out if:  every name that the failed step reads is defined and the log says otherwise
By hand:       gh secret list --repo OWNER/NAME
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.builds import Build, builds
from bot.builds.secrets import SecretUse, nouns
from bot.builds.solutions import by_hand, not_a_trigger, not_waiting, rerun
from bot.cause import Cause
from bot.report import Layer, LeftOut, Outcome, Proof, Ruling, Solution
from bot.view import View
from bot.words import listed, shell

_CODE = "CISecretMissing"


def check(view: View) -> Iterator[Ruling]:
    """Rule on runs that failed in a step which reads secrets."""
    for build in builds(view):
        if build.run is None or build.ending != "failure" or build.pushed:
            continue
        undefined = build.undefined_uses
        empty = build.log_proves(_CODE)
        if undefined or empty:
            yield _ruling(build, undefined or build.empty_uses, proved_empty=empty)
        elif build.uses and build.secret_names:
            yield Ruling(
                outcome=Outcome.RULED_OUT,
                subject=build.subject("Secret", build.repository),
                summary=f"{listed(use.name for use in build.uses)}: defined in {build.repository}",
            )


def _ruling(build: Build, uses: tuple[SecretUse, ...], *, proved_empty: bool) -> Ruling:
    named = nouns(uses)
    certain = bool(uses) and build.environment_seen
    added_since = not build.undefined_uses and bool(build.secret_names)
    return Ruling(
        outcome=build.outcome if certain else Outcome.SUSPECTED,
        subject=build.subject("Secret", uses[0].name if uses else build.repository),
        summary=f"{_what(build, named, added_since=added_since)}, so {build.step_name}"
        + ("" if added_since else f" of {build.run_name}")
        + " got an empty value and failed",
        proof=tuple(_proof(build, uses, proved_empty=proved_empty)),
        solutions=(_solution(build, uses, added_since=added_since), by_hand(build)),
        left_out=(
            not_a_trigger(build),
            not_waiting(build),
            *_rerun_alone(named, added_since=added_since),
        ),
        prevention=(
            f"Let {build.workflow_name} check first that {nouns(uses)} is not empty, so that the"
            " next gap says its own name.",
        )
        if uses
        else (),
        next_steps=_next_steps(build, uses, added_since=added_since),
    )


def _what(build: Build, named: str, *, added_since: bool) -> str:
    if not named:
        return f"a secret that {build.workflow_name} reads is not defined in {build.repository}"
    if build.dependabot:
        return f"{named} is not given to runs that Dependabot starts"
    if added_since:
        return f"{named} was empty when {build.run_name} started"
    several = "are" if " and " in named else "is"
    return f"{named} {several} not defined in {build.repository}"


def _proof(build: Build, uses: tuple[SecretUse, ...], *, proved_empty: bool) -> Iterator[Proof]:
    yield build.failure_proof
    for use in uses:
        context = "vars" if use.variable else "secrets"
        yield Proof(
            f"{build.step_name} reads {context}.{use.name} as {use.place}.", build.workflow_url
        )
    if build.secret_names:
        scope = f" (environments: {listed(build.secret_names.environments)})"
        defined = sorted(build.secret_names.secrets)
        yield Proof(
            f"{build.repository} defines {listed(defined, 8) if defined else 'no secrets'}"
            + (scope if build.secret_names.environments else "")
            + ".",
            f"{build.url}/settings/secrets/actions" if build.url else "",
            shell("gh", "secret", "list", "--repo", build.repository),
        )
    elif proved_empty:
        yield Proof(f'Its log says: "{build.failure_words}"; an undefined secret is an empty text.')


def _solution(build: Build, uses: tuple[SecretUse, ...], *, added_since: bool) -> Solution:
    if added_since:
        return rerun(
            build,
            "",
            f"{listed(use.name for use in uses)} is defined now; secrets are read when a run"
            " is queued.",
        )
    return rerun(
        build,
        f"Set {nouns(uses) or 'the secret'} in {build.repository}",
        "Secrets are read when the run is queued, so set them before the re-run.",
        _set_commands(build, uses),
    )


def _set_commands(build: Build, uses: tuple[SecretUse, ...]) -> tuple[str, ...]:
    environment = build.environment
    scope = ["--env", environment] if environment else []
    store = ["--app", "dependabot"] if build.dependabot else []
    names = dict.fromkeys((use.variable, use.name) for use in uses)
    return tuple(
        shell(
            "gh", "variable" if variable else "secret", "set", name,
            *scope, *(() if variable else store), "--repo", build.repository,
        )
        for variable, name in names
    )  # fmt: skip


def _rerun_alone(named: str, *, added_since: bool) -> tuple[LeftOut, ...]:
    if added_since or not named:
        return ()
    return (LeftOut("Re-run as it is", f"{named} would be empty again."),)


def _next_steps(build: Build, uses: tuple[SecretUse, ...], *, added_since: bool) -> tuple[str, ...]:
    first = (
        ()
        if added_since
        else (f"Someone with admin rights on {build.repository} sets"
              f" {nouns(uses) or 'the secret'}.",)
    )  # fmt: skip
    return (*first, f"Re-run the failed jobs of {build.run_name}; they push {build.name}.")


CAUSE = Cause(
    code=_CODE,
    title="a secret that the workflow reads is not defined",
    layer=Layer.PREREQUISITE,
    doc=__doc__,
    check=check,
)

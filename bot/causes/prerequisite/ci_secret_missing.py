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
from bot.builds import missing_secret as missing_secrets
from bot.builds.missing_secret import MissingSecret, missing_secret
from bot.builds.secrets import nouns
from bot.builds.solutions import by_hand, not_a_trigger, not_waiting
from bot.cause import Cause
from bot.report import Layer, Outcome, Ruling
from bot.view import View


def check(view: View) -> Iterator[Ruling]:
    """Rule on runs that failed in a step which reads secrets."""
    for build in builds(view):
        if build.ending != "failure" or build.pushed:
            continue
        missing = missing_secret(build)
        if missing is not None:
            yield _ruling(build, missing)
        elif build.uses and build.secret_names and build.environment_seen:
            yield Ruling(
                outcome=Outcome.RULED_OUT,
                subject=build.subject("Secret", build.repository),
                summary=f"{nouns(build.uses)} can be read in {build.repository}",
            )


def _ruling(build: Build, missing: MissingSecret) -> Ruling:
    check_first = (
        f"Let {build.workflow_name} check first that {missing.nouns} is not empty, so that the next"
        " gap says its own name."
    )
    return Ruling(
        outcome=build.outcome if missing.certain else Outcome.SUSPECTED,
        subject=build.subject("Secret", missing.uses[0].name if missing.uses else "?"),
        summary=missing_secrets.told(build, missing),
        proof=tuple(missing_secrets.proof(build, missing)),
        solutions=(missing_secrets.solution(build, missing), by_hand(build)),
        left_out=(
            not_a_trigger(build),
            not_waiting(build),
            *missing_secrets.left_out(missing),
        ),
        prevention=(check_first,) if missing.uses else (),
        next_steps=missing_secrets.next_steps(build, missing),
    )


CAUSE = Cause(
    code="CISecretMissing",
    title="a secret that the workflow reads is not defined",
    layer=Layer.PREREQUISITE,
    doc=__doc__,
    check=check,
)

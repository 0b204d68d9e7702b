"""A failed run, ruled on by what its log proves: which code, and the ruling."""

from __future__ import annotations

from collections.abc import Iterator

from bot.builds.build import Build, builds
from bot.builds.failure import Diagnosis
from bot.builds.log_advice import ADVICE
from bot.cause.tables import Coded
from bot.report import Outcome, Proof, Ruling
from bot.view import View

_ENDED = ("failure", "cancelled", "timed_out")
_BY_CONCLUSION = frozenset(
    {"WorkflowCancelled", "WorkflowTimedOut", "WorkflowStartupFailure", "CISecretMissing"}
)


def failed_runs(view: View) -> tuple[Coded, ...]:
    """One ruling for each failed run whose push did not happen."""
    return view.remember("failed runs", lambda: tuple(_failed_runs(view)))


def _failed_runs(view: View) -> Iterator[Coded]:
    for build in builds(view):
        if (
            build.ending not in _ENDED
            or build.pushed
            or build.undefined_uses
            or build.unpassed_uses
        ):
            continue
        found = build.diagnosis
        if found is not None and found.code in _BY_CONCLUSION:
            continue
        code = _code(found)
        if code != "WorkflowFailed" or build.ending == "failure":
            yield Coded(code, _ruling(build, found, code))


def _code(found: Diagnosis | None) -> str:
    """The best code that is a build's own: a text about the base image may name an image's."""
    known = (found.code, *found.also) if found is not None else ()
    return next((code for code in known if code in ADVICE), "WorkflowFailed")


def _ruling(build: Build, found: Diagnosis | None, code: str) -> Ruling:
    advice = ADVICE[code]
    certain = found is None or found.certain or code == "WorkflowFailed"
    words = build.failure_words
    said = f': "{words}"' if words else ""
    return Ruling(
        outcome=build.outcome if certain else Outcome.SUSPECTED,
        subject=build.subject("WorkflowRun", build.run_id),
        summary=f"{build.step_name} of {build.run_name} failed{said}",
        proof=(build.failure_proof, *_quotes(build, found)),
        solutions=advice.solutions(build),
        left_out=advice.left_out(build),
        next_steps=_next_steps(build, advice.solutions(build)[0].title),
    )


def _quotes(build: Build, found: Diagnosis | None) -> Iterator[Proof]:
    if found is None:
        if build.detail is not None and not build.detail.logs:
            yield Proof("GitHub has no log of that job any more, or never wrote one.")
        return
    job = build.failed_job
    quoted = " ⏎ ".join(found.lines)
    yield Proof(f"Its log says: {quoted}", job.html_url if job else build.run_url)
    others = build.error_lines
    if others:
        yield Proof(f"Before that: {' ⏎ '.join(others)}")
    if found.suggested and not (found.suggested == "CISecretMissing" and build.all_defined):
        yield Proof(f"The text also fits {found.suggested}; it does not prove it.")


def _next_steps(build: Build, first: str) -> tuple[str, ...]:
    return (f"{first}.", f"A green run of {build.workflow_name} pushes {build.name}.")

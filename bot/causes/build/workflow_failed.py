"""A step of the run failed: one table over what the log proves."""

from __future__ import annotations

from bot.builds.log_rulings import failed_runs
from bot.cause.tables import Row, causes_of
from bot.report import Layer


def _row(code: str, title: str, proved_by: str) -> Row:
    return Row(
        code=code,
        title=title,
        seen_as="ImagePullBackOff, and the run of the commit is red",
        confirmed_if=f"the registry lacks the image, its run failed before the push, {proved_by}",
        ruled_out_if="the push step of that run succeeded",
        by_hand="gh run view RUN --repo OWNER/NAME --log-failed",
    )


_ROWS = (
    _row(
        "WorkflowFailed",
        "a step of the workflow run failed",
        "and its log proves nothing more precise",
    ),
    _row(
        "BuildLoginFailed",
        "the workflow could not log in to the registry",
        "and the login step's log leaves open whether the secret is missing or refused",
    ),
    _row(
        "BuildPushDenied",
        "the registry refused the workflow's push",
        "and the registry answered the push with denied or insufficient_scope",
    ),
    _row(
        "BuildDockerfileFailed",
        "the image could not be built",
        "and the builder names the Dockerfile, an instruction or a file",
    ),
    _row(
        "BuildTestsFailed",
        "tests failed before the image was pushed",
        "and a test runner's summary is in the log",
    ),
    _row(
        "BuildDiskFull",
        "the runner's disk was full",
        "and the log says that no space is left",
    ),
    _row(
        "BuildOutOfMemory",
        "the build ran out of memory",
        "and a runtime or the kernel says so",
    ),
    _row(
        "BuildRateLimited",
        "a registry or API limits the rate of the build's requests",
        "and the log has its 429",
    ),
    _row(
        "BuildNetworkFailed",
        "the network failed during the build",
        "and the log has a failed look-up, connection or handshake",
    ),
    _row(
        "BuildReferenceInvalid",
        "the workflow computes an image name that is none",
        "and the builder refuses the reference",
    ),
    _row(
        "BuildTargetMissing",
        "the registry has no such repository to push to",
        "and the registry answers the push with name unknown",
    ),
    _row(
        "BuildTagImmutable",
        "the tag exists and may not be overwritten",
        "and the registry says that the tag is immutable",
    ),
)

CAUSES = causes_of("failed workflow run", Layer.BUILD, _ROWS, failed_runs)

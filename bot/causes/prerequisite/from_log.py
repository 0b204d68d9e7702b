"""A run failed for something outside of it: one table over what the log proves."""

from __future__ import annotations

from bot.builds.log_rulings import failed_runs
from bot.cause.tables import Row, causes_of
from bot.report import Layer


def _row(code: str, title: str, proved_by: str, by_hand: str) -> Row:
    return Row(
        code=code,
        title=title,
        seen_as="ImagePullBackOff, and the run of the commit is red",
        confirmed_if=f"the registry lacks the image, its run failed before the push, {proved_by}",
        ruled_out_if="the push step of that run succeeded",
        by_hand=by_hand,
    )


_LOG = "gh run view RUN --repo OWNER/NAME --log-failed"
_ROWS = (
    _row(
        "CICredentialRejected",
        "the registry refuses the workflow's credential",
        "and the registry calls the user name, password or token incorrect",
        _LOG,
    ),
    _row(
        "CIPermissionMissing",
        "the workflow's token has too few rights",
        "and the answer names the right that is missing",
        "gh api repos/OWNER/NAME/actions/permissions/workflow",
    ),
    _row(
        "CITrustRejected",
        "the cloud does not trust the workflow's identity",
        "and the cloud refuses the identity token or the role",
        _LOG,
    ),
    _row(
        "ActionsBillingBlocked",
        "billing or a spending limit keeps GitHub from starting jobs",
        "and the job's annotation says so",
        "gh run view RUN --repo OWNER/NAME",
    ),
    _row(
        "RunnerLost",
        "the runner vanished in the middle of the job",
        "and GitHub says that it lost communication or was shut down",
        "gh run view RUN --repo OWNER/NAME",
    ),
    _row(
        "RunnerToolMissing",
        "the runner lacks a tool that the job needs",
        "and the log says that the daemon or command is not there",
        _LOG,
    ),
)

CAUSES = causes_of("failed prerequisites", Layer.PREREQUISITE, _ROWS, failed_runs)

"""Why a run failed: what its log and annotations prove, beside the facts of job and step."""

from __future__ import annotations

from functools import cached_property

import msgspec

from bot.builds.push import PushChain

from bot.ci.logs import read_log
from bot.ci.logs.findings import Certainty, LogFinding
from bot.redact import one_line

_SAYS_LESS = {
    "CISecretMissing": "BuildLoginFailed",
    "CICredentialRejected": "BuildLoginFailed",
    "CIPermissionMissing": "BuildPushDenied",
}
"""Where a text only suggests a cause outside the run: what it proves all the same."""


class Diagnosis(msgspec.Struct, frozen=True):
    """What the failed job's log says: a code, whether the text proves it, and its lines."""

    code: str
    certain: bool
    lines: tuple[str, ...]
    suggested: str = ""
    """The deeper code that the text fits and does not prove."""


class FailureChain(PushChain):
    """A build chain whose failed run was read."""

    @cached_property
    def log_findings(self) -> tuple[LogFinding, ...]:
        """What log and annotations of the failed job prove or suggest, the first the best."""
        job = self.failed_job
        if self.detail is None:
            return ()
        logs = [log for log in self.detail.logs if job is None or log.job_id == job.id]
        lines = [line for log in logs for line in log.lines]
        lines += [line for note in self.run_notes for line in note.splitlines()]
        found = read_log(lines) if lines else ()
        return tuple(each for each in found if each.lines and each.code != "Healthy")

    @cached_property
    def diagnosis(self) -> Diagnosis | None:
        """The best of the findings; where a text allows two codes, the one that says less."""
        finding = next(iter(self.log_findings), None)
        if finding is None:
            return None
        certain = finding.certainty is Certainty.CONFIRMED
        less = _SAYS_LESS.get(finding.code, "")
        if certain or less not in finding.also:
            return Diagnosis(finding.code, certain, finding.lines)
        return Diagnosis(less, False, finding.lines, finding.code)

    def log_proves(self, code: str) -> bool:
        """Whether the failed job's log proves this code."""
        found = self.diagnosis
        return found is not None and found.certain and found.code == code

    @cached_property
    def run_notes(self) -> tuple[str, ...]:
        """What the checks of the run say about its failure."""
        notes = self.detail.annotations if self.detail else ()
        return tuple(each.message for each in notes if each.level == "failure")

    @property
    def failure_words(self) -> str:
        """The line that says why it failed, short; empty when nothing was read."""
        if self.diagnosis is not None:
            return one_line(self.diagnosis.lines[0], 160)
        return one_line(next(iter(self.run_notes), ""), 160)

"""Why a run failed: what its log and annotations prove, beside the facts of job and step."""

from __future__ import annotations

import re
from functools import cached_property

import msgspec

from bot.builds.push import PushChain
from bot.builds.secrets import SecretUse
from bot.ci.logs import read_log
from bot.ci.logs.findings import Certainty, LogFinding
from bot.ci.logs.lines import clean, quoted
from bot.redact import cut, one_line

# Each layer of a builder puts its name before the words of the one below.
_WRAPPING = re.compile(
    r"^(?:##\[error\]|#\d{1,4} |[\d.]{1,9} |buildx failed with: |error: |failed to build: |"
    r"failed to solve: |failed to push \S{1,500}: |"
    r"\S{1,300}: failed to resolve source metadata for \S{1,300}: |"
    r"failed to do request: \w{3,7} \"[^\"]{1,500}\": )+",
    re.IGNORECASE,
)
# The last words of every failed step, whatever was wrong with it.
_GENERIC = re.compile(
    r"Process completed with exit code|did not complete successfully: exit code|^Run \S|"
    r"^(?:#\d{1,4} )?\[[^\]]{1,80}\] RUN|^\d+ failed\b.{0,80} in [\d.]+ ?s",
)
_ERROR = re.compile(r"\b(?:error|fatal|failed|exception|panic)\b", re.IGNORECASE)
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
    also: tuple[str, ...] = ()
    """Further codes that the same text allows."""
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
            return Diagnosis(finding.code, certain, finding.lines, finding.also)
        return Diagnosis(less, False, finding.lines, finding.also, finding.code)

    def log_proves(self, code: str) -> bool:
        """Whether the failed job's log proves this code."""
        found = self.diagnosis
        return found is not None and found.certain and found.code == code

    @property
    def empty_uses(self) -> tuple[SecretUse, ...]:
        """What the failed step reads and its log calls empty: by input, else all of it."""
        text = " ".join(self.diagnosis.lines[-1:]).lower() if self.diagnosis else ""
        named = tuple(use for use in self.uses if use.field and use.field.lower() in text)
        return named or self.uses

    @property
    def error_lines(self) -> tuple[str, ...]:
        """Further lines of the failed job that speak of an error, the last three, each short."""
        job = self.failed_job
        logs = [log for log in (self.detail.logs if self.detail else ()) if job]
        lines = [line for log in logs if job and log.job_id == job.id for line in clean(log.lines)]
        told = " ".join(self.diagnosis.lines) if self.diagnosis else ""
        more = [one_line(x, 160) for x in lines if _ERROR.search(x) and quoted(x) not in told]
        return tuple(dict.fromkeys(more))[-3:]

    @cached_property
    def run_notes(self) -> tuple[str, ...]:
        """What the checks of the run say about its failure."""
        notes = self.detail.annotations if self.detail else ()
        return tuple(each.message for each in notes if each.level == "failure")

    @property
    def failure_words(self) -> str:
        """The line that says why it failed, short; empty when nothing was read."""
        told = self.diagnosis.lines if self.diagnosis else self.run_notes[:1]
        precise = [line for line in told if not _GENERIC.search(line)] or self.error_lines
        text = next(reversed([*told[-1:], *precise]), "") if told else ""
        bare = _bare(one_line(text, 500)).replace('"', "'")
        return cut(bare.partition(". ")[0].rstrip("."), 160)


def _bare(line: str) -> str:
    return _WRAPPING.sub("", line)

"""Reports and answers as JSON, schema version 1: docs/report.md says what each field means."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from bot.report import Action, Finding, Observation, Outcome, Proof, Report

VERSION = 1
# Names stay as they are, but a terminal shows no control character and nothing reversed.
_UNSEEN = re.compile(r"[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


class _Target(msgspec.Struct, frozen=True):
    cluster: str
    namespace: str
    kind: str
    name: str


class _Proof(msgspec.Struct, frozen=True):
    text: str
    url: str | None
    command: str | None


class _Cause(msgspec.Struct, frozen=True):
    code: str
    title: str
    summary: str
    certainty: str
    layer: str
    subject: str
    container: str | None
    proof: tuple[_Proof, ...]
    explains: tuple[str, ...]
    alternatives: tuple[str, ...]


class _RuledOut(msgspec.Struct, frozen=True):
    code: str
    summary: str


class _Step(msgspec.Struct, frozen=True):
    name: str
    state: str
    summary: str


class _Solution(msgspec.Struct, frozen=True):
    title: str
    why: str
    recommended: bool
    commands: tuple[str, ...]
    action: Action | None


class _Status(msgspec.Struct, frozen=True):
    item: str
    state: str


class _Observation(msgspec.Struct, frozen=True):
    text: str
    proof: tuple[_Proof, ...]


class _Gap(msgspec.Struct, frozen=True):
    source: str
    subject: str
    reason: str
    detail: str
    fix: str


class _Document(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    target: _Target
    verdict: str
    root_causes: tuple[_Cause, ...]
    consequences: tuple[_Cause, ...]
    ruled_out: tuple[_RuledOut, ...]
    steps: tuple[_Step, ...]
    solutions: tuple[_Solution, ...]
    verification: tuple[str, ...]
    prevention: tuple[str, ...]
    status: tuple[_Status, ...]
    next_steps: tuple[str, ...]
    observations: tuple[_Observation, ...]
    changes: tuple[_Observation, ...]
    gaps: tuple[_Gap, ...]
    collected_at: datetime
    took_ms: int


def encode(report: Report) -> bytes:
    """The report as indented JSON with a newline at its end; keys always in the same order."""
    return _written(_document(report))


def encode_answer(answer: msgspec.Struct) -> bytes:
    """The answer of a sweep, a preflight or an image, in the same way, with the version first."""
    document = {"version": VERSION} | msgspec.to_builtins(answer)
    for gap in document.get("gaps", ()):
        gap.pop("type")  # it tells gaps from answers in saved evidence
    return _written(document)


def _written(document: object) -> bytes:
    written = msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
    return _UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", written).encode()


def _document(report: Report) -> _Document:
    target = report.target
    return _Document(
        version=VERSION,
        target=_Target(target.cluster, target.namespace, target.kind, target.name),
        verdict=str(report.verdict),
        root_causes=tuple(_cause(finding) for finding in report.root_causes),
        consequences=tuple(_cause(finding) for finding in report.consequences),
        ruled_out=tuple(_RuledOut(f.code, f.ruling.summary) for f in report.ruled_out),
        steps=tuple(_Step(s.name, str(s.state), s.summary) for s in report.steps),
        solutions=tuple(
            _Solution(s.title, s.why, s.recommended, s.commands, s.action) for s in report.solutions
        ),
        verification=report.verification,
        prevention=report.prevention,
        status=tuple(_Status(s.item, str(s.state)) for s in report.status),
        next_steps=report.next_steps,
        observations=tuple(_observation(each) for each in report.observations),
        changes=tuple(_observation(each) for each in report.changes),
        gaps=tuple(
            _Gap(gap.source, gap.subject, str(gap.reason), gap.detail, gap.fix)
            for gap in report.gaps
        ),
        collected_at=report.collected_at,
        took_ms=report.took_ms,
    )


def _cause(finding: Finding) -> _Cause:
    ruling = finding.ruling
    subject = ruling.subject
    return _Cause(
        code=finding.code,
        title=finding.title,
        summary=ruling.summary,
        certainty="confirmed" if ruling.outcome is Outcome.CONFIRMED else "suspected",
        layer=finding.layer.name.lower(),
        subject=f"{subject.kind}/{subject.name}",
        container=subject.container or None,
        proof=tuple(_proof(each) for each in ruling.proof),
        explains=finding.explains,
        alternatives=ruling.alternatives if ruling.outcome is Outcome.SUSPECTED else (),
    )


def _observation(observation: Observation) -> _Observation:
    return _Observation(observation.text, tuple(_proof(each) for each in observation.proof))


def _proof(proof: Proof) -> _Proof:
    return _Proof(proof.text, proof.url or None, proof.command or None)

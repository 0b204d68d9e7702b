"""What every renderer for people shows, in one order: a headline, a lead, then sections.

The renderers decide how a piece looks and never what is said, so text, Markdown and terminal carry
the same content.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from bot import words
from bot.evidence import Gap
from bot.redact import scrub
from bot.render.headline import headline, story
from bot.report import Finding, Observation, Outcome, Proof, Report, Solution, StepState, Verdict


class Line(msgspec.Struct, frozen=True, tag=True):
    """A sentence with a short label before it; the label may be empty."""

    label: str
    text: str


class Commands(msgspec.Struct, frozen=True, tag=True):
    """Commands to copy, each whole on its own line."""

    commands: tuple[str, ...]


class Fact(msgspec.Struct, frozen=True, tag=True):
    """A proof: the fact, where it stands and how to see it oneself."""

    proof: Proof


class Row(msgspec.Struct, frozen=True, tag=True):
    """A row of a table: how something answered, what it is, what it said."""

    state: StepState
    name: str
    text: str


Piece = Line | Commands | Fact | Row


class Section(msgspec.Struct, frozen=True):
    """A heading and what stands below it."""

    title: str
    pieces: tuple[Piece, ...]


class Layout(msgspec.Struct, frozen=True):
    """The whole page. `lead` is what a person needs first: cause, why, what to do."""

    headline: str
    lead: tuple[Piece, ...]
    sections: tuple[Section, ...]


_HEADLINES = {
    Verdict.EXPLAINED: "FAILING",
    Verdict.UNEXPLAINED: "NOT EXPLAINED",
    Verdict.INCOMPLETE: "NOT KNOWN YET",
    Verdict.HEALTHY: "HEALTHY",
}


def lay_out(report: Report) -> Layout:
    """Arrange a report. Sections without content are left out."""
    sections = (
        Section("What happens", _problem(report)),
        Section("What changed", tuple(_observations(report.changes))),
        Section("Proof", tuple(_proofs(report))),
        Section("Followed", tuple(Row(s.state, s.name, s.summary) for s in report.steps)),
        Section("Follows from it", tuple(_findings(report.consequences))),
        Section("Other ways", tuple(_solutions(report.solutions))),
        Section("Would not help", tuple(Line(i.title, i.why) for i in report.left_out)),
        Section("Ruled out", tuple(Line(f.code, f.ruling.summary) for f in report.ruled_out)),
        Section("Where things stand", tuple(Row(s.state, s.item, "") for s in report.status)),
        Section("Next", _next(report)),
        Section("Check that it is mended", _commands(report.verification)),
        Section("So that it does not come back", _lines(report.prevention)),
        Section("Also seen", tuple(_observations(report.observations))),
        Section("Could not look", tuple(_gaps(report.gaps))),
    )
    return Layout(
        scrub(_headline(report)),
        _safe(_lead(report)),
        tuple(Section(each.title, _safe(each.pieces)) for each in sections if each.pieces),
    )


def _safe(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """The last look at every text before it is shown, each by itself: masked, no control codes."""
    return tuple(_scrubbed(piece) for piece in pieces)


def _scrubbed(piece: Piece) -> Piece:
    match piece:
        case Line(label, text):
            return Line(scrub(label), scrub(text))
        case Commands(commands):
            return Commands(tuple(scrub(command) for command in commands))
        case Fact(proof):
            return Fact(Proof(scrub(proof.text), scrub(proof.url), scrub(proof.command)))
        case Row(state, name, text):
            return Row(state, scrub(name), scrub(text))


def _headline(report: Report) -> str:
    cluster = f" (cluster {report.target.cluster})" if report.target.cluster else ""
    return f"{_HEADLINES[report.verdict]}: {report.target}{cluster}"


def _lead(report: Report) -> Iterator[Piece]:
    for finding in report.root_causes:
        sure = finding.ruling.outcome is Outcome.CONFIRMED
        fact = headline(finding)
        label = "Because" if sure else "Probably"
        yield Line(label, f"{words.capital(fact or finding.title)} ({finding.code})")
        if told := story(finding, fact):
            follows = told.removeprefix("So ")
            yield Line("Why" if follows == told else "So", follows)
        if finding.ruling.alternatives and not sure:
            yield Line("", f"It may also be: {', '.join(finding.ruling.alternatives)}.")
    if not report.root_causes:
        yield from _lead_without_cause(report)
    for solution in report.solutions:
        if solution.recommended:
            yield Line("Do", solution.title)
            yield from _commands(solution.commands)
            yield from _lines((solution.why,))


def _lead_without_cause(report: Report) -> Iterator[Piece]:
    match report.verdict:
        case Verdict.HEALTHY:
            yield Line("", "Nothing is wrong with it now.")
        case Verdict.INCOMPLETE:
            decide = "it decides" if len(report.gaps) == 1 else "they decide"
            yield Line("", f"{_count(report.gaps, 'question')} got no answer, and {decide}.")
            yield from (Line("To tell", gap.fix) for gap in report.gaps if gap.fix)
        case Verdict.UNEXPLAINED | Verdict.EXPLAINED:
            yield Line("", "No known cause fits these facts; they stand below.")


def _count(items: tuple[object, ...], word: str) -> str:
    return f"{len(items)} {word}" + ("" if len(items) == 1 else "s")


def _proofs(report: Report) -> Iterator[Piece]:
    for finding in report.root_causes:
        if len(report.root_causes) > 1:
            yield Line(finding.code, finding.ruling.summary)
        yield from (Fact(proof) for proof in finding.ruling.proof)


def _findings(findings: tuple[Finding, ...]) -> Iterator[Piece]:
    """Each with the command that shows it, where there is one."""
    for finding in findings:
        yield Line(finding.code, finding.ruling.summary)
        checks = [proof.command for proof in finding.ruling.proof if proof.command]
        yield from _commands(tuple(checks[-1:]))


def _solutions(solutions: tuple[Solution, ...]) -> Iterator[Piece]:
    for solution in (each for each in solutions if not each.recommended):
        yield Line(solution.title, solution.why)
        yield from _commands(solution.commands)


def _observations(observations: tuple[Observation, ...]) -> Iterator[Piece]:
    """Each with its proofs; of a proof whose words stand in it already, the command only."""
    for observation in observations:
        told = [p for p in observation.proof if p.text.removeprefix("log: ") in observation.text]
        commands = tuple(each for p in told for each in (p.url, p.command) if each)
        yield Line("", observation.text)
        yield from _commands(commands)
        yield from (Fact(proof) for proof in observation.proof if proof not in told)


def _gaps(gaps: tuple[Gap, ...]) -> Iterator[Piece]:
    for gap in gaps:
        detail = f": {gap.detail}" if gap.detail else ""
        fix = f" → {gap.fix}" if gap.fix else ""
        yield Line(gap.source, f"{gap.subject}: {gap.reason}{detail}{fix}")


def _problem(report: Report) -> tuple[Piece, ...]:
    """What a person sees, unless the cause has said just that."""
    said = {_plain(finding.ruling.summary) for finding in report.root_causes}
    return () if _plain(report.problem) in said else _lines((report.problem,))


def _plain(text: str) -> str:
    return text.rstrip(".").lower()


def _next(report: Report) -> tuple[Piece, ...]:
    """The steps, unless the only one is what the lead says to do."""
    done = {_plain(solution.title) for solution in report.solutions if solution.recommended}
    if {_plain(step) for step in report.next_steps} <= done:
        return ()
    return tuple(_numbered(report.next_steps))


def seen(report: Report) -> str:
    """When the facts were seen; how long that took, where anything was asked."""
    took = f" in {report.took_ms} ms" if report.took_ms else ""
    return f"Seen at {report.collected_at:%Y-%m-%d %H:%M:%S} UTC{took}."


def _numbered(steps: tuple[str, ...]) -> Iterator[Piece]:
    for number, step in enumerate(steps, 1):
        yield Line(f"{number}.", step)


def _lines(texts: tuple[str, ...]) -> tuple[Piece, ...]:
    return tuple(Line("", text) for text in texts if text)


def _commands(commands: tuple[str, ...]) -> tuple[Piece, ...]:
    return (Commands(commands),) if commands else ()

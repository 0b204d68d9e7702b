"""A report as plain text, 100 columns: the first lines answer, the rest proves."""

from __future__ import annotations

import textwrap

from bot.render.layout import Commands, Fact, Line, Piece, Row, Section, lay_out, seen
from bot.report import Report, StepState

WIDTH = 100
_INDENT = "  "
_MARKS = {
    StepState.OK: "ok",
    StepState.FAILED: "FAILED",
    StepState.WAITING: "waits",
    StepState.UNKNOWN: "?",
    StepState.SKIPPED: "-",
}
_LEAD_LABEL = 10


def render(report: Report) -> str:
    """The whole report; no line is wider than 100 columns but a command or a long name."""
    layout = lay_out(report)
    lines = [layout.headline]
    for piece in layout.lead:
        lines += _piece(piece, _LEAD_LABEL)
    for section in layout.sections:
        lines += ["", section.title.upper(), *_section(section)]
    lines += ["", seen(report)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _section(section: Section) -> list[str]:
    rows = [piece for piece in section.pieces if isinstance(piece, Row)]
    if rows:
        width = max(len(row.name) for row in rows)
        return [line for row in rows for line in _row(row, width)]
    return [line for piece in section.pieces for line in _piece(piece, 0)]


def _row(row: Row, width: int) -> list[str]:
    if not row.text:
        return _wrap(row.name, f"{_MARKS[row.state]:<8}")
    return _wrap(row.text, f"{_MARKS[row.state]:<8}{row.name:<{width}}  ")


def _piece(piece: Piece, label_width: int) -> list[str]:
    match piece:
        case Line():
            return _line(piece, label_width)
        case Commands(commands):
            return [f"{' ' * (label_width or 2)}{_INDENT}{command}" for command in commands]
        case Fact(proof):
            where = [f"{_INDENT}  {each}" for each in (proof.url, proof.command) if each]
            return [*_wrap(proof.text, "- "), *where]
        case Row():
            return _row(piece, len(piece.name))


def _line(line: Line, label_width: int) -> list[str]:
    if label_width:
        return _wrap(line.text, f"{line.label:<{label_width}}")
    if line.label.rstrip(".").isdigit():
        return _wrap(line.text, f"{line.label} ")
    return _wrap(f"{line.label}: {line.text}" if line.label else line.text, "- ")


def _wrap(text: str, first: str) -> list[str]:
    """Fold at spaces only; further lines start below the first word."""
    return textwrap.wrap(
        " ".join(text.split()),
        width=WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first]

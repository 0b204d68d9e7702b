"""What opens beside the message: all evidence, and the choice of a target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bot.evidence import Target
from bot.redact import one_line
from bot.render import blocks as b
from bot.render import mrkdwn as m
from bot.render.blocks import Block
from bot.render.layout import Commands, Fact, Line, Piece, Row, Section, lay_out
from bot.render.lint import VIEW_BLOCKS
from bot.report import Report, StepState

CHOOSE = "whyfailing.choose"
_PIECES = 25
_MARKS = {
    StepState.OK: "✔",
    StepState.FAILED: "✘",
    StepState.WAITING: "…",
    StepState.UNKNOWN: "?",
    StepState.SKIPPED: "–",
}


def evidence_view(report: Report) -> dict[str, Any]:
    """Everything in the report, section by section."""
    layout = lay_out(report)
    lead = Section(layout.headline, layout.lead)
    shown = [block for section in (lead, *layout.sections) for block in _section(section)]
    if len(shown) > VIEW_BLOCKS:
        left = len(shown) - VIEW_BLOCKS + 1
        shown = [*shown[: VIEW_BLOCKS - 1], b.context((f"{left} more parts are not shown.",))]
    return _modal("All evidence", shown)


def choice(text: str, options: Sequence[tuple[str, Target]]) -> list[Block]:
    """A select of targets; the values are opaque ids."""
    select: Block = {
        "type": "static_select",
        "action_id": CHOOSE,
        "placeholder": b.plain_text("Choose", 150),
        "options": [
            {"text": b.plain_text(str(target), 75), "value": value}
            for value, target in options[:100]
        ],
    }
    return [b.section(m.plain(text, 600), accessory=select)]


def _modal(title: str, blocks: Sequence[Block]) -> dict[str, Any]:
    return {
        "type": "modal",
        "title": b.plain_text(title, 24),
        "close": b.plain_text("Close", 24),
        "blocks": list(blocks),
    }


def _section(section: Section) -> Iterator[Block]:
    yield b.rich([b.line([b.words(section.title, limit=150, bold=True)])])
    elements = [element for piece in section.pieces[:_PIECES] for element in _piece(piece)]
    if (left := len(section.pieces) - _PIECES) > 0:
        elements.append(b.line([b.words(f"and {left} more")]))
    if elements:
        yield b.rich(elements)


def _piece(piece: Piece) -> Iterator[Block]:
    match piece:
        case Line():
            label = [b.words(piece.label, bold=True), *b.aside(b.words(piece.text, limit=600))]
            yield b.line(label if piece.label else [b.words(piece.text, limit=600)])
        case Commands():
            yield b.preformatted("\n".join(one_line(text, 500) for text in piece.commands[:10]))
        case Fact():
            yield b.bullets([[b.words(piece.proof.text, limit=600), *b.anchor(piece.proof.url)]])
            if piece.proof.command:
                yield b.preformatted(one_line(piece.proof.command, 500))
        case Row():
            text = f"{_MARKS[piece.state]} {piece.name}" + (f": {piece.text}" if piece.text else "")
            yield b.line([b.words(text, limit=600)])

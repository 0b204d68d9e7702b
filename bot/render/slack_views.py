"""What opens beside the message: all evidence, the choice of a target, the Home tab."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from bot.evidence import Target
from bot.redact import one_line
from bot.render import blocks as b
from bot.render import mrkdwn as m
from bot.render.blocks import Block
from bot.render.layout import Commands, Fact, Line, Piece, Row, Section, lay_out
from bot.render.lint import VIEW_BLOCKS
from bot.render.slack_report import UNMUTE
from bot.report import Report, StepState

CHOOSE = "whyfailing.choose"
_PIECES = 25
_MUTES = 20
_MARKS = {
    StepState.OK: "✔",
    StepState.FAILED: "✘",
    StepState.WAITING: "…",
    StepState.UNKNOWN: "?",
    StepState.SKIPPED: "–",
}


class Followed(msgspec.Struct, frozen=True):
    """A thread that is followed now."""

    target: str
    state: str
    url: str


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


class MutedNow(msgspec.Struct, frozen=True):
    """A mute that lasts, with the causes that it is for."""

    id: str
    workload: str
    causes: str
    by: str
    until: datetime | None


def home_view(
    may: str, cluster: str, followed: Sequence[Followed], mutes: Sequence[MutedNow]
) -> dict[str, Any]:
    """What is followed and what is muted now, and what this person may do."""
    lines = [
        f"• {m.link(item.url, item.target)}: {m.plain(item.state, 100)}" for item in followed[:20]
    ]
    left = len(followed) - len(lines)
    more = [f"and {left} more"] if left > 0 else []
    now = "\n".join([*lines, *more]) or "Nothing at the moment."
    left_out = len(mutes) - _MUTES
    return {
        "type": "home",
        "blocks": [
            b.section(f"*Followed now* on {m.code(cluster) or 'a cluster without a name'}\n{now}"),
            {"type": "divider"},
            b.section("*Muted now*" + ("" if mutes else "\nNothing at the moment.")),
            *(_mute(mute) for mute in mutes[:_MUTES]),
            *([b.context((f"and {left_out} more",))] if left_out > 0 else []),
            {"type": "divider"},
            b.section(f"*What you may do*\n{m.plain(may, 600)}"),
            b.section(
                "*How to ask*\n`/whyfailing shop/api` · mention me in a thread · "
                "the shortcut _Why is this failing?_ on a message"
            ),
        ],
    }


def _mute(mute: MutedNow) -> Block:
    until = m.day_and_clock(mute.until) if mute.until else "it recovers"
    text = (
        f"{m.code(mute.workload)} ({m.plain(mute.causes, 200)}), by {m.plain(mute.by, 80)} "
        f"until {until}"
    )
    button = b.button(f"{UNMUTE}.{mute.id}", mute.id, "Unmute")
    return b.section(text, accessory=button)


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

"""A report as Markdown for an issue or a page: the same content as the text, links as links."""

from __future__ import annotations

import re

from bot.render.layout import Commands, Fact, Line, Piece, Row, Section, lay_out, seen
from bot.report import Report, StepState

_MARKS = {
    StepState.OK: "✅",
    StepState.FAILED: "❌",
    StepState.WAITING: "⏳",
    StepState.UNKNOWN: "❔",
    StepState.SKIPPED: "➖",
}
# Text from outside must not become markup, a link, an HTML tag or a mention.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!@&])")
_BLOCK_START = re.compile(r"^(\d{1,9})([.)])|^([-+=])")


def render(report: Report) -> str:
    """The whole report as GitHub-flavoured Markdown."""
    layout = lay_out(report)
    parts = [f"## {_escape(layout.headline)}", *_pieces(layout.lead)]
    parts += [part for section in layout.sections for part in _section(section)]
    parts.append(f"_{seen(report)}_")
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> list[str]:
    rows = [piece for piece in section.pieces if isinstance(piece, Row)]
    heading = f"### {_escape(section.title)}"
    if not rows:
        return [heading, *_pieces(section.pieces)]
    if all(not row.text for row in rows):
        return [heading, "\n".join(f"- {_MARKS[row.state]} {_escape(row.name)}" for row in rows)]
    lines = [f"| {_MARKS[r.state]} | {_escape(r.name)} | {_escape(r.text)} |" for r in rows]
    return [heading, "\n".join(["| | link | what it said |", "|---|---|---|", *lines])]


def _pieces(pieces: tuple[Piece, ...]) -> list[str]:
    return [_piece(piece) for piece in pieces]


def _piece(piece: Piece) -> str:
    match piece:
        case Line("", text):
            return f"- {_escape(text)}"
        case Line(label, text):
            return f"**{_escape(label)}** {_escape(text)}"
        case Commands(commands):
            return _fenced("\n".join(commands))
        case Fact(proof):
            link = f" ([see]({_url(proof.url)}))" if proof.url else ""
            command = f"\n\n{_fenced(proof.command)}" if proof.command else ""
            return f"- {_escape(proof.text)}{link}{command}"
        case Row(state, name, text):
            return f"- {_MARKS[state]} {_escape(name)} {_escape(text)}".rstrip()


def _fenced(text: str) -> str:
    """A code block whose fence is longer than any run of backticks inside."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}sh\n{text}\n{fence}"


def _escape(text: str) -> str:
    folded = " ".join(text.split())
    return _BLOCK_START.sub(r"\1\\\2\3", _SPECIAL.sub(r"\\\1", folded))


def _url(url: str) -> str:
    return re.sub(r"[\s()<>]", lambda found: f"%{ord(found.group()):02X}", url)

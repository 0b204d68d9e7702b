"""A report for a terminal: the text's content as rich renderables; colour is an extra."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from bot.render.layout import Commands, Fact, Line, Piece, Row, Section, lay_out, seen
from bot.report import Report, StepState, Verdict

_STYLES = {
    StepState.OK: ("✓ ok", "green"),
    StepState.FAILED: ("✗ failed", "bold red"),
    StepState.WAITING: ("… waits", "yellow"),
    StepState.UNKNOWN: ("? unknown", "magenta"),
    StepState.SKIPPED: ("- skipped", "dim"),
}
_VERDICTS = {
    Verdict.EXPLAINED: "bold red",
    Verdict.UNEXPLAINED: "bold yellow",
    Verdict.INCOMPLETE: "bold yellow",
    Verdict.HEALTHY: "bold green",
}


def render(report: Report) -> RenderableType:
    """The whole report. Every text is literal: markup from outside stays text."""
    layout = lay_out(report)
    return Group(
        Text(layout.headline, style=_VERDICTS[report.verdict]),
        *(_piece(piece) for piece in layout.lead),
        *(part for section in layout.sections for part in _section(section)),
        Text(),
        Text(seen(report), style="dim"),
    )


def _section(section: Section) -> list[RenderableType]:
    heading: list[RenderableType] = [Text(), Rule(Text(section.title), align="left", style="dim")]
    rows = [piece for piece in section.pieces if isinstance(piece, Row)]
    return [*heading, *([_table(rows)] if rows else map(_piece, section.pieces))]


def _table(rows: list[Row]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    for row in rows:
        word, style = _STYLES[row.state]
        table.add_row(Text(word, style=style), Text(row.name), Text(row.text))
    return table


def _piece(piece: Piece) -> RenderableType:
    match piece:
        case Line(label, text):
            return _labelled(label, text)
        case Commands(commands):
            lines = "\n".join(command for command in commands)
            return Padding(Text(lines, style="cyan", no_wrap=True, overflow="ignore"), (0, 0, 0, 4))
        case Fact(proof):
            where = [Text(each, style="cyan") for each in (proof.url, proof.command) if each]
            return Group(_labelled("", proof.text), *(Padding(w, (0, 0, 0, 4)) for w in where))
        case Row(state, name, text):
            word, style = _STYLES[state]
            return Text.assemble((word, style), f" {name} {text}")


def _labelled(label: str, text: str) -> RenderableType:
    grid = Table.grid(padding=(0, 1))
    grid.add_row(Text(label or "•", style="bold"), Text(text))
    return grid

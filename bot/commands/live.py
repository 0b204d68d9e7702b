"""The chain on a terminal while it is followed; on anything else it stays silent."""

from __future__ import annotations

from types import TracebackType
from typing import TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from bot.redact import one_line
from bot.sources import StepEvent

_MARKS = {
    "answered": ("ok", "green"),
    "failed": ("✗", "red"),
    "gap": ("?", "yellow"),
}


class LiveChain:
    """Shows each link as it begins and what it said; leaves nothing behind when it ends."""

    def __init__(self, stream: TextIO) -> None:
        console = Console(file=stream, highlight=False)
        self._steps: dict[tuple[str, str], StepEvent] = {}
        self._live = (
            Live(console=console, transient=True, refresh_per_second=12)
            if console.is_terminal and not console.is_dumb_terminal
            else None
        )

    def __enter__(self) -> LiveChain:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if self._live:
            self._live.stop()

    def follow(self, event: StepEvent) -> None:
        """Take in one step of the investigation."""
        self._steps[(event.key, event.title)] = event
        if self._live:
            self._live.update(self.picture())

    def picture(self) -> Group:
        """The links so far, one line each."""
        return Group(*(_line(event) for event in self._steps.values()))


def _line(event: StepEvent) -> Table:
    line = Table.grid(padding=(0, 1))
    line.add_column(width=2)
    line.add_column()
    title = Text(one_line(event.title, 100), overflow="ellipsis", no_wrap=True)
    if event.state == "started":
        line.add_row(Spinner("dots"), title)
        return line
    mark, colour = _MARKS[event.state]
    if event.summary:
        title.append(f": {one_line(event.summary, 160)}", style=colour)
    line.add_row(Text(mark, style=colour), title)
    return line

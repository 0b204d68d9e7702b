"""Readers of container logs: what a program's last lines say about why it ended."""

from __future__ import annotations

from bot.logs.errors import error_lines, fatal_line
from bot.logs.finding import LogFinding
from bot.logs.listening import listening_ports
from bot.logs.reading import read_log

__all__ = ["LogFinding", "error_lines", "fatal_line", "listening_ports", "read_log"]

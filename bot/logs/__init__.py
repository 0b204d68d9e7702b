"""Readers of container logs: what a program's last lines say about why it ended."""

from __future__ import annotations

from bot.logs.errors import error_lines, last_words
from bot.logs.finding import LogFinding
from bot.logs.lines import Level
from bot.logs.listening import listening_ports
from bot.logs.reading import read_log

__all__ = ["Level", "LogFinding", "error_lines", "last_words", "listening_ports", "read_log"]

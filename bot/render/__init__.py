"""Report to text, Markdown, JSON and Slack blocks."""

from __future__ import annotations

import msgspec

from bot.render import json, markdown, slack, text
from bot.render.states import Reported
from bot.report import Report

FORMATS = ("text", "json", "markdown", "slack")


def render_as(report: Report, output: str) -> str:
    """A report in one of FORMATS."""
    match output:
        case "json":
            return json.encode(report).decode()
        case "markdown":
            return markdown.render(report)
        case "slack":
            message = slack.render(Reported(report=report, thread_id="report"), "report")
            return msgspec.json.format(msgspec.json.encode(message), indent=2).decode()
        case _:
            return text.render(report)

"""The variable that a program lacked, where its log tells it in another line than the fault."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from bot.logs.finding import LogFinding
from bot.logs.lines import Line
from bot.logs.trace import Raised, Trace

_FIELDS = 30
"""Lines under the sentence of a settings class, three for each field that it complains of."""
_ENV_READ = re.compile(
    r"os\.environ|/os\.py\"|getenv|\bENV\b|fetch'|process\.env|decouple|environs"
)
_SETTINGS_FIELD = re.compile(
    r"^(?P<variable>\w{2,80})\n(?:Field required|.{0,10}field required)", re.MULTILINE
)


def of_trace(
    lines: Sequence[Line], trace: Trace, raised: Raised, finding: LogFinding
) -> LogFinding:
    """A key error of the environment, and a settings class that lacks a field, name a variable."""
    body = "\n".join(line.text for line in lines[trace.start : trace.end])
    key = re.search(r"['\"](?P<variable>[A-Za-z_]\w{1,80})['\"]", raised.message)
    if raised.name == "KeyError" and _ENV_READ.search(body):
        name = key["variable"] if key else raised.message.strip("'\"")
        return msgspec.structs.replace(finding, code="MissingEnvVar", variable=name[:80])
    return _of_field(finding, raised.message) if raised.name == "ValidationError" else finding


def of_settings(finding: LogFinding, following: Sequence[Line]) -> LogFinding:
    """Pydantic lists the fields under its sentence, also where the trace is cut off."""
    if "validation error" not in finding.text:
        return finding
    return _of_field(finding, "\n".join(line.text.strip() for line in following[:_FIELDS]))


def _of_field(finding: LogFinding, listed: str) -> LogFinding:
    """A settings class takes a field from the variable of that name."""
    field = _SETTINGS_FIELD.search(listed)
    if field is None:
        return finding
    name = field["variable"].upper()
    return msgspec.structs.replace(finding, code="MissingEnvVar", variable=name)

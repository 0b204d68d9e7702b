"""Names out of the lines that prove something: hosts, images, secrets, steps, files, codes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.ci.logs.lines import quoted

_MOST_VALUES = 12
_TAG = r"(?::[\w.-]{1,128})?"
_IMAGE = rf"[a-z0-9*][a-z0-9.*-]{{0,100}}(?:[.:][a-z0-9*]{{1,20}})?/[A-Za-z0-9._*/-]{{1,200}}{_TAG}"
_BEFORE_IMAGE = r"failed to push|[Pp]ushing|[Pp]ush|metadata for|refers to repository \[|docker://"
_BEFORE_IMAGE += (
    r"|[Uu]pload of|(?:credentials|permissions) for '|[Uu]nauthorized for|Forbidden for"
)
_BEFORE_HOST = r"resolve host:? |resolving '|connect to |port \d+ of "
_BEFORE_COMMAND = r"process \"|running \[|command '?\[?"
_BEFORE_CODE = r"exit(?:ed)?(?: with)?(?: error)? (?:code|status):? |non-zero code: |\"exitCode\": "
_PATTERNS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("host", r"https?://([^/\s\"]{1,200})/"),
        ("host", r"lookup ([\w.-]{1,200})"),
        ("host", rf"(?:{_BEFORE_HOST})([\w.-]{{3,200}}\w)"),
        ("image", rf"(?:{_BEFORE_IMAGE})\s?({_IMAGE})"),
        ("image", r"(?:FROM |to solve: |manifest for )([a-z0-9][\w./-]{0,200}:[\w.-]{1,128})"),
        ("image", r"(?:repository|repositories)(?: with name)? ?['\"/]([^'\"\s]{1,200})['\"]?"),
        ("secret", r"secrets?[.`' ]{1,2}([A-Z][A-Z0-9_]{2,80})\b"),
        ("secret", r"\b([A-Z][A-Z0-9_]{1,60}_(?:TOKEN|PASSWORD|SECRET|KEY|USERNAME|USER))\b"),
        ("secret", r"required and not supplied: ([\w-]{1,80})"),
        (
            "command",
            rf"(?:{_BEFORE_COMMAND})((?:/\S{{1,60}} )?/bin/\w{{1,4}} -c [^\"\]']{{1,300}})",
        ),
        ("command", r"\] RUN (.{1,300})"),
        ("step", r"^Run (\S.{0,200})"),
        ("file", r"(\.github/workflows/[\w./-]{1,200}\.ya?ml)"),
        ("file", r"\b([\w.-]{0,60}[Dd]ockerfile[\w.-]{0,60}:\d{1,6})\b"),
        ("line", r"[Ll]ine:? (\d{1,6})"),
        ("exit code", rf"(?:{_BEFORE_CODE})(\d{{1,3}})"),
        ("user", r"denied to ([\w\[\]-]{1,80})"),
        ("platform", r"\b((?:linux|windows)/(?:amd64|arm64|arm/v\d|386|ppc64le|s390x|riscv64))\b"),
        ("runner", r"self-hosted runner: (\S{1,120})"),
        ("permission", r"requesting '([\w:, -]{1,80})'"),
        ("group", r"waiting request for (\S{1,200})"),
        ("labels", r"(?:Requested labels: |required labels: )'?([^'\n]{1,200})"),
    )
)


def values_of(lines: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Named values in the order of the lines, each once, masked as all text from outside."""
    found: dict[tuple[str, str], None] = {}
    for line in lines:
        for name, pattern in _PATTERNS:
            match = pattern.search(line)
            if match is not None and len(found) < _MOST_VALUES:
                found[name, quoted(match[1])] = None
    return tuple(found)

"""Reads the commands of a `run:` script without running anything.

Only what decides an image's name is understood: words, quotes, variables, line continuations and
the separators between commands. Everything computed is unknown, written as `*`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.ci.expressions import Contexts, Open, Unknown
from bot.ci.push_patterns import pattern

_LONGEST = 60_000
_MOST_COMMANDS = 2000
_VARIABLE = re.compile(
    r"\$(?:(?P<bare>[A-Za-z_]\w{0,80})|\{(?P<name>[A-Za-z_]\w{0,80})(?P<change>[^}]{0,120})\})"
)
_SUBSTRING = re.compile(r":(?P<start>\d{0,3}):?(?P<length>\d{0,3})")
_ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_]\w{0,80})=(.*)", re.DOTALL)
_DEFAULTS = {
    "GITHUB_SHA": "sha",
    "GITHUB_REF": "ref",
    "GITHUB_REF_NAME": "ref_name",
    "GITHUB_REPOSITORY": "repository",
    "GITHUB_REPOSITORY_OWNER": "repository_owner",
    "GITHUB_ACTOR": "actor",
    "GITHUB_RUN_NUMBER": "run_number",
    "GITHUB_RUN_ID": "run_id",
    "GITHUB_HEAD_REF": "head_ref",
    "GITHUB_EVENT_NAME": "event_name",
}


def commands(script: str, contexts: Contexts) -> Iterator[tuple[str, ...]]:
    """The words of each command, variables replaced; assignments are remembered on the way.

    The script's `${{ … }}` are filled already, with `*` for what is unknown.
    """
    text = script[:_LONGEST].replace("\\\n", " ")
    local = Open()
    for count, line in enumerate(_split(_without_substitutions(text))):
        if count == _MOST_COMMANDS:
            return
        words = [_expand(word, contexts, local) for word in _words(line)]
        assignment = _ASSIGNMENT.fullmatch(words[0]) if len(words) == 1 else None
        exported = words[:1] == ["export"] and len(words) == 2
        if exported:
            assignment = _ASSIGNMENT.fullmatch(words[1])
        if assignment is not None:
            local[assignment["name"]] = _value(assignment[2])
        elif words:
            yield tuple(words)


def expand(text: str, contexts: Contexts) -> str | Unknown:
    """One word with its variables replaced."""
    filled = _without_substitutions(text)
    return _value(_expand(filled.strip("\"'"), contexts, Open()))


def _value(text: str) -> str | Unknown:
    pieces = text.strip("\"'").split("*")
    if len(pieces) == 1:
        return pieces[0]
    parts: list[str | None] = [pieces[0] or None] if pieces[0] else []
    for piece in pieces[1:]:
        parts += [None, piece] if piece else [None]
    return Unknown(tuple(parts))


def _without_substitutions(text: str) -> str:
    """`$(…)` and backticks are computed: each becomes `*`. Parentheses are counted, not nested."""
    kept: list[str] = []
    depth, quoted, at = 0, False, 0
    while at < len(text):
        if not depth and text.startswith("$(", at):
            kept.append("*")
            depth, at = 1, at + 2
            continue
        character = text[at]
        if depth:
            depth += (character == "(") - (character == ")")
        elif character == "`":
            quoted = not quoted
            kept.append("*" if quoted else "")
        elif not quoted:
            kept.append(character)
        at += 1
    return "".join(kept)


def _split(text: str) -> Iterator[str]:
    """Commands between newlines, `;`, `&&`, `||` and `|`, quotes respected."""
    start, quote = 0, ""
    for at, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "\n;|&":
            yield text[start:at]
            start = at + 1
    yield text[start:]


def _words(line: str) -> list[str]:
    words: list[str] = []
    current, quote, started = [""], "", False
    for character in line:
        if quote:
            if character == quote:
                quote = ""
            else:
                current.append(character)
        elif character in "\"'":
            quote, started = character, True
        elif character.isspace():
            if started:
                words.append("".join(current))
            current, started = [""], False
        elif character == "#" and not started:
            break
        else:
            current.append(character)
            started = True
    return [*words, "".join(current)] if started else words


def _expand(word: str, contexts: Contexts, local: Open) -> str:
    return _VARIABLE.sub(lambda found: _variable(found, contexts, local), word)


def _variable(found: re.Match[str], contexts: Contexts, local: Open) -> str:
    name = found["bare"] or found["name"]
    value = local.get(name) or _from_contexts(name, contexts)
    change = found["change"] or ""
    if not change:
        return pattern(value) if isinstance(value, (str, Unknown)) else "*"
    if not isinstance(value, str):
        return "*"
    part = _SUBSTRING.fullmatch(change)
    if part is not None and part["length"]:
        start = int(part["start"] or 0)
        return value[start : start + int(part["length"])]
    return _changed(value, change)


def _changed(value: str, change: str) -> str:
    """`${NAME,,}`, `${NAME##*/}`, `${NAME#prefix}`, `${NAME:-default}`; all else is unknown."""
    if change == ",,":
        return value.lower()
    if change == "##*/":
        return value.rpartition("/")[2]
    if change.startswith("#"):
        return value.removeprefix(change.lstrip("#"))
    return value if change.startswith(":-") else "*"


def _from_contexts(name: str, contexts: Contexts) -> object:
    env, github = contexts.get("env"), contexts.get("github")
    if isinstance(env, dict) and name in env:
        return env[name]
    key = _DEFAULTS.get(name)
    if key and isinstance(github, dict):
        return github.get(key)
    return None

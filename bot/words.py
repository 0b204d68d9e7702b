"""Small pieces of sentences: ages, quotes, names, lists."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from datetime import datetime

from bot.redact import one_line

# What kubelet and runtime put before the words of whoever refused: the wrapping repeats the image.
_WRAPPING = re.compile(
    r"^(?:rpc error: code = \w{1,30} desc = |Back-off pulling image \S{1,600}: |ErrImagePull: |"
    r"Failed to pull image \S{1,600}: |Error: ErrImagePull|"
    r"failed to pull and unpack image \S{1,600}: |"
    r"failed to resolve reference \S{1,600}: |failed to resolve image: )"
)
# A quote begins after a space or bracket and ends before one; an apostrophe stands in a word.
_QUOTES = re.compile(r"(?<![^\s(])'|'(?![^\s).,;:])")


def ago(then: datetime | None, now: datetime) -> str:
    """An age as people say it: `40 s`, `12 min`, `5 h`, `3 d`; empty when it is not known."""
    if then is None:
        return ""
    seconds = max(0, int((now - then).total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size or (unit == "min" and seconds >= size):
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def count(number: int, word: str) -> str:
    """`1 pod`, `3 pods`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def listed(names: Iterable[str], limit: int = 3) -> str:
    """Names as a list of at most `limit`, with a count of the others."""
    every = list(names)
    more = f" and {len(every) - limit} more" if len(every) > limit else ""
    return ", ".join(every[:limit]) + more


def capital(text: str) -> str:
    """A sentence's first letter; names that begin with a small letter stay as they are."""
    first = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if first.isalpha() else text


def shell(*words: str) -> str:
    """A command line to copy: one line, and whatever a word holds, it stays one word.

    Names come from event messages, images and logs too, whose writer may be nobody's friend.
    """
    return shlex.join("".join(c if c.isprintable() else " " for c in word) for word in words)


def command(template: str, **names: str) -> str:
    """A command line of a table, with its names filled in; each stays a part of its word."""
    return template.format(**{key: shell(name) for key, name in names.items()})


def sentence(text: str) -> str:
    """The text as one sentence: with its full stop."""
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def clause(text: str) -> str:
    """The first sentence of a text, without its full stop; what is quoted stays whole."""
    for end in re.finditer(r"\. ", text):
        before = text[: end.start()]
        if before.count('"') % 2 == 0 and len(_QUOTES.findall(before)) % 2 == 0:
            return before.rstrip(". ")
    return text.rstrip(". ")


def unwrapped(message: str) -> str:
    """The innermost words of a pull error, without the wrapping that repeats the image's name."""
    text = one_line(message, 2_000)
    while (found := _WRAPPING.match(text)) and found.end() < len(text):
        text = text[found.end() :]
    return text

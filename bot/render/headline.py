"""What is wrong in this very case, as a headline, and the rest of the story without it. Pure."""

from __future__ import annotations

import re

from bot import words
from bot.report import Finding

_LONGEST = 160
# A name has a dot, slash, dash or digit somewhere: `build.yml`, `acme/api`, `api-7d9f8c`.
_WORD = re.compile(r"[^\W\d_]+(?:[,;:]?\s|[,;:]?$)")


def headline(root: Finding) -> str:
    """The fact that a root cause rests on; empty where it makes no headline."""
    fact = words.clause(root.ruling.summary)
    if len(fact) > _LONGEST:
        fact = fact.partition(", so ")[0]
    return fact if len(fact) <= _LONGEST else ""


def story(root: Finding, told: str) -> str:
    """How the cause leads to what a person sees; what was `told` already is not said again."""
    whole = root.chain or root.ruling.summary
    if told and whole.lower().startswith(told.lower()):
        return capital(whole[len(told) :].lstrip(" ,.;:"))
    return whole


def capital(text: str) -> str:
    """The text with a capital at its beginning, unless it begins with a name."""
    return text[:1].upper() + text[1:] if _WORD.match(text) else text

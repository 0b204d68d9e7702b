"""What is wrong in this very case, as a headline, and the rest of the story without it. Pure."""

from __future__ import annotations

from bot import words
from bot.report import Finding

_LONGEST = 160
_ENDS = (", so ", "; ")


def headline(root: Finding) -> str:
    """The fact that a root cause rests on; empty where it makes no headline."""
    fact = words.clause(root.ruling.summary)
    for end in _ENDS:
        shorter = fact.partition(end)[0]
        if len(fact) > _LONGEST and shorter.count('"') % 2 == 0:
            fact = shorter
    return fact if len(fact) <= _LONGEST else ""


def story(root: Finding, told: str) -> str:
    """How the cause leads to what a person sees; what was `told` already is not said again."""
    whole = root.chain or root.ruling.summary
    if told and whole.lower().startswith(told.lower()):
        return words.capital(whole[len(told) :].lstrip(" ,.;:"))
    return whole

"""What a preflight finds."""

from __future__ import annotations

import msgspec

from bot.evidence import Gap


class Problem(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """Something that would keep a pod from running. `code` is a cause's."""

    workload: str
    """`deployment/api -n shop`."""
    code: str
    text: str
    fix: str = ""


class Preflight(msgspec.Struct, frozen=True, kw_only=True):
    """The answer: how much was looked at, what would fail, what could not be checked."""

    workloads: int
    images: int
    problems: tuple[Problem, ...]
    gaps: tuple[Gap, ...] = ()

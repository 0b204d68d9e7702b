"""What the doctor found, as text: one aligned line for each check, what to do about it below."""

from __future__ import annotations

from collections.abc import Iterable

from bot.doctor.check import Check, State

_STATE_WIDTH = max(len(state) for state in State)


def render(checks: Iterable[Check]) -> str:
    """All checks, and a last line that says whether what is configured will work."""
    found = tuple(checks)
    width = max((len(check.area) for check in found), default=0)
    indent = " " * (_STATE_WIDTH + width + 4)
    lines: list[str] = []
    for check in found:
        lines.append(f"{check.state:<{_STATE_WIDTH}}  {check.area:<{width}}  {check.says}")
        if check.fix and check.state is not State.OK:
            lines.append(f"{indent}→ {check.fix}")
    return "\n".join((*lines, "", _verdict(found)))


def _verdict(found: tuple[Check, ...]) -> str:
    broken = sum(check.breaks for check in found)
    if not broken:
        silent = sum(check.state is State.FAILED for check in found)
        others = f"{silent} of {len(found)} checks failed, of what nobody configured."
        return "What is configured works." + (f" {others}" if silent else "")
    return f"{broken} of {len(found)} checks keep what is configured, or needed, from working."

"""The schedule of a CronJob cannot be parsed.

Seen as:       a CronJob that never runs, InvalidSchedule events
Confirmed if:  the schedule breaks the grammar of the controller's parser
Ruled out if:  it parses
By hand:       kubectl describe cronjob NAME
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.cause.rulings import of_object
from bot.cluster import objects as k
from bot.cluster.readers.facts import WorkloadProblem
from bot.facts.told import told
from bot.report import Layer, Rank, Ruling, Solution
from bot.view import View

_FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_NAMES = re.compile(
    r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat", re.I
)
_MACROS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_STEP = re.compile(r"(?P<range>\*|\?|\d{1,2}(?:-\d{1,2})?)(?:/(?P<step>\d{1,3}))?")


_MEND = Solution(
    title="Correct the schedule, or set startingDeadlineSeconds",
    why="The controller starts nothing while it cannot tell when.",
)


def check(view: View) -> Iterator[Ruling]:
    """Rule on a CronJob whose schedule cannot be parsed."""
    yield from told(view, WorkloadProblem.SCHEDULE, _MEND)
    item = view.target_object
    # The API takes no CronJob without a schedule: one that is not there was left out.
    if isinstance(item, k.CronJob) and item.spec.schedule:
        wrong = schedule_fault(item.spec.schedule)
        if wrong:
            yield of_object(
                item,
                f"the schedule {item.spec.schedule!r} of CronJob {item.name} is not valid: {wrong}",
                f"spec.schedule: {item.spec.schedule}",
                ("Correct the schedule", "It has five fields: minute hour day month weekday."),
                kubectl.command("edit", "cronjob", item.name, item.namespace),
            )


def schedule_fault(schedule: str) -> str:
    """What is wrong with a schedule; empty when nothing is.

    Grammar: https://pkg.go.dev/github.com/robfig/cron/v3 (`ParseStandard`).
    """
    words = re.sub(r"^(?:CRON_)?TZ=\S{1,64} ", "", schedule.strip())
    if words.startswith("@"):
        known = words in _MACROS or re.fullmatch(r"@every (?:\d+(?:\.\d+)?(?:h|m|s|ms))+", words)
        return "" if known else f"{words} is no known shorthand"
    fields = words.split()
    if len(fields) != 5:
        return f"it has {len(fields)} fields instead of 5"
    for text, (low, high) in zip(fields, _FIELDS, strict=True):
        fault = _field_fault(_NAMES.sub("1", text), low, high)
        if fault:
            return fault
    return ""


def _field_fault(text: str, low: int, high: int) -> str:
    for part in text.split(","):
        found = _STEP.fullmatch(part)
        if found is None:
            return f"{part!r} is no value"
        if found["range"] not in "*?":
            numbers = [int(each) for each in found["range"].split("-")]
            if any(not low <= number <= high for number in numbers):
                return f"{part!r} is not between {low} and {high}"
            if numbers != sorted(numbers):
                return f"{part!r} runs backwards"
        if found["step"] == "0":
            return f"{part!r} has the step 0"
    return ""


CAUSE = Cause(
    code="CronScheduleInvalid",
    title="the schedule is not valid",
    layer=Layer.CLUSTER,
    rank=Rank.FAULT,
    doc=__doc__,
    check=check,
)

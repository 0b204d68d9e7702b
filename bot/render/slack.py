"""A state of a message → what Slack shows: the sentence that notifications carry, and blocks.

Pure. The first line makes sense alone. What a reader at 3 am needs stands above Slack's fold;
everything else is one button away (`slack_views`).
"""

from __future__ import annotations

import msgspec

from bot import words
from bot.redact import cut, one_line
from bot.render import blocks as b
from bot.render import mrkdwn as m
from bot.render.blocks import Block
from bot.render.slack_report import report_blocks, verdict_line, where
from bot.render.states import (
    Acting,
    Broken,
    Ended,
    Failed,
    Investigating,
    Joined,
    Recovered,
    Referred,
    Reported,
    State,
    Stopped,
    Storm,
    Superseded,
    Task,
    TaskState,
    TimedOut,
)

_TASKS = 14
_STRUCK = 20
_EMOJI = {
    TaskState.PENDING: ":white_circle:",
    TaskState.RUNNING: ":hourglass_flowing_sand:",
    TaskState.DONE: ":white_check_mark:",
    TaskState.FAILED: ":x:",
}


class Message(msgspec.Struct, frozen=True):
    """What is sent. `blocks` is empty when only the text may be."""

    text: str
    blocks: tuple[Block, ...]


def render(state: State, plan_id: str, *, classic: bool = False) -> Message:
    """Render a state. `classic` uses only blocks that every client knows."""
    match state:
        case Investigating():
            text = f"Looking at {state.target}"
            shown = _investigating(state, plan_id, classic)
        case Reported():
            text = verdict_line(state.report)
            shown = report_blocks(state, plan_id)
        case Acting():
            text = f"{state.doing} for {state.target}"
            shown = _acting(state, plan_id, classic)
        case Recovered() | Failed() | TimedOut() | Superseded() | Stopped():
            text = f"{_ends(state)[1]}: {state.target}. {state.sentence}"
            shown = _ended(state, plan_id, classic)
        case Referred():
            text = f"{state.workload} was reported here already: {state.cause}"
            shown = [b.section(_referred(state), block_id=f"{plan_id}-head")]
        case Joined():
            text = f"{state.target} fails for the same reason: {state.cause}"
            shown = [b.section(_joined(state), block_id=f"{plan_id}-head")]
        case Storm():
            text = f"{_struck(state)} got no reply: there were too many"
            shown = [b.section(_storm(state), block_id=f"{plan_id}-head")]
        case Broken():
            text = _broken_text(state)
            shown = [b.section(f":warning: {m.plain(text, 600)}", block_id=f"{plan_id}-head")]
    return Message(m.escape(one_line(text, 600)), tuple(shown))


def _investigating(state: Investigating, plan_id: str, classic: bool) -> list[Block]:
    title = f"Looking at {state.target}"
    small = b.context(
        (
            f":large_blue_circle: Cluster {m.code(state.target.cluster, 100) or 'not named'}",
            f"since {m.clock(state.started_at)}",
        )
    )
    tasks = state.tasks or (
        Task(key="pod", title=f"Read {state.target.kind} and its events", state=TaskState.RUNNING),
    )
    return [_plan(title, tasks, plan_id, classic, ":large_blue_circle:"), small]


def _acting(state: Acting, plan_id: str, classic: bool) -> list[Block]:
    head = (
        f":hourglass_flowing_sand: *{m.plain(state.doing, 150)}*\n"
        f"{where(state.target)} · {m.plain(state.cause, 300)}"
    )
    return [
        b.section(head, block_id=f"{plan_id}-head"),
        _plan("Until it is Running", state.tasks, plan_id, classic),
        b.context((_audit(state.started_by, state), "this message follows it to its end")),
        b.actions(
            [
                *([b.action_button(state.retry)] if state.retry else []),
                b.button("whyfailing.evidence", state.thread_id, "All evidence"),
                b.button("whyfailing.stop", state.thread_id, "Stop following"),
            ]
        ),
    ]


def _ended(state: Ended, plan_id: str, classic: bool) -> list[Block]:
    emoji, word = _ends(state)
    head = f"{emoji} *{word}* · {where(state.target)}\n{m.plain(state.sentence, 600)}"
    if state.cause:
        head += f"\nIt was: {m.plain(state.cause, 300)}"
    shown = [b.section(head, block_id=f"{plan_id}-head")]
    if state.tasks:
        shown.append(_plan(word, state.tasks, plan_id, classic))
    shown.append(
        b.context((_audit(state.started_by, state), f"ended {m.day_and_clock(state.ended_at)}"))
    )
    buttons = [b.action_button(state.recheck)] if state.recheck else []
    buttons.append(b.button("whyfailing.evidence", state.thread_id, "All evidence"))
    return [*shown, b.actions(buttons)]


def _ends(state: Ended) -> tuple[str, str]:
    match state:
        case Recovered():
            return ":large_green_circle:", "Recovered"
        case TimedOut():
            return ":red_circle:", "Not recovered in time"
        case Superseded():
            return ":white_circle:", "Superseded"
        case Stopped():
            return ":white_circle:", "Not followed any more"
        case _:
            return ":red_circle:", "It did not work"


def _plan(
    title: str, tasks: tuple[Task, ...], plan_id: str, classic: bool, emoji: str = ""
) -> Block:
    shown = tasks[:_TASKS]
    if not classic:
        return b.plan(title, shown, plan_id)
    head = f"{emoji} *{m.plain(title, 150)}*".strip()
    return b.section("\n".join([head, *(_classic_task(task) for task in shown)]), block_id=plan_id)


def _classic_task(task: Task) -> str:
    title = m.link(task.url, task.title) if task.url else m.plain(task.title, 75)
    summary = f": {m.plain(task.summary, 80)}" if task.summary else ""
    return cut(f"{_EMOJI[task.state]} {title}{summary}", 2400)


def _audit(name: str, state: Acting | Ended) -> str:
    started = m.day_and_clock(state.started_at)
    return f"{m.plain(name, 80)} started this {started}" if name else f"first seen {started}"


def _referred(state: Referred) -> str:
    report = m.link(state.url, "reported") if m.web(state.url) else "reported"
    return (
        f":leftwards_arrow_with_hook: {m.code(state.workload)} was {report} in this channel at "
        f"{m.clock(state.told_at)}: {m.plain(state.cause, 300)}"
    )


def _joined(state: Joined) -> str:
    report = m.link(state.url, "reported") if m.web(state.url) else "reported"
    return (
        f":red_circle: {where(state.target)} fails for the reason {report} at "
        f"{m.clock(state.told_at)}: {m.plain(state.cause, 300)}"
    )


def _struck(state: Storm) -> str:
    alerts = sum(struck.alerts for struck in state.struck)
    return words.count(alerts, "alert")


def _storm(state: Storm) -> str:
    most = sorted(state.struck, key=lambda struck: (-struck.alerts, struck.workload))
    lines = [
        f"• {m.code(struck.workload)}" + (f" ({struck.alerts} alerts)" if struck.alerts > 1 else "")
        for struck in most[:_STRUCK]
    ]
    if (left := len(most) - _STRUCK) > 0:
        lines.append(f"and {words.count(left, 'more workload')}")
    head = (
        f":warning: *{_struck(state)}* since {m.clock(state.began_at)} got no reply, because I "
        f"give {state.per_minute} a minute in a channel. They are about:"
    )
    return "\n".join([head, *lines, "Mention me in the alert's thread, and I look."])


def _broken_text(state: Broken) -> str:
    about = f" while I looked at {state.target}" if state.target else ""
    return (
        f"Something went wrong in me{about}; nothing was changed. "
        f"Ask again; whoever runs me finds the reason in my log under {state.error_id}."
    )

"""The Home tab: how the cluster is, what is followed, reported and muted, and who may do what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import accumulate
from typing import Any

import msgspec

from bot.redact import one_line
from bot.render import blocks as b
from bot.render import mrkdwn as m
from bot.render.blocks import Block
from bot.render.slack_report import UNMUTE, gap_line
from bot.sources import Overview, PodRow

ASK = "whyfailing.ask"
ANSWERING = "whyfailing.answering"
HOW = (
    "*How to ask*\n`/whyfailing shop/api` · mention me in a thread · the shortcut "
    "_Why is this failing?_ on a message"
)
FOLLOWED = 10
RECENT = 8
_MUTES = 20
_CHANNELS = 20
_STATUSES = 5
_PODS = 3
_GAPS = 3
_ABSENT = 10
_ROOM = 2900
"""Characters of a section that are there for lines."""
Choices = Sequence[tuple[str, str]]
"""Values and labels of a select."""


class Followed(msgspec.Struct, frozen=True):
    """A thread that is followed now: what it reported, and how far things have come."""

    target: str
    cause: str
    state: str
    url: str


class State(StrEnum):
    """How what was reported is, as far as its message knows."""

    WELL = "well"
    FAILING = "failing"
    RECOVERED = "recovered"


class Recent(msgspec.Struct, frozen=True):
    """A report that nobody follows: what it is about, and what it says."""

    at: datetime
    target: str
    cause: str
    state: State
    url: str


class MutedNow(msgspec.Struct, frozen=True):
    """A mute that lasts, with the causes that it is for."""

    id: str
    workload: str
    causes: str
    by: str
    until: datetime | None


class Absent(msgspec.Struct, frozen=True):
    """A channel of the settings in which the bot cannot do what it is named for."""

    channel: str
    why: str


class Chosen(msgspec.Struct, frozen=True):
    """A channel that chose what it hears; `answering` is a value of `Administration.choices`."""

    channel: str
    answering: str
    by: str
    at: datetime


class Administration(msgspec.Struct, frozen=True, kw_only=True):
    """What only administrators see. `lines` are of settings, as name and markup."""

    lines: tuple[tuple[str, str], ...]
    channels: tuple[Chosen, ...]
    choices: Choices


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """What a person's Home tab shows; only `may` to who may see nothing."""

    may: str
    cluster: str = ""
    overview: Overview | None = None
    absent: tuple[Absent, ...] = ()
    followed: tuple[Followed, ...] = ()
    recent: tuple[Recent, ...] = ()
    mutes: tuple[MutedNow, ...] = ()
    administration: Administration | None = None


def home_view(home: Home) -> dict[str, Any]:
    """The view that is published."""
    if home.overview is None:
        return {"type": "home", "blocks": [b.section(m.plain(home.may, 600))]}
    parts: list[list[Block]] = [
        list(_cluster(home.cluster, home.overview)),
        [b.section(text) for text in _absent(home.absent)],
        [b.section("*Followed now*\n" + _list(map(_followed, home.followed), FOLLOWED))],
        [b.section("*Last reports*\n" + _list(map(_recent, home.recent), RECENT))],
        list(_muted(home.mutes)),
        [b.section(f"*What you may do*\n{m.plain(home.may, 600)}"), b.section(HOW)],
        list(_administration(home.administration)),
    ]
    shown = [part for part in parts if part]
    divided = [block for part in shown for block in (*part, {"type": "divider"})]
    return {"type": "home", "blocks": divided[:-1]}


def _cluster(name: str, overview: Overview) -> Iterator[Block]:
    failing = [pod for pod in overview.pods if not pod.well]
    by_status: dict[str, list[PodRow]] = defaultdict(list)
    for pod in failing:
        by_status[pod.status].append(pod)
    ranked = sorted(by_status.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    lines = [f"*Cluster* {m.code(name) or 'without a name'}", _state(overview, len(failing))]
    lines += [gap_line(gap) for gap in overview.gaps[:_GAPS]]
    lines += [_status(status, pods) for status, pods in ranked]
    most = len(lines) - len(ranked) + _STATUSES
    yield b.section(_list(lines, most), accessory=b.button(ASK, "ask", "Explain a pod"))


def _state(overview: Overview, failing: int) -> str:
    """How many pods and nodes are well. With nothing seen there is nothing to call well."""
    nodes = f"{overview.nodes_ready} of {overview.nodes} nodes are Ready"
    count = len(overview.pods)
    if not overview.pods:
        mark, pods = ":white_circle:", "no pod was seen"
    elif failing:
        mark, pods = ":red_circle:", f"{failing} of {count} pods do not run"
    elif overview.gaps:
        mark, pods = ":white_circle:", f"{count} of {count} pods that I may see run"
    else:
        mark, pods = ":large_green_circle:", f"{count} of {count} pods run"
    if overview.nodes_ready < overview.nodes:
        mark = ":red_circle:"
    return f"{mark} {pods}" + (f" · {nodes}" if overview.nodes else "")


def _status(status: str, pods: Sequence[PodRow]) -> str:
    shown = [m.code(f"{pod.namespace}/{pod.name}", 130) for pod in pods[:_PODS]]
    left = len(pods) - len(shown)
    more = f" and {left} more" if left > 0 else ""
    return f"• {m.plain(status, 80)} ({len(pods)}): {', '.join(shown)}{more}"


def _absent(absent: Sequence[Absent]) -> list[str]:
    return [
        f":warning: {m.channel(each.channel)}: {m.plain(each.why)}. Type `/invite @WhyFailing` in "
        "it, or take it out of the settings."
        for each in absent[:_ABSENT]
    ]


def _list(lines: Iterable[str], most: int) -> str:
    """As many lines as a section holds, at most so many, and how many there are besides."""
    found = list(lines)
    ends = accumulate(len(line) + 1 for line in found)
    fitting = min(most, sum(end <= _ROOM for end in ends))
    left = len(found) - fitting
    more = [f"and {left} more"] if left > 0 else []
    return "\n".join([*found[:fitting], *more]) or "Nothing at the moment."


def _followed(item: Followed) -> str:
    cause = f"{m.plain(item.cause, 160)} → " if item.cause else ""
    return f"• {m.link(item.url, item.target)}: {cause}{m.plain(item.state, 100)}"


def _recent(item: Recent) -> str:
    mark = ":red_circle:" if item.state is State.FAILING else ":large_green_circle:"
    was = "recovered from: " if item.state is State.RECOVERED else ""
    when = m.day_and_clock(item.at)
    return f"{mark} {when} {m.link(item.url, item.target)}: {was}{m.plain(item.cause, 160)}"


def _muted(mutes: Sequence[MutedNow]) -> Iterator[Block]:
    yield b.section("*Muted now*" + ("" if mutes else "\nNothing at the moment."))
    for mute in mutes[:_MUTES]:
        until = m.day_and_clock(mute.until) if mute.until else "it recovers"
        text = (
            f"{m.code(mute.workload)} ({m.plain(mute.causes, 200)}), by {m.plain(mute.by, 80)} "
            f"until {until}"
        )
        yield b.section(text, accessory=b.button(f"{UNMUTE}.{mute.id}", mute.id, "Unmute"))
    if (left := len(mutes) - _MUTES) > 0:
        yield b.context((f"and {left} more",))


def _administration(shown: Administration | None) -> Iterator[Block]:
    if shown is None:
        return
    lines = _list((f"• {name}: {text}" for name, text in shown.lines), len(shown.lines))
    yield b.section(f"*Settings*, which only administrators see\n{lines}")
    yield b.context(("They stand in the environment or in the file of whoever runs me.",))
    yield b.section(
        "*Channels that chose for themselves* what they hear"
        + ("" if shown.channels else "\nNone; `/whyfailing here mention` in a channel does.")
    )
    for chosen in shown.channels[:_CHANNELS]:
        text = f"{m.channel(chosen.channel)}, by {m.plain(chosen.by, 80)} "
        text += f"on {m.day_and_clock(chosen.at)}"
        yield b.section(text, accessory=_select(chosen, shown.choices))


def _select(chosen: Chosen, choices: Choices) -> Block:
    options = [{"text": b.plain_text(label, 75), "value": value} for value, label in choices]
    return {
        "type": "static_select",
        "action_id": f"{ANSWERING}.{one_line(chosen.channel, 40)}",
        "options": options,
        "initial_option": next(o for o in options if o["value"] == chosen.answering),
    }

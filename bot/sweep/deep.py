"""From an image that cannot be pulled on to its build: one investigation for each group."""

from __future__ import annotations

import asyncio

import msgspec

from bot.evidence import Target
from bot.investigate import investigate
from bot.report import Layer, Outcome
from bot.sources import Sources
from bot.sweep.grouping import Group, Sweep

_AT_ONCE = 4
_MOST = 30


async def deepened(found: Sweep, sources: Sources) -> Sweep:
    """Follow the first workload of each group that is about an image, and tell its root cause."""
    turn = asyncio.Semaphore(_AT_ONCE)
    groups = await asyncio.gather(
        *(
            _deepened(group, sources, turn) if _leads_on(group, number) else _same(group)
            for number, group in enumerate(found.groups)
        )
    )
    return msgspec.structs.replace(found, groups=tuple(groups))


def _leads_on(group: Group, number: int) -> bool:
    return group.layer != Layer.CLUSTER.name.lower() and number < _MOST


async def _same(group: Group) -> Group:
    return group


async def _deepened(group: Group, sources: Sources, turn: asyncio.Semaphore) -> Group:
    member = group.members[0]
    target = Target(sources.cluster.name, member.namespace, member.kind, member.name)
    async with turn:
        report = (await investigate(target, sources)).report
    if not report.root_causes:
        return group
    root = report.root_causes[0]
    told = root.chain or root.ruling.summary
    return msgspec.structs.replace(
        group,
        code=root.code,
        title=root.title,
        layer=root.layer.name.lower(),
        certainty="confirmed" if root.ruling.outcome is Outcome.CONFIRMED else "suspected",
        members=tuple(msgspec.structs.replace(each, summary=told) for each in group.members),
    )

"""What workflow files call: workflows of other repositories, and composite actions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from bot.ci import called, composite
from bot.ci import objects as ci
from bot.ci.workflow_objects import WorkflowFile
from bot.collect.asking import Inquiry
from bot.evidence import Gap, WorkflowSource
from bot.sources import CIProvider

_MOST = 12
_DEEPEST = 3

Place = tuple[str, str, str]
"""Repository, path and ref of a file."""


async def with_called(
    inquiry: Inquiry,
    provider: CIProvider,
    own: tuple[WorkflowSource, ...],
    *,
    repository: str,
    ref: str,
) -> tuple[WorkflowSource, ...]:
    """These files and what they call, as deep as three calls; its path is what `uses:` says.

    Actions of other owners are left out: there are many, and what they push is known by name.
    """
    found = own
    asked: set[str] = set()
    for _ in range(_DEEPEST):
        files = called.called_by_name(found).values()
        wanted = {
            uses: places
            for uses in _uses(files)
            if uses not in asked and (places := _places(uses, repository, ref))
        }
        names = list(wanted)[: _MOST - len(asked)]
        if not names:
            break
        asked.update(names)
        texts = await asyncio.gather(
            *(_read(inquiry, provider, uses, wanted[uses]) for uses in names)
        )
        found += tuple(
            WorkflowSource(
                workflow=ci.Workflow(id=0, name=uses, path=uses, state="active"),
                text=text,
                ref=wanted[uses][0][2],
            )
            for uses, text in zip(names, texts, strict=True)
            if text is not None
        )
    return found


def _uses(files: Iterable[WorkflowFile]) -> Iterable[str]:
    """What jobs and steps use, each once."""
    jobs = [job for file in files for job in file.jobs]
    steps = [step.uses for job in jobs for step in job.steps]
    return dict.fromkeys(uses for uses in (*(job.uses for job in jobs), *steps) if uses)


def _places(uses: str, repository: str, ref: str) -> tuple[Place, ...]:
    """Where the file may be; nowhere for what was read already, or is not to be read."""
    if there := called.elsewhere(uses):
        return (there,)
    if not called.is_action(uses):
        return ()
    if composite.is_local(uses):
        folder = uses.removeprefix("./").strip("/")
        return tuple((repository, f"{folder}/{file}".strip("/"), ref) for file in composite.FILES)
    action = composite.elsewhere(uses)
    if action is None or action[0].partition("/")[0] != repository.partition("/")[0]:
        return ()
    name, folder, at = action
    return tuple((name, f"{folder}/{file}".strip("/"), at) for file in composite.FILES)


async def _read(
    inquiry: Inquiry, provider: CIProvider, uses: str, places: tuple[Place, ...]
) -> str | None:
    for repository, path, ref in places:
        text = await inquiry.ask("github", uses, provider.file(repository, path, ref))
        if isinstance(text, Gap):
            return None
        if text is not None:
            return text
    return None

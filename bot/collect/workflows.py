"""Workflow files of a repository, read at one commit, and the one that pushes an image."""

from __future__ import annotations

import asyncio

from bot.ci import objects as ci
from bot.ci.pushes import pushes_image
from bot.collect.asking import Inquiry
from bot.evidence import Gap, WorkflowSource
from bot.images import ImageRef

_MOST_FILES = 20
_FOLDER = ".github/workflows/"


async def workflow_sources(
    inquiry: Inquiry, repository: str, ref: str, only: str = ""
) -> tuple[WorkflowSource, ...] | Gap:
    """The workflow files of a repository at a ref; `only` narrows them to one path."""
    provider = inquiry.sources.ci
    assert provider is not None  # noqa: S101 - callers have checked; without CI there is no link
    listed = await inquiry.ask(
        "github", f"workflows of {repository}", provider.workflows(repository)
    )
    if isinstance(listed, Gap):
        return listed
    wanted = [
        workflow
        for workflow in listed
        if workflow.path.startswith(_FOLDER) and only in ("", workflow.path)
    ]
    texts = await asyncio.gather(
        *(
            inquiry.ask(
                "github",
                f"{workflow.path} of {repository}",
                provider.file(repository, workflow.path, ref),
            )
            for workflow in wanted[:_MOST_FILES]
        )
    )
    return tuple(
        WorkflowSource(workflow=workflow, text=text, ref=ref)
        for workflow, text in zip(wanted, texts, strict=False)
        if not isinstance(text, Gap)
    )


async def pushing_workflow(
    inquiry: Inquiry, repository: str, ref: str, image: ImageRef
) -> WorkflowSource | None:
    """The workflow of a repository that pushes the image, or None."""
    sources = await workflow_sources(inquiry, repository, ref)
    return None if isinstance(sources, Gap) else choose(sources, repository, image)


def choose(
    sources: tuple[WorkflowSource, ...], repository: str, image: ImageRef
) -> WorkflowSource | None:
    """The workflow that pushes the image: exactly this name first, then one that may."""
    ranked = [
        (certainty, source)
        for source in sources
        if source.text and (certainty := pushes_image(source.text, repository, image))
    ]
    ranked.sort(key=lambda pair: (-pair[0], pair[1].workflow.path))
    return ranked[0][1] if ranked else None


def active_first(runs: tuple[ci.Run, ...], sha: str) -> ci.Run | None:
    """The run to look at: one that goes on, else the newest for the commit, else the newest."""
    going = next((run for run in runs if not run.done), None)
    same = next((run for run in runs if sha and run.head_sha == sha), None)
    return going or same or (runs[0] if runs else None)

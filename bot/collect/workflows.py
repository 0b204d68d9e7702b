"""Workflow files of a repository, read at one commit, and the one that pushes an image."""

from __future__ import annotations

import asyncio

from bot.ci import objects as ci
from bot.ci.called import Called, called_by_name, is_only_called
from bot.ci.composite import is_local
from bot.ci.pushes import Exactly, OtherName, OtherTag, Perhaps, match, pushes_of
from bot.ci.workflow_objects import WorkflowFile
from bot.collect.asking import Inquiry
from bot.collect.called import with_called
from bot.evidence import Gap, WorkflowSource
from bot.images import ImageRef
from bot.sources import CIProvider

_MOST_FILES = 20
_FOLDER = ".github/workflows/"


async def workflow_sources(
    inquiry: Inquiry,
    provider: CIProvider,
    repository: str,
    ref: str,
    listed: tuple[ci.Workflow, ...],
) -> tuple[WorkflowSource, ...]:
    """The files of these workflows at a ref, but those that could not be read."""
    wanted = [workflow for workflow in listed if workflow.path.startswith(_FOLDER)][:_MOST_FILES]
    texts = await asyncio.gather(
        *(
            inquiry.ask(
                "github",
                f"{workflow.path} of {repository}",
                provider.file(repository, workflow.path, ref),
            )
            for workflow in wanted
        )
    )
    own = tuple(
        WorkflowSource(workflow=workflow, text=text, ref=ref)
        for workflow, text in zip(wanted, texts, strict=True)
        if not isinstance(text, Gap)
    )
    return await with_called(inquiry, provider, own, repository=repository, ref=ref)


async def pushing_workflow(
    inquiry: Inquiry, provider: CIProvider, repository: str, image: ImageRef
) -> WorkflowSource | None:
    """The workflow on the default branch that pushes the image, or None."""
    listed = await inquiry.ask(
        "github", f"workflows of {repository}", provider.workflows(repository)
    )
    if isinstance(listed, Gap):
        return None
    sources = await workflow_sources(inquiry, provider, repository, "HEAD", listed)
    return choose(sources, repository, image)


def choose(
    sources: tuple[WorkflowSource, ...], repository: str, image: ImageRef
) -> WorkflowSource | None:
    """The workflow that pushes the image: exactly this name and tag first, then one that may."""
    called = called_by_name(sources)
    ranked: list[tuple[int, bool, str, WorkflowSource]] = []
    for source in sources:
        path = source.workflow.path
        file = called.get(f"./{path}")
        if file is not None and (closeness := _closeness(file, called, repository, image)):
            # What is only called is started by its caller, which pushes the same.
            ranked.append((-closeness, is_only_called(file), path, source))
    return min(ranked, key=lambda each: each[:3])[3] if ranked else None


def _closeness(file: WorkflowFile, called: Called, repository: str, image: ImageRef) -> int:
    """How well a workflow's pushes fit the image; 0 when none of them is of this name."""
    owner = repository.partition("/")[0]
    contexts = {"github": {"repository": repository, "repository_owner": owner}}
    best = 0
    for push in pushes_of(file, contexts, called):
        if push.called and is_local(push.step_name):
            continue  # it could not be read, and there are many that build nothing
        match match(push, image):
            case Exactly():
                best = max(best, 4)
            case Perhaps():
                best = max(best, 2 if push.name.rpartition("/")[2].strip("*") else 1)
            case OtherTag():
                best = max(best, 3)
            case OtherName():
                continue
    return best


def run_to_read(runs: tuple[ci.Run, ...], sha: str) -> ci.Run | None:
    """The run to look at: one that goes on, else the newest for the commit, else the newest."""
    going = next((run for run in runs if not run.done), None)
    same = next((run for run in runs if sha and run.head_sha == sha), None)
    return going or same or (runs[0] if runs else None)

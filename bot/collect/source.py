"""Image to source repository: the catalog, annotations, labels, a search, the image's own name."""

from __future__ import annotations

import asyncio
import re

import msgspec

from bot.collect.asking import Inquiry
from bot.collect.workflows import pushing_workflow
from bot.evidence import FoundBy, Gap, NoSource, SourceLink
from bot.images import DOCKER_HUB, ImageRef
from bot.registries.answers import ImageFound, ImageLookUp, TagList
from bot.registries.tags import nearest

REPOSITORY_ANNOTATION = "whyfailing.dev/repository"
WORKFLOW_ANNOTATION = "whyfailing.dev/workflow"
# https://github.com/opencontainers/image-spec/blob/main/annotations.md
_SOURCE_LABELS = ("org.opencontainers.image.source", "org.label-schema.vcs-url")
_REVISION_LABELS = ("org.opencontainers.image.revision", "org.label-schema.vcs-ref")
_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}", re.ASCII)
_GITHUB_URL = re.compile(
    r"(?:https://|git@|ssh://git@|git\+https://)github\.com[:/]"
    r"(?P<repository>[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}?)(?:\.git)?(?:[/#?].{0,300})?",
    re.ASCII,
)
_WORKFLOW = re.compile(r"\.github/workflows/[A-Za-z0-9._ -]{1,200}\.ya?ml", re.ASCII)
_SIBLINGS = 2


def known_source(
    inquiry: Inquiry, image: ImageRef, annotations: dict[str, str]
) -> SourceLink | None:
    """What an operator wrote down: the catalog first, then the workload's annotations."""
    found = inquiry.sources.catalog.source_of(image)
    if found:
        repository, workflow = found
        return SourceLink(repository=repository, workflow=workflow, found_by=FoundBy.CATALOG)
    repository = annotations.get(REPOSITORY_ANNOTATION, "").strip()
    workflow = annotations.get(WORKFLOW_ANNOTATION, "").strip()
    if not _REPOSITORY.fullmatch(repository):
        return None
    return SourceLink(
        repository=repository,
        workflow=workflow if _WORKFLOW.fullmatch(workflow) else "",
        found_by=FoundBy.ANNOTATION,
    )


async def source_of(
    inquiry: Inquiry, image: ImageRef, look_up: ImageLookUp | Gap, tags: TagList | Gap | None
) -> SourceLink | NoSource | Gap:
    """Find the repository where nobody wrote it down; every hint from outside is verified."""
    title = f"Find the repository that builds {image.short}"
    inquiry.begin("source", title)
    tried = ["the catalog", f"the annotation {REPOSITORY_ANNOTATION} of the workload"]
    link = _from_labels(look_up, FoundBy.LABEL)
    if link is None and isinstance(tags, TagList):
        tried.append("labels of other tags of the image")
        link = await _from_siblings(inquiry, image, tags)
    if link is None and inquiry.sources.ci is not None:
        tried.append("workflow files that name the image")
        link = await _from_search(inquiry, image)
        if link is None:
            tried.append(f"a repository {_guess(image)} on GitHub" if _guess(image) else "its name")
            link = await _from_name(inquiry, image)
    if link is None:
        inquiry.end("source", title, "nothing names one", failed=True)
        return NoSource(tried=tuple(tried))
    inquiry.end("source", title, f"{link.repository}, by {link.found_by}")
    return link


def _from_labels(look_up: ImageLookUp | Gap, found_by: FoundBy) -> SourceLink | None:
    if not isinstance(look_up, ImageFound):
        return None
    for label in _SOURCE_LABELS:
        url = _GITHUB_URL.fullmatch(look_up.labels.get(label, "")[:500].strip())
        if url:
            revision = next((look_up.labels.get(name, "") for name in _REVISION_LABELS), "")
            return SourceLink(
                repository=url["repository"],
                found_by=found_by,
                revision=revision if re.fullmatch(r"[0-9a-f]{7,64}", revision) else "",
                detail=label,
            )
    return None


async def _from_siblings(inquiry: Inquiry, image: ImageRef, tags: TagList) -> SourceLink | None:
    others = (*nearest(image.version, tags.tags), *reversed(tags.tags))
    for tag in tuple(dict.fromkeys(others))[:_SIBLINGS]:
        sibling = msgspec.structs.replace(image, tag=tag, digest=None)
        answer = await inquiry.ask(
            "registry", str(sibling), inquiry.sources.registry.look_up(sibling)
        )
        link = _from_labels(answer, FoundBy.SIBLING_LABEL)
        if link:
            return msgspec.structs.replace(link, revision="", detail=f"{link.detail} of {tag}")
    return None


async def _from_search(inquiry: Inquiry, image: ImageRef) -> SourceLink | None:
    """Search the workflow files of owners that the operator named, or that the image names."""
    provider = inquiry.sources.ci
    owners = inquiry.sources.catalog.owners or ((_owner(image),) if _owner(image) else ())
    if provider is None or not owners:
        return None
    name = image.repository.removeprefix("library/").rpartition("/")[2]
    answers = await asyncio.gather(
        *(
            inquiry.ask(
                "github", f"workflow files of {owner}", provider.search_workflows(owner, name)
            )
            for owner in owners
        )
    )
    hits = [hit for answer in answers if not isinstance(answer, Gap) for hit in answer]
    for repository in tuple(dict.fromkeys(repository for repository, _ in hits))[:3]:
        chosen = await pushing_workflow(inquiry, provider, repository, image)
        if chosen:
            return SourceLink(
                repository=repository, workflow=chosen.workflow.path, found_by=FoundBy.SEARCH
            )
    return None


async def _from_name(inquiry: Inquiry, image: ImageRef) -> SourceLink | None:
    """A repository of the image's own name counts only when its workflows push the image."""
    repository = _guess(image)
    provider = inquiry.sources.ci
    if not repository or provider is None:
        return None
    known = await inquiry.ask("github", repository, provider.repository(repository))
    if known is None or isinstance(known, Gap):
        return None  # nobody says that there is one, so nothing is missing either
    chosen = await pushing_workflow(inquiry, provider, repository, image)
    if chosen is None:
        return None
    return SourceLink(repository=repository, workflow=chosen.workflow.path, found_by=FoundBy.NAME)


def _owner(image: ImageRef) -> str:
    if image.registry not in (DOCKER_HUB, "ghcr.io", "quay.io"):
        return ""
    owner = image.repository.partition("/")[0]
    return "" if owner == "library" else owner


def _guess(image: ImageRef) -> str:
    owner = _owner(image)
    name = image.repository.partition("/")[2].partition("/")[0]
    guess = f"{owner}/{name}"
    return guess if owner and name and _REPOSITORY.fullmatch(guess) else ""

"""Which images to ask about, and what registry and build say of one."""

from __future__ import annotations

import asyncio
from datetime import datetime

import msgspec

from bot.collect.asking import Inquiry
from bot.collect.build import build_facts
from bot.collect.runners import RunnerFacts
from bot.collect.source import known_source, source_of
from bot.evidence import (
    ClusterFacts,
    Evidence,
    Gap,
    GapReason,
    ImageFacts,
    SourceLink,
    Target,
)
from bot.images import ImageRef, InvalidReferenceError, parse
from bot.registries.answers import (
    ImageFound,
    ImageLookUp,
    MissingOrPrivate,
    RepositoryAbsent,
    TagAbsent,
    TagList,
    describe,
)
from bot.sources import PullCredential
from bot.view import ContainerView, View

# The kubelet's waiting reasons that a registry can explain (pkg/kubelet/images/types.go).
_PULL_REASONS = frozenset({"ErrImagePull", "ImagePullBackOff", "RegistryUnavailable"})


class WantedImage(msgspec.Struct, frozen=True, kw_only=True):
    """An image that a container waits for, and what its pod brings along to get it."""

    image: ImageRef
    written: str
    namespace: str
    pull_secrets: tuple[str, ...]
    annotations: dict[str, str]
    """Of the pod and its owners, the workload's last: they may name repository and workflow."""


def images_to_check(target: Target, cluster: ClusterFacts, now: datetime) -> list[WantedImage]:
    """The images that containers of the target wait for, each once, in order of the pods."""
    view = View(Evidence(target=target, collected_at=now, cluster=cluster))
    found: dict[ImageRef, WantedImage] = {}
    for container in view.containers:
        if not _waits_for_pull(view, container):
            continue
        try:
            image = parse(container.spec.image)
        except InvalidReferenceError:
            continue  # the cause for invalid names explains it; no registry can
        found.setdefault(image, _wanted(view, container, image))
    return list(found.values())


def _waits_for_pull(view: View, container: ContainerView) -> bool:
    waiting = container.waiting
    if waiting is None:
        return False
    if waiting.reason in _PULL_REASONS:
        return True
    path = f"{{{container.name}}}"
    return any(
        event.reason == "Failed" and event.about.field_path.endswith(path) and "pull" in event.text
        for event in view.events_about(container.pod)
    )


def _wanted(view: View, container: ContainerView, image: ImageRef) -> WantedImage:
    pod = container.pod
    annotations: dict[str, str] = {}
    for item in (pod, *view.controllers):
        annotations |= item.metadata.annotations
    return WantedImage(
        image=image,
        written=container.spec.image,
        namespace=pod.namespace,
        pull_secrets=tuple(secret.name for secret in pod.spec.image_pull_secrets),
        annotations=annotations,
    )


async def image_facts(
    inquiry: Inquiry, runners: RunnerFacts, wanted: WantedImage, *, follow_build: bool = True
) -> ImageFacts:
    """Ask the registry and, side by side, what builds the image where that is known already."""
    source = known_source(inquiry, wanted.image, wanted.annotations) if follow_build else None
    build = (
        asyncio.create_task(build_facts(inquiry, runners, source, wanted.image)) if source else None
    )
    look_up, tags = await _registry_answers(inquiry, wanted)
    facts = ImageFacts(image=wanted.image, written=wanted.written, look_up=look_up, tags=tags)
    if not follow_build or not _may_be_unbuilt(look_up):
        if build:
            build.cancel()
        return msgspec.structs.replace(facts, source=source)
    if build is None:
        found = await source_of(inquiry, wanted.image, look_up, tags)
        facts = msgspec.structs.replace(facts, source=found)
        if not isinstance(found, SourceLink):
            return facts
        build = asyncio.create_task(build_facts(inquiry, runners, found, wanted.image))
    return msgspec.structs.replace(facts, source=source or facts.source, build=await build)


async def _registry_answers(
    inquiry: Inquiry, wanted: WantedImage
) -> tuple[ImageLookUp | Gap, TagList | Gap | None]:
    inquiry.begin("registry", f"Ask {wanted.image.registry} for {wanted.image.short}")
    credentials = await _credentials(inquiry, wanted)
    subject = str(wanted.image)
    registry = inquiry.sources.registry
    look_up = await inquiry.ask("registry", subject, registry.look_up(wanted.image, credentials))
    title = f"Ask {wanted.image.registry} for {wanted.image.short}"
    if isinstance(look_up, Gap):
        inquiry.miss("registry", title, look_up)
        return look_up, None
    inquiry.end("registry", title, describe(look_up), failed=not isinstance(look_up, ImageFound))
    if not isinstance(look_up, TagAbsent):
        return look_up, None
    tags = await inquiry.ask(
        "registry", wanted.image.name, registry.tags(wanted.image, credentials)
    )
    return look_up, tags


async def _credentials(inquiry: Inquiry, wanted: WantedImage) -> tuple[PullCredential, ...]:
    if not wanted.pull_secrets:
        return ()
    answer = await inquiry.ask(
        "cluster",
        f"pull secrets of namespace {wanted.namespace}",
        inquiry.sources.cluster.pull_credentials(
            wanted.namespace, wanted.pull_secrets, wanted.image
        ),
    )
    return () if isinstance(answer, Gap) else answer


def _may_be_unbuilt(look_up: ImageLookUp | Gap) -> bool:
    """Whether the answer leaves open that nobody has pushed the image."""
    match look_up:
        case TagAbsent() | RepositoryAbsent() | MissingOrPrivate():
            return True
        case Gap():
            return look_up.reason is not GapReason.REFUSED
        case _:
            return False

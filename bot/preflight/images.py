"""Could this image be pulled? One problem for each answer that says no. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.cluster import objects as k
from bot.facts.placement import fits
from bot.images import ImageRef, InvalidReferenceError, parse
from bot.preflight.surroundings import Surroundings
from bot.preflight.verdict import Problem
from bot.registries.answers import (
    AccessDenied,
    CredentialRejected,
    ImageFound,
    ImageLookUp,
    ManifestUnsupported,
    MissingOrPrivate,
    Platform,
    PolicyRejected,
    RateLimited,
    RepositoryAbsent,
    TagAbsent,
    describe,
)
from bot.registries.choice import bot_asks_as
from bot.registries.kinds import kind_of

Wanted = tuple[str, str, tuple[str, ...]]
"""Namespace, image as written, and the pull secrets that the pod brings."""
Answers = Mapping[Wanted, ImageLookUp | InvalidReferenceError | None]
_BY_THE_NODE = frozenset({"ecr", "gar", "gcr", "acr"})
"""Registries of clouds, whose nodes pull with an identity of their own."""
_CODES: dict[type, str] = {
    TagAbsent: "ImageTagMissing",
    RepositoryAbsent: "ImageRepositoryMissing",
    MissingOrPrivate: "ImageMissingOrPrivate",
    AccessDenied: "ImagePullSecretMismatch",
    CredentialRejected: "ImageCredentialRejected",
    ManifestUnsupported: "ImageManifestUnsupported",
    PolicyRejected: "ImagePolicyRejected",
}


def wanted_of(around: Surroundings) -> Iterator[Wanted]:
    """The questions that a template's images are."""
    for name in around.template.images:
        yield around.template.namespace, name, around.pull_secrets


def why_unsure(
    image: ImageRef, answer: ImageLookUp, secrets: tuple[str, ...], *, tried: bool
) -> str:
    """Say why an answer does not decide whether a node could pull; empty when it does."""
    if isinstance(answer, RateLimited):
        return describe(answer)
    if not _needs_credential(image, answer):
        return ""
    if secrets and not tried:
        return f"it is not public, and the bot did not use pull secret {', '.join(secrets)}"
    if kind_of(image.registry).name in _BY_THE_NODE:
        return "it is not public, and the nodes may have an identity that may pull it"
    return ""


def _needs_credential(image: ImageRef, answer: ImageLookUp) -> bool:
    """Whether it cannot be pulled by everybody; what the bot alone was shown cannot either."""
    if isinstance(answer, ImageFound):
        return answer.asked_as == bot_asks_as(image.registry)
    return isinstance(answer, AccessDenied | MissingOrPrivate)


def image_problems(around: Surroundings, answers: Answers) -> Iterator[Problem]:
    """What the answers about a template's images mean for it."""
    workload = around.template.workload
    for key in wanted_of(around):
        name, answer = key[1], answers[key]
        if answer is None:
            continue
        if isinstance(answer, InvalidReferenceError):
            text = f"{name!r} is no image reference: {answer}"
            yield Problem(workload=workload, code="ImageNameInvalid", text=text)
        elif isinstance(answer, ImageFound):
            if _needs_credential(parse(name), answer):
                text = f"{name}: it is not public, and the pod brings no pull secret that reads it"
                fix = "attach a pull secret to the pod or to its ServiceAccount"
                yield Problem(workload=workload, code=_CODES[AccessDenied], text=text, fix=fix)
            yield from _platforms(around, name, answer)
        elif code := _CODES.get(type(answer)):
            text, fix = f"{name}: {describe(answer)}", f"python -m bot image {name}"
            yield Problem(workload=workload, code=code, text=text, fix=fix)


def _platforms(around: Surroundings, name: str, found: ImageFound) -> Iterator[Problem]:
    """Of the nodes that may get the pod, none can run the image."""
    offered = {(platform.os, platform.architecture) for platform in found.platforms}
    possible = {
        fit.node
        for fit in fits(around.view, around.pod)
        if not (fit.selector or fit.affinity or fit.taints)
    }
    infos = [node.status.node_info for node in around.view.all(k.Node) if node.name in possible]
    here = {
        Platform(info.operating_system, info.architecture) for info in infos if info.architecture
    }
    if offered and here and not any((p.os, p.architecture) in offered for p in here):
        text = (
            f"{name} is there for {', '.join(map(str, found.platforms))}; the nodes that may get"
            f" the pod are {', '.join(sorted(map(str, here)))}"
        )
        fix = "build the image for the nodes' platform, or choose other nodes"
        workload = around.template.workload
        yield Problem(workload=workload, code="ImagePlatformMismatch", text=text, fix=fix)

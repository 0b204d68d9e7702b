"""Could this image be pulled? One problem for each answer that says no. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.cluster import objects as k
from bot.images import InvalidReferenceError
from bot.preflight.templates import PodTemplate
from bot.preflight.verdict import Problem
from bot.registries.answers import (
    AccessDenied,
    CredentialRejected,
    ImageFound,
    ManifestUnsupported,
    MissingOrPrivate,
    Platform,
    PolicyRejected,
    RateLimited,
    RepositoryAbsent,
    TagAbsent,
    describe,
)

_CODES: dict[type, str] = {
    TagAbsent: "ImageTagMissing",
    RepositoryAbsent: "ImageRepositoryMissing",
    MissingOrPrivate: "ImageMissingOrPrivate",
    AccessDenied: "ImageAccessDenied",
    CredentialRejected: "ImageCredentialRejected",
    ManifestUnsupported: "ImageManifestUnsupported",
    PolicyRejected: "ImagePolicyRejected",
}


def image_problems(
    template: PodTemplate, name: str, answer: object, nodes: Sequence[k.Node]
) -> Iterator[Problem]:
    """What the answer about one image means for one workload."""
    workload = template.workload
    match answer:
        case InvalidReferenceError():
            text = f"{name!r} is no image reference: {answer}"
            yield Problem(workload=workload, code="ImageNameInvalid", text=text)
        case ImageFound():
            yield from _platforms(workload, name, answer, nodes)
        case AccessDenied() | MissingOrPrivate() if template.pod.spec.image_pull_secrets:
            return  # the pod brings credentials that the bot does not have
        case RateLimited() | None:
            return
        case _:
            code = _CODES.get(type(answer), "")
            if code:
                said = describe(answer)  # type: ignore[arg-type]
                fix = f"python -m bot image {name}"
                yield Problem(workload=workload, code=code, text=f"{name}: {said}", fix=fix)


def _platforms(
    workload: str, name: str, found: ImageFound, nodes: Sequence[k.Node]
) -> Iterator[Problem]:
    offered = {(platform.os, platform.architecture) for platform in found.platforms}
    here = {
        Platform(info.operating_system, info.architecture)
        for info in (node.status.node_info for node in nodes)
        if info.architecture
    }
    if offered and here and not any((p.os, p.architecture) in offered for p in here):
        text = (
            f"{name} is there for {', '.join(map(str, found.platforms))}; the nodes are"
            f" {', '.join(sorted(map(str, here)))}"
        )
        yield Problem(workload=workload, code="ImagePlatformMismatch", text=text)

"""Would everything that these manifests need be there? Asked before a deploy, not after.

The pods that the manifests would make are built, and put among what the cluster has and what the
manifests bring along; then the same pure functions look at them that look at pods that fail, and
at what leads to them.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.cluster.files import FileCluster
from bot.evidence import Gap, GapReason
from bot.preflight.asking import Asking
from bot.preflight.checks import problems_of
from bot.preflight.exposure import exposure_problems
from bot.preflight.images import image_problems
from bot.preflight.room import quota_problems
from bot.preflight.surroundings import surroundings_of
from bot.preflight.templates import placed, templates_of
from bot.preflight.verdict import Preflight, Problem
from bot.sources import Cluster, Registry

__all__ = ["Preflight", "Problem", "preflight"]
_MADE_BY_OTHERS = (
    "SecretNotFound", "ImagePullSecretMissing", "IngressTLSSecretMissing", "ConfigMapNotFound",
    "ServiceSelectorMismatch", "IngressBackendMissing", "ServiceNotFound",
)  # fmt: skip
"""Codes of what custom kinds make: Secrets, ConfigMaps, pods, Services."""


async def preflight(files: FileCluster, cluster: Cluster | None, registry: Registry) -> Preflight:
    """Check the pods that the manifests would make.

    Without a cluster only images are checked, and what the manifests tell of each other.
    """
    usual = cluster.default_namespace if cluster else files.default_namespace
    items = placed(files.objects.values(), usual)
    templates = templates_of(items)
    asking = Asking(cluster, registry)
    known = await asking.known(templates, items)
    around = [surroundings_of(template, items, known) for template in templates]
    answers = await asking.images(around)
    problems: set[Problem] = set(quota_problems(around, known.present))
    problems.update(exposure_problems(items, known))
    for each in around:
        problems.update(problems_of(each))
        problems.update(image_problems(each, answers))
    found, perhaps = _told_apart(problems, files)
    unread = (
        Gap(source="files", subject=each.where, reason=GapReason.GARBLED, detail=each.text)
        for each in files.problems
    )
    return Preflight(
        workloads=len(templates),
        images=len({name for template in templates for name in template.images}),
        problems=found,
        gaps=(*unread, *perhaps, *sorted(asking.gaps, key=lambda gap: (gap.source, gap.subject))),
    )


def _told_apart(
    problems: Iterable[Problem], files: FileCluster
) -> tuple[tuple[Problem, ...], tuple[Gap, ...]]:
    """What is surely a problem, and what may be made by manifests of kinds that we do not know.

    A Certificate makes a Secret, an ExternalSecret too; a Rollout makes pods.
    """
    ordered = tuple(sorted(problems))
    makers = ", ".join(sorted(files.skipped))
    perhaps = [problem for problem in ordered if makers and problem.code in _MADE_BY_OTHERS]
    gaps = (
        Gap(
            source="files",
            subject=problem.workload,
            reason=GapReason.NOT_IN_FILES,
            detail=f"{problem.text}; {makers} of the manifests may make it",
        )
        for problem in perhaps
    )
    return tuple(problem for problem in ordered if problem not in perhaps), tuple(gaps)
